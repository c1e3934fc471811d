#ifndef CODEARTS_TESTS_SUPPORT_TYPICAL_SNAPSHOT_H_
#define CODEARTS_TESTS_SUPPORT_TYPICAL_SNAPSHOT_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "support/snapshot_builder.h"

namespace codearts::testing {

// Returns a pipeline as they are in daily use: 4 stages of 2 jobs, run many times with both
// results. 266 series with the default options.
inline PipelineState MakeTypicalPipeline(std::size_t number, const HistogramBounds& bounds) {
  PipelineState pipeline = MakePipeline("deploy-service-" + std::to_string(number));
  pipeline.group = "services";
  pipeline.repository = "service-" + std::to_string(number);
  pipeline.default_branch = "main";
  const auto run_number = static_cast<std::int64_t>(100 + number % 900);
  pipeline.latest = MakeRun(run_number, ExecutionStatus::kCompleted);
  pipeline.last_finished = FinishedRun{run_number, Duration(90500), Duration(1000)};
  pipeline.last_success = pipeline.latest->end_time;
  pipeline.last_failure = *pipeline.latest->end_time - std::chrono::hours(1);
  const std::vector<Duration> values(10, Duration(static_cast<std::int64_t>(number) * 7 + 4321));
  for (const RunResult result : {RunResult::kSuccess, RunResult::kFailure}) {
    RunTotals& totals = pipeline.runs[{result, "", ""}];
    totals = {kTestStart, values.size(), MakeHistogramOf(bounds.run, values)};
    SetExemplar(totals.duration,
                {0, pipeline.latest->id, run_number, values.front(), *pipeline.last_success});
  }
  for (const char* name : {"checkout", "build", "test", "deploy"}) {
    StageView stage{name, ExecutionStatus::kCompleted, values.front(), {}};
    pipeline.stage_durations[{name, RunResult::kSuccess}] = MakeHistogramOf(bounds.stage, values);
    for (const char* job : {"linux", "arm"}) {
      stage.jobs.push_back({job, ExecutionStatus::kCompleted, values.front(), {}});
      pipeline.job_durations[{name, job, RunResult::kSuccess}] =
          MakeHistogramOf(bounds.job, values);
    }
    pipeline.stages.push_back(std::move(stage));
  }
  pipeline.time_to_restore = MakeHistogramOf(bounds.run, values);
  return pipeline;
}

// Returns the pipeline as it is after one more run that succeeded.
inline PipelineState WithOneMoreRun(PipelineState pipeline) {
  const Duration took(54321);
  RunFacts& run = *pipeline.latest;
  ++run.number;
  run.id.value = "f" + std::to_string(run.number) + run.id.value.substr(0, 28);
  *run.start_time += std::chrono::hours(1);
  *run.end_time += std::chrono::hours(1);
  pipeline.last_finished->number = run.number;
  pipeline.last_finished->duration = took;
  pipeline.last_success = run.end_time;
  RunTotals& totals = pipeline.runs.at({RunResult::kSuccess, "", ""});
  ++totals.count;
  const auto observe = [took](Histogram& histogram) {
    ++histogram.counts[1];
    histogram.sum += took;
  };
  observe(totals.duration);
  for (auto& [labels, histogram] : pipeline.stage_durations) observe(histogram);
  for (auto& [labels, histogram] : pipeline.job_durations) observe(histogram);
  for (StageView& stage : pipeline.stages) {
    stage.duration = took;
    for (JobView& job : stage.jobs) job.duration = took;
  }
  return pipeline;
}

// Returns `projects` projects with `pipelines` pipelines each.
inline std::shared_ptr<Snapshot> MakeTypicalSnapshot(std::size_t projects, std::size_t pipelines) {
  SnapshotBuilder builder(DefaultBounds());
  for (std::size_t p = 0; p < projects; ++p) {
    builder.Project("project-" + std::to_string(p));
    for (std::size_t i = 0; i < pipelines; ++i) {
      // Ids of equal length are in order.
      PipelineState pipeline = MakeTypicalPipeline(p * pipelines + i, builder.bounds());
      pipeline.id = {"54f90b75fc1447b1b65e8d3a9f" + std::to_string(100'000 + i)};
      builder.Pipeline(std::move(pipeline));
    }
  }
  return builder.Build();
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_TYPICAL_SNAPSHOT_H_
