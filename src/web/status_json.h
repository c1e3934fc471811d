#ifndef CODEARTS_WEB_STATUS_JSON_H_
#define CODEARTS_WEB_STATUS_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "web/status_rows.h"

namespace codearts {

// What the page and its data say of the program itself.
struct ProgramFacts {
  std::string version = {};
  std::string revision = {};
  std::string telemetry_path = "/metrics";
  ShardConfig shard = {};
};

// Returns the body of /api/v1/status: the program, the projects and their discoveries, and the rows
// in their order. Times are seconds since the Unix epoch, durations seconds; what is not known is
// null. Never a message of a run, its inputs or a secret.
std::string FormatStatusJson(const ProgramFacts& facts, const Snapshot& snapshot,
                             const std::vector<StatusRow>& rows, Timestamp now);

// Returns `url` if a page may link to it: it is https. Else empty.
std::string_view LinkableUrl(std::string_view url);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_JSON_H_
