#ifndef CODEARTS_TESTS_SUPPORT_FAKE_CODEARTS_API_H_
#define CODEARTS_TESTS_SUPPORT_FAKE_CODEARTS_API_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "api/codearts_api.h"

namespace codearts::testing {

// A pipeline in the fake's world. `runs` may be in any order; the latest is that with the highest
// number.
struct FakePipeline {
  PipelineId id;
  std::string name;
  std::optional<Timestamp> create_time;
  std::vector<PipelineRun> runs;
  std::vector<QueuedRun> queue;
};

// CodeArtsApi over values in memory. Calls are answered by Run, in the order in which they were
// queued.
class FakeCodeArtsApi final : public CodeArtsApi {
 public:
  // The world; change it between refreshes. Keyed by project id.
  std::map<std::string, std::vector<FakePipeline>> projects;
  // What ListProjects answers; nullopt: all of them, named by their ids.
  std::optional<std::vector<Project>> visible;
  // The server's own page limit.
  std::int64_t max_limit = 1000;
  // Asked before each call: a Status fails it. `what` is e.g. "detail p1/run-3", "list_runs p1",
  // "list_pipelines project-1 0".
  std::function<std::optional<Status>(std::string_view what)> fail;
  // Called before each answer, e.g. to change the world between two pages.
  std::function<void(std::string_view what)> before_answer;
  // What was called, as given to `fail`.
  std::vector<std::string> calls;

  // Finds a pipeline of "project-1". Requires that it is there.
  FakePipeline& Find(std::string_view id);
  std::size_t CountCalls(std::string_view prefix) const;

  void ListPipelines(const ApiTarget& target, PageRequest page, Done<Page<Pipeline>> done) override;
  void ListPipelineRuns(const ApiTarget& target, const RunListRequest& request,
                        Done<Page<RunSummary>> done) override;
  void ShowPipelineRunDetail(const ApiTarget& target, const PipelineId& pipeline, const RunId& run,
                             Done<PipelineRun> done) override;
  void ListPipelineQueue(const ApiTarget& target, const PipelineId& pipeline,
                         Done<Page<QueuedRun>> done) override;
  void ListProjects(const ApiTarget& target, PageRequest page, Done<Page<Project>> done) override;
  void Run(std::stop_token stop) override;
  void RunAfter(Duration delay, std::function<void()> task) override;

 private:
  template <typename T>
  void Queue(std::string what, Done<T> done, std::function<Result<T>()> answer);
  const FakePipeline* FindIn(const ProjectId& project, const PipelineId& id) const;

  std::deque<std::function<void()>> queued_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_FAKE_CODEARTS_API_H_
