#ifndef CODEARTS_TESTS_SUPPORT_SNAPSHOT_BUILDER_H_
#define CODEARTS_TESTS_SUPPORT_SNAPSHOT_BUILDER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "collect/histogram.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "support/fake_clock.h"

namespace codearts::testing {

// Bounds of few buckets, so that whole pages can be read.
inline HistogramBounds SmallBounds() {
  return {.run = {60, 600}, .stage = {30, 300}, .job = {10, 100}, .step = {0.5}};
}

inline HistogramBounds DefaultBounds() {
  const MetricsConfig config;
  return {.run = config.run_buckets,
          .stage = config.stage_buckets,
          .job = config.job_buckets,
          .step = config.step_buckets};
}

// Returns a pipeline as it is at first sight, without any run.
inline PipelineState MakePipeline(std::string name) {
  PipelineState pipeline;
  pipeline.id = {"id-" + name};
  pipeline.name = std::move(name);
  pipeline.manifest_version = "3.0";
  pipeline.first_seen = kTestStart;
  return pipeline;
}

// Returns a run that started an hour after kTestStart for each run before it and, if its status is
// that of an ended run, took 90.5 seconds.
inline RunFacts MakeRun(std::int64_t number, ExecutionStatus status) {
  RunFacts run;
  run.id = {"run-" + std::to_string(number)};
  run.number = number;
  run.status = status;
  run.start_time = kTestStart + std::chrono::hours(number);
  if (!IsActive(status, std::nullopt)) run.end_time = *run.start_time + Duration(90500);
  run.trigger = "Manual";
  run.branch = "main";
  run.commit = "0123abc";
  run.executor = "somebody";
  run.url = "https://devcloud.example/run/" + std::to_string(number);
  return run;
}

inline Histogram MakeHistogramOf(const BucketBounds& bounds, const std::vector<Duration>& values) {
  Histogram histogram = MakeHistogram(bounds, kTestStart);
  for (const Duration value : values) Observe(histogram, bounds, value);
  return histogram;
}

// Builds snapshots: SnapshotBuilder().Project("shop").Pipeline(a).Pipeline(b).Build(). What it has
// no method for is set in the values that it hands out.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(HistogramBounds bounds = SmallBounds())
      : bounds_(std::make_shared<HistogramBounds>(std::move(bounds))) {}

  // Begins a project that was listed and whose last refresh went well.
  SnapshotBuilder& Project(const std::string& name) {
    ProjectSnapshot project;
    project.id = {"id-" + name};
    project.name = name;
    project.region = "cn-north-4";
    project.listed = true;
    project.health.up = true;
    project.health.last_success = kTestStart;
    project.health.duration = Duration(250);
    projects_.push_back(std::move(project));
    totals_.emplace_back().created = kTestStart;
    return *this;
  }

  // Adds pipelines to the project that was begun last, in order of their ids.
  SnapshotBuilder& Pipeline(PipelineState pipeline) {
    return Pipeline(std::make_shared<const PipelineState>(std::move(pipeline)));
  }
  SnapshotBuilder& Pipeline(std::shared_ptr<const PipelineState> pipeline) {
    projects_.back().pipelines.push_back(std::move(pipeline));
    return *this;
  }

  // Those of the project that was begun last.
  ProjectSnapshot& project() { return projects_.back(); }
  ProjectTotals& totals() { return totals_.back(); }

  const HistogramBounds& bounds() const { return *bounds_; }

  std::shared_ptr<Snapshot> Build() const {
    auto snapshot = std::make_shared<Snapshot>();
    for (std::size_t i = 0; i < projects_.size(); ++i) {
      auto project = std::make_shared<ProjectSnapshot>(projects_[i]);
      project->totals = std::make_shared<const ProjectTotals>(totals_[i]);
      snapshot->projects.push_back(std::move(project));
    }
    snapshot->bounds = bounds_;
    snapshot->ready = true;
    return snapshot;
  }

 private:
  std::shared_ptr<const HistogramBounds> bounds_;
  std::vector<ProjectSnapshot> projects_;
  std::vector<ProjectTotals> totals_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_SNAPSHOT_BUILDER_H_
