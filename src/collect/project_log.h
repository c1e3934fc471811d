#ifndef CODEARTS_COLLECT_PROJECT_LOG_H_
#define CODEARTS_COLLECT_PROJECT_LOG_H_

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "collect/project_refresh.h"
#include "collect/snapshot.h"

namespace codearts {

// Says in the log what changed for a project for the worse or the better, once. A trouble that is
// new since all was well is told at once; those that take turns with each refresh once a minute at
// most; the end when it lasted a minute. Threads: one.
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
  std::vector<Trouble> told_;  // Since all was well, each once; the last is what was told last.
  SteadyTime told_at_;
  SteadyTime seen_at_;  // When there was any trouble last.
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PROJECT_LOG_H_
