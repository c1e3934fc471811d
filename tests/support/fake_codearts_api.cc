#include "support/fake_codearts_api.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "support/run_builder.h"

namespace codearts::testing {
namespace {

template <typename T>
Page<T> CutPage(std::vector<T> all, PageRequest request, std::int64_t max_limit) {
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t begin = std::min(request.offset, size);
  const std::int64_t end = std::min(begin + std::min(request.limit, max_limit), size);
  Page<T> page;
  page.items.assign(all.begin() + begin, all.begin() + end);
  page.total = size;
  return page;
}

Status NotFound(std::string message) {
  return Status(StatusCode::kNotFound, std::move(message));
}

}  // namespace

FakePipeline& FakeCodeArtsApi::Find(std::string_view id) {
  std::vector<FakePipeline>& pipelines = projects.at("project-1");
  return *std::find_if(pipelines.begin(), pipelines.end(),
                       [id](const FakePipeline& pipeline) { return pipeline.id.value == id; });
}

std::size_t FakeCodeArtsApi::CountCalls(std::string_view prefix) const {
  const auto count = std::count_if(calls.begin(), calls.end(), [prefix](const std::string& call) {
    return call.substr(0, prefix.size()) == prefix;
  });
  return static_cast<std::size_t>(count);
}

const FakePipeline* FakeCodeArtsApi::FindIn(const ProjectId& project, const PipelineId& id) const {
  const auto found = projects.find(project.value);
  if (found == projects.end()) return nullptr;
  for (const FakePipeline& pipeline : found->second) {
    if (pipeline.id == id) return &pipeline;
  }
  return nullptr;
}

template <typename T>
void FakeCodeArtsApi::Queue(std::string what, Done<T> done, std::function<Result<T>()> answer) {
  calls.push_back(what);
  queued_.emplace_back(
      [this, what = std::move(what), done = std::move(done), answer = std::move(answer)] {
        if (before_answer) before_answer(what);
        if (fail) {
          if (std::optional<Status> failure = fail(what)) return done(std::move(*failure));
        }
        done(answer());
      });
}

void FakeCodeArtsApi::ListPipelines(const ApiTarget& target, PageRequest page,
                                    Done<Page<Pipeline>> done) {
  Queue<Page<Pipeline>>(
      fmt::format("list_pipelines {} {}", target.project.value, page.offset), std::move(done),
      [this, project = target.project, page]() -> Result<Page<Pipeline>> {
        const auto found = projects.find(project.value);
        if (found == projects.end()) return NotFound("no such project");
        std::vector<Pipeline> all;
        for (const FakePipeline& fake : found->second) {
          Pipeline pipeline;
          pipeline.id = fake.id;
          pipeline.name = fake.name;
          pipeline.project_id = project;
          pipeline.create_time = fake.create_time;
          const auto latest = std::max_element(fake.runs.begin(), fake.runs.end(),
                                               [](const PipelineRun& a, const PipelineRun& b) {
                                                 return a.run_number < b.run_number;
                                               });
          if (latest != fake.runs.end()) pipeline.latest_run = Summarize(*latest);
          all.push_back(std::move(pipeline));
        }
        return CutPage(std::move(all), page, max_limit);
      });
}

void FakeCodeArtsApi::ListPipelineRuns(const ApiTarget& target, const RunListRequest& request,
                                       Done<Page<RunSummary>> done) {
  Queue<Page<RunSummary>>(
      fmt::format("list_runs {} {}", request.pipeline.value, request.page.offset), std::move(done),
      [this, project = target.project, request]() -> Result<Page<RunSummary>> {
        const FakePipeline* pipeline = FindIn(project, request.pipeline);
        if (pipeline == nullptr) return NotFound("no such pipeline");
        std::vector<RunSummary> all;
        for (const PipelineRun& run : pipeline->runs) all.push_back(Summarize(run));
        std::stable_sort(all.begin(), all.end(), [](const RunSummary& a, const RunSummary& b) {
          return a.start_time.value_or(Timestamp()) > b.start_time.value_or(Timestamp());
        });
        return CutPage(std::move(all), request.page, max_limit);
      });
}

void FakeCodeArtsApi::ShowPipelineRunDetail(const ApiTarget& target, const PipelineId& pipeline,
                                            const RunId& run, Done<PipelineRun> done) {
  Queue<PipelineRun>(fmt::format("detail {}/{}", pipeline.value, run.value), std::move(done),
                     [this, project = target.project, pipeline, run]() -> Result<PipelineRun> {
                       const FakePipeline* fake = FindIn(project, pipeline);
                       if (fake == nullptr) return NotFound("no such pipeline");
                       for (const PipelineRun& candidate : fake->runs) {
                         if (candidate.id == run) return candidate;
                       }
                       return NotFound("no such run");
                     });
}

void FakeCodeArtsApi::ListPipelineQueue(const ApiTarget& target, const PipelineId& pipeline,
                                        Done<Page<QueuedRun>> done) {
  Queue<Page<QueuedRun>>(fmt::format("queue {}", pipeline.value), std::move(done),
                         [this, project = target.project, pipeline]() -> Result<Page<QueuedRun>> {
                           const FakePipeline* fake = FindIn(project, pipeline);
                           if (fake == nullptr) return NotFound("no such pipeline");
                           return CutPage(fake->queue, {0, 100}, max_limit);
                         });
}

void FakeCodeArtsApi::ListProjects(const ApiTarget&, PageRequest page, Done<Page<Project>> done) {
  Queue<Page<Project>>("projects", std::move(done), [this, page]() -> Result<Page<Project>> {
    if (visible) return CutPage(*visible, page, max_limit);
    std::vector<Project> all;
    for (const auto& [id, pipelines] : projects) all.push_back({{id}, id});
    return CutPage(std::move(all), page, max_limit);
  });
}

void FakeCodeArtsApi::Run(std::stop_token) {
  while (!queued_.empty()) {
    const std::function<void()> next = std::move(queued_.front());
    queued_.pop_front();
    next();
  }
}

void FakeCodeArtsApi::RunAfter(Duration, std::function<void()> task) {
  queued_.push_back(std::move(task));
}

}  // namespace codearts::testing
