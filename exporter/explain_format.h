#ifndef CODEARTS_EXPORTER_EXPLAIN_FORMAT_H_
#define CODEARTS_EXPORTER_EXPLAIN_FORMAT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "collect/pipeline_state.h"
#include "exporter/running_exporter.h"
#include "model/pipeline.h"

namespace codearts {

// Everything that is known of one pipeline, from three sources of which any may be missing.
struct Explanation {
  PipelineId id;
  std::string name;
  ProjectId project_id;
  std::string project;
  std::optional<std::string> rule;    // nullopt: the API does not list it.
  std::optional<Status> api_failure;  // Why the API's list is missing.
  bool banned = false;
  std::optional<RunSummary> latest;             // As the API lists it.
  std::shared_ptr<const PipelineState> ledger;  // nullptr: not in the state file.
  std::optional<ProjectReport> refresh;         // nullopt: no exporter answers.
};

// What decides when something is due.
struct ExplainRules {
  Duration min_interval;
  Duration recheck;
};

struct ExplainContext {
  ExplainRules rules;
  std::string exporter;  // "answers", or why there are no reports.
  Timestamp now;
};

// Pure.
std::string FormatExplanations(const std::vector<Explanation>& explanations,
                               const ExplainContext& context);
std::string FormatExplanationsAsJson(const std::vector<Explanation>& explanations,
                                     const ExplainContext& context);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_EXPLAIN_FORMAT_H_
