#ifndef CODEARTS_COLLECT_PROJECT_LOG_H_
#define CODEARTS_COLLECT_PROJECT_LOG_H_

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/status.h"
#include "collect/project_refresh.h"
#include "collect/snapshot.h"

namespace codearts {

// Says in the log what changed for a project for the worse or the better, once. What comes and goes
// with each refresh is told once, and again if it stayed away for a minute. Threads: one.
class ProjectLog {
 public:
  // To be called at the end of each refresh. `name` is what people call the project.
  void Tell(const ProjectId& id, std::string_view name, const ProjectOutcome& outcome,
            SteadyTime now);

 private:
  // What makes a person act in another way.
  struct Trouble {
    bool up = false;
    StatusCode code = StatusCode::kOk;
    ErrorCause cause = ErrorCause::kUnknown;

    bool operator==(const Trouble&) const = default;
  };

  bool was_listed_ = false;
  std::optional<Trouble> told_;  // nullopt: all is well, as far as was told.
  SteadyTime told_at_;
  SteadyTime seen_at_;  // When there was any trouble last.
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PROJECT_LOG_H_
