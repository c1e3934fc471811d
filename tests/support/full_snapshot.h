#ifndef CODEARTS_TESTS_SUPPORT_FULL_SNAPSHOT_H_
#define CODEARTS_TESTS_SUPPORT_FULL_SNAPSHOT_H_

#include <chrono>
#include <memory>
#include <utility>

#include "support/snapshot_builder.h"

namespace codearts::testing {

// The options with which a page has every family.
inline MetricsConfig FullOptions() {
  MetricsConfig options;
  options.level = MetricsLevel::kStep;
  options.histogram_level = MetricsLevel::kStep;
  options.queue = true;
  return options;
}

// Returns a pipeline that lacks nothing: it runs again after a failure, was restored before, and
// has a queue.
inline PipelineState MakeFullPipeline(const HistogramBounds& bounds) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.group = "backend";
  pipeline.component_id = "c0ffee";
  pipeline.repository = "shop.git";
  pipeline.default_branch = "main";
  const RunFacts failed = MakeRun(41, ExecutionStatus::kFailed);
  pipeline.latest = MakeRun(42, ExecutionStatus::kRunning);
  pipeline.open[42] = {
      pipeline.latest->id, pipeline.latest->start_time, ExecutionStatus::kRunning, {}, 0};
  pipeline.last_finished = FinishedRun{41, Duration(90500), Duration(2000)};
  pipeline.last_success = kTestStart;
  pipeline.last_failure = failed.end_time;
  pipeline.broken_since = failed.end_time;
  pipeline.consecutive_failures = 1;
  pipeline.queue = QueueFacts{2, kTestStart + std::chrono::hours(43)};

  StageView build{"build", ExecutionStatus::kCompleted, Duration(45250), {}};
  build.jobs.push_back(
      {"_pre", {}, {}, {{"official_devcloud_autoTrigger", ExecutionStatus::kCompleted, {}}}});
  build.jobs.push_back({"linux",
                        ExecutionStatus::kCompleted,
                        Duration(40000),
                        {{"compile", ExecutionStatus::kCompleted, Duration(39001)}}});
  StageView release{"release", ExecutionStatus::kRunning, Duration(30000), {}};
  release.jobs.push_back({"deploy", ExecutionStatus::kRunning, {}, {}});
  pipeline.stages = {std::move(build), std::move(release)};

  RunTotals& failures = pipeline.runs[{RunResult::kFailure, "", ""}];
  failures = {kTestStart, 2, MakeHistogramOf(bounds.run, {Duration(90500), Duration(30000)})};
  SetExemplar(failures.duration, {1, failed.id, 41, Duration(90500), *failed.end_time});
  pipeline.runs[{RunResult::kSuccess, "", ""}] = {kTestStart, 39, MakeHistogram(bounds.run, {})};
  pipeline.retries = 1;
  pipeline.missed = {0, 1, 0, 0};
  pipeline.paused_total = Duration(61000);
  pipeline.deployments[RunResult::kSuccess] = {kTestStart, 12};
  pipeline.stage_durations[{"build", RunResult::kSuccess}] =
      MakeHistogramOf(bounds.stage, {Duration(45250)});
  pipeline.job_durations[{"build", "linux", RunResult::kSuccess}] =
      MakeHistogramOf(bounds.job, {Duration(40000)});
  pipeline.time_to_restore = MakeHistogramOf(bounds.run, {Duration(3'600'000)});
  return pipeline;
}

// Returns a project of two pipelines in which, with FullOptions, every family of a snapshot has a
// sample.
inline std::shared_ptr<Snapshot> MakeFullSnapshot() {
  SnapshotBuilder builder;
  PipelineState ended = MakePipeline("nightly");
  ended.latest = MakeRun(1, ExecutionStatus::kCompleted);
  builder.Project("shop").Pipeline(MakeFullPipeline(builder.bounds())).Pipeline(std::move(ended));
  builder.project().health.errors[StatusCode::kThrottled] = 3;
  builder.project().health.clock_skew = Duration(-120);
  builder.project().health.unknown_statuses = {0, 0, 0, 1};
  builder.totals().step_durations[{"official_shell", "Build", RunResult::kSuccess}] =
      MakeHistogramOf(builder.bounds().step, {Duration(39001)});
  builder.totals().dispatch_wait = MakeHistogramOf(builder.bounds().stage, {Duration(1500)});
  auto snapshot = builder.Build();
  snapshot->ledger_bytes = 73728;
  return snapshot;
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_FULL_SNAPSHOT_H_
