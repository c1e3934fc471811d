#ifndef CODEARTS_WEB_STATUS_TEXTS_H_
#define CODEARTS_WEB_STATUS_TEXTS_H_

#include <string_view>

#include "base/status.h"
#include "model/execution_status.h"

namespace codearts {

enum class Language { kEnglish, kChinese };

// Returns the language that an `Accept-Language` header likes best of those that there are; English
// where it names none. Source: RFC 9110, section 12.5.4.
Language PreferredLanguage(std::string_view accept_language);

// The words of the status page. "{}" stands for a value.
struct StatusTexts {
  std::string_view code;  // BCP 47.
  std::string_view other_language;
  std::string_view other_language_query;
  std::string_view title;
  std::string_view skip;
  std::string_view endpoints, metrics, discovery, data, healthy, ready;
  std::string_view version, shard;
  std::string_view not_ready, no_project, no_pipeline, unchanged_until_scrape;
  std::string_view pipelines, all, broken, active, paused, healthy_pipelines, never_run;
  std::string_view find, show, apply, keep_current, shown, show_all;
  std::string_view pipeline, status, run, when, duration, where, broken_since, active_runs;
  std::string_view ago, usual, failures, started;
  std::string_view days, hours, minutes, seconds, under_second;
  std::string_view queued_runs, running_runs, paused_runs;
  std::string_view projects, project, id, region, state, last_refresh, took, last_error;
  std::string_view found;
  std::string_view up, failing, waiting, none, never;
  std::string_view configuration, refresh_failed;
};

const StatusTexts& TextsOf(Language language);

// Returns a word for people: "Failed". Lifetime: that of the program.
std::string_view StatusText(ExecutionStatus status, Language language);

// Returns what a failed refresh means, in words: "The API refused the credential".
std::string_view ReasonText(StatusCode code, Language language);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_TEXTS_H_
