#include "exporter/access_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace codearts {
namespace {

constexpr std::int64_t kPageSize = 100;
constexpr const char* kListPipelines = "list pipelines";
constexpr const char* kListRuns = "list runs";
constexpr const char* kDetail = "read a run";
constexpr const char* kQueue = "read a queue";
constexpr const char* kListProjects = "list projects";
constexpr std::array<const char*, 3> kCallsOfARun = {kListRuns, kDetail, kQueue};

// The credential's refusal was told with the call that met it.
bool WasNotSent(const Status& status) {
  return status.code() == StatusCode::kCredentials &&
         status.message().find("not sent:") != std::string::npos;
}

bool WasStopped(const Status& status) {
  return status.code() == StatusCode::kDeadlineExceeded &&
         status.message().find("stopped before it was done") != std::string::npos;
}

// Prefers a pipeline that has run, then one that is matched.
const Pipeline* ChoosePipeline(const ProjectPlan& plan, const std::vector<Pipeline>& pipelines) {
  const auto rank = [&plan](const Pipeline& pipeline) {
    return (pipeline.latest_run ? 2 : 0) + (IsMatched(plan, pipeline) ? 1 : 0);
  };
  const auto best =
      std::max_element(pipelines.begin(), pipelines.end(),
                       [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return best == pipelines.end() ? nullptr : &*best;
}

void Skip(AccessSubject& subject, const char* name, std::string why) {
  subject.calls.push_back(
      {name, AccessCall::State::kSkipped, std::move(why), Status(), std::nullopt});
}

}  // namespace

struct AccessCheck::ProjectWork {
  AccessTarget target;
  AccessSubject& subject;
  int outstanding = 0;
};

AccessCheck::AccessCheck(CodeArtsApi& api, const Clock& clock, std::function<void()> on_done)
    : api_(api), clock_(clock), on_done_(std::move(on_done)) {}

void AccessCheck::AddProject(const AccessTarget& target) {
  const ProjectPlan& plan = *target.plan;
  const std::string& id = plan.target.project.value;
  AccessSubject& subject = AddSubject(
      target, plan.name.empty() ? "project " + id : fmt::format("project {} ({})", plan.name, id));
  auto work = std::make_shared<ProjectWork>(ProjectWork{target, subject});
  api_.ListPipelines(plan.target, {0, kPageSize}, [this, work](Result<Page<Pipeline>> page) {
    OnPipelines(work, std::move(page));
  });
}

void AccessCheck::AddDiscovery(const AccessTarget& target,
                               std::function<void(const std::vector<Project>&)> on_found) {
  AccessSubject& subject = AddSubject(target, "discovery in region " + target.plan->region);
  api_.ListProjects(target.plan->target, {0, kPageSize},
                    [this, &subject, plan = target.plan,
                     on_found = std::move(on_found)](Result<Page<Project>> page) {
                      std::vector<Project> found;
                      std::size_t seen = 0;
                      if (page.ok()) {
                        seen = page->items.size();
                        for (const Project& project : page->items) {
                          Pipeline named;  // Filters of projects and of pipelines are alike.
                          named.name = project.name;
                          if (IsMatched(*plan, named)) found.push_back(project);
                        }
                      }
                      Note(subject, kListProjects, page.status(),
                           fmt::format("{} projects, {} of them matched", seen, found.size()));
                      on_found(found);
                      on_done_();
                    });
}

AccessSubject& AccessCheck::AddSubject(const AccessTarget& target, std::string title) {
  auto subject = std::make_unique<AccessSubject>();
  subject->title = std::move(title);
  subject->id = target.plan->target.project.value;
  subject->endpoint = target.plan->target.endpoint;
  subject->place = target.place;
  subjects_.push_back(std::move(subject));
  return *subjects_.back();
}

void AccessCheck::Note(AccessSubject& subject, std::string name, const Status& status,
                       std::string note) {
  AccessCall call;
  call.name = std::move(name);
  call.failure = status;
  if (status.ok()) {
    call.state = AccessCall::State::kOk;
    call.note = std::move(note);
  } else if (WasNotSent(status)) {
    call.note = "the credential was refused before";
  } else if (WasStopped(status)) {
    call.state = AccessCall::State::kFailed;
    call.advice = {"the time for the check is over", "check fewer projects at once"};
  } else {
    call.state = AccessCall::State::kFailed;
    call.advice = AdviseOnFailure(status, subject.place, clock_.Now());
  }
  subject.calls.push_back(std::move(call));
}

void AccessCheck::OnPipelines(const std::shared_ptr<ProjectWork>& work,
                              Result<Page<Pipeline>> page) {
  AccessSubject& subject = work->subject;
  const ProjectPlan& plan = *work->target.plan;
  const Pipeline* pipeline = nullptr;
  std::string note;
  std::string why = "needs the list of pipelines";
  if (page.ok()) {
    const std::vector<Pipeline>& items = page->items;
    const auto matched = std::count_if(items.begin(), items.end(), [&plan](const Pipeline& item) {
      return IsMatched(plan, item);
    });
    const auto total = page->total.value_or(static_cast<std::int64_t>(items.size()));
    note = fmt::format("{} pipelines, {} of the first {} matched", total, matched, items.size());
    pipeline = ChoosePipeline(plan, items);
    why = "no pipeline has run yet";
    if (items.empty()) why = "there is no pipeline: if there should be, check the project id";
  }
  Note(subject, kListPipelines, page.status(), std::move(note));
  if (pipeline != nullptr && pipeline->latest_run) {
    CheckRun(work, *pipeline);
    return;
  }
  for (const char* name : kCallsOfARun) Skip(subject, name, why);
  on_done_();
}

void AccessCheck::CheckRun(const std::shared_ptr<ProjectWork>& work, const Pipeline& pipeline) {
  const ApiTarget& target = work->target.plan->target;
  work->outstanding = static_cast<int>(kCallsOfARun.size());
  const std::string of = "of pipeline " + pipeline.name;
  api_.ListPipelineRuns(target, {pipeline.id, {0, 1}}, [this, work, of](auto page) {
    Note(work->subject, kListRuns, page.status(), of);
    EndOne(work);
  });
  api_.ShowPipelineRunDetail(
      target, pipeline.id, pipeline.latest_run->id, [this, work, of](auto detail) {
        Note(work->subject, kDetail, detail.status(),
             detail.ok() ? fmt::format("number {} {}", detail->run_number, of) : "");
        EndOne(work);
      });
  api_.ListPipelineQueue(target, pipeline.id, [this, work, of](auto page) {
    Note(work->subject, kQueue, page.status(), of);
    EndOne(work);
  });
}

void AccessCheck::EndOne(const std::shared_ptr<ProjectWork>& work) {
  if (--work->outstanding > 0) return;
  std::vector<AccessCall>& calls = work->subject.calls;
  const auto rank = [](const AccessCall& call) {
    const auto found = std::find(kCallsOfARun.begin(), kCallsOfARun.end(), call.name);
    return found == kCallsOfARun.end() ? -1 : static_cast<int>(found - kCallsOfARun.begin());
  };
  std::stable_sort(calls.begin(), calls.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  on_done_();
}

}  // namespace codearts
