#include "collect/project_log.h"

#include <algorithm>
#include <chrono>

#include "base/logging.h"

namespace codearts {
namespace {

constexpr Duration kCalm = std::chrono::minutes(1);

// Names the trouble that there is.
std::string_view DescribeTrouble(const ProjectHealth& health) {
  if (health.last_error->code() == StatusCode::kLedger) {
    return "what was read of a project could not be stored";
  }
  return health.up ? "some runs of a project could not be read" : "a project could not be listed";
}

}  // namespace

void ProjectLog::Tell(const ProjectId& id, std::string_view name, const ProjectOutcome& outcome,
                      SteadyTime now) {
  const ProjectHealth& health = outcome.health;
  if (!was_listed_ && health.last_success) {
    was_listed_ = true;
    told_.clear();
    LogInfo("a project was listed", {{"project", name},
                                     {"project_id", id.value},
                                     {"pipelines", outcome.ledger.pipelines.size()}});
  }
  if (!health.last_error) {
    if (told_.empty() || now - seen_at_ < kCalm) return;
    told_.clear();
    LogInfo("a project is read without errors again",
            {{"project", name}, {"project_id", id.value}});
    return;
  }
  seen_at_ = now;
  const Status& error = *health.last_error;
  const Trouble trouble{health.up, error.code(), error.details().cause};
  const auto known = std::find(told_.begin(), told_.end(), trouble);
  if (known != told_.end()) {
    const bool is_last = known + 1 == told_.end();
    if (is_last || now - told_at_ < kCalm) return;
    told_.erase(known);
  }
  told_.push_back(trouble);
  told_at_ = now;
  LogWarn(DescribeTrouble(health), {{"project", name},
                                    {"project_id", id.value},
                                    {"reason", StatusCodeName(error.code())},
                                    {"error", error.message()}});
}

}  // namespace codearts
