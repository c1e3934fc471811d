#ifndef CODEARTS_EXPORTER_ACCESS_CHECK_H_
#define CODEARTS_EXPORTER_ACCESS_CHECK_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/project_refresh.h"
#include "exporter/access_advice.h"

namespace codearts {

// One call that the exporter needs.
struct AccessCall {
  enum class State { kOk, kFailed, kSkipped };

  std::string name;  // "list pipelines".
  State state = State::kSkipped;
  std::string note;  // What it gave, or why it was not made.
  Status failure;
  std::optional<AccessAdvice> advice;  // Set if it failed.
};

// A project or a discovery, with the calls in the order in which they were made.
struct AccessSubject {
  std::string title;  // "project payments (54f9...)".
  std::string id;     // The project's; empty for a discovery.
  std::string endpoint;
  AccessPlace place;
  std::vector<AccessCall> calls;
};

// What to check for one project or discovery.
struct AccessTarget {
  std::shared_ptr<const ProjectPlan> plan;  // Of a discovery, the filter is that of projects.
  AccessPlace place;
};

// Makes every call that the exporter needs once per project. Threads: that of api.Run.
class AccessCheck {
 public:
  // References must outlive the check. `on_done` is called after each subject.
  AccessCheck(CodeArtsApi& api, const Clock& clock, std::function<void()> on_done);

  // Queue the calls; api.Run makes them. `on_found` gets the projects that pass the filter.
  void AddProject(const AccessTarget& target);
  void AddDiscovery(const AccessTarget& target,
                    std::function<void(const std::vector<Project>&)> on_found);

  // In the order in which they were added.
  const std::vector<std::unique_ptr<AccessSubject>>& subjects() const { return subjects_; }

 private:
  struct ProjectWork;

  AccessSubject& AddSubject(const AccessTarget& target, std::string title);
  void Note(AccessSubject& subject, std::string name, const Status& status, std::string note);
  void OnPipelines(const std::shared_ptr<ProjectWork>& work, Result<Page<Pipeline>> page);
  void CheckRun(const std::shared_ptr<ProjectWork>& work, const Pipeline& pipeline);
  void EndOne(const std::shared_ptr<ProjectWork>& work);

  CodeArtsApi& api_;
  const Clock& clock_;
  const std::function<void()> on_done_;
  std::vector<std::unique_ptr<AccessSubject>> subjects_;
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_ACCESS_CHECK_H_
