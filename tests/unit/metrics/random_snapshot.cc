#include "unit/metrics/random_snapshot.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/label_values.h"
#include "support/snapshot_builder.h"

namespace codearts::testing {
namespace {

class RandomValues {
 public:
  RandomValues(std::mt19937& random, const MetricsConfig& options)
      : random_(random), options_(options) {}

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }
  bool Maybe() { return Below(2) == 0; }

  template <typename T>
  std::optional<T> Maybe(T value) {
    return Maybe() ? std::optional<T>(std::move(value)) : std::nullopt;
  }

  template <typename Values>
  auto OneOf(const Values& values) {
    return values[Below(values.size())];
  }

  // Starts with a number of its own, so that mended names differ too.
  std::string Name() {
    std::string name = std::to_string(++names_);
    for (std::uint64_t length = Below(20); length > 0; --length) {
      name += Maybe() ? static_cast<char>(random_() & 0xFFU) : OneOf(std::string("\\\"\nn,={} "));
    }
    return name;
  }

  Duration Length() { return Duration(Below(Maybe() ? 1'000 : 100'000'000)); }
  Timestamp Time() { return kTestStart + Length(); }

  Histogram Values(const BucketBounds& bounds) {
    std::vector<Duration> values(Below(6));
    std::generate(values.begin(), values.end(), [this] { return Length(); });
    return MakeHistogramOf(bounds, values);
  }

  RunFacts Run() {
    RunFacts run = MakeRun(static_cast<std::int64_t>(Below(1'000'000)), OneOf(kExecutionStatuses));
    run.start_time = Maybe(Time());
    run.end_time = Maybe(Time());
    run.trigger = Name();
    run.branch = Name();
    return run;
  }

  StageView Stage() {
    StageView stage{Name(), Maybe(OneOf(kExecutionStatuses)), Maybe(Length()), {}};
    for (std::uint64_t jobs = Below(4); jobs > 0; --jobs) {
      JobView job{Name(), Maybe(OneOf(kExecutionStatuses)), Maybe(Length()), {}};
      for (std::uint64_t steps = Below(3); steps > 0; --steps) {
        job.steps.push_back({Name(), Maybe(OneOf(kExecutionStatuses)), Maybe(Length())});
      }
      stage.jobs.push_back(std::move(job));
    }
    return stage;
  }

  OpenRun Open() {
    OpenRun run;
    run.status = OneOf(kExecutionStatuses);
    run.start_time = Maybe(Time());
    run.end_time = Maybe(Time());
    return run;
  }

  RunTotals Totals(const BucketBounds& bounds) {
    RunTotals totals;
    totals.created = kTestStart;
    totals.count = 1 + Below(1'000'000'000);
    totals.duration = Values(bounds);
    return totals;
  }

  RunLabels Labels() {
    RunLabels labels;
    labels.result = OneOf(kRunResults);
    if (options_.trigger_label) labels.trigger = Name();
    if (options_.branch_label) labels.branch = Name();
    return labels;
  }

  void FillShown(PipelineState& pipeline) {
    pipeline.latest = Maybe(Run());
    for (std::uint64_t stages = Below(4); stages > 0; --stages) {
      pipeline.stages.push_back(Stage());
    }
    pipeline.last_finished = Maybe(FinishedRun{1, Maybe(Length()), Maybe(Length())});
    pipeline.last_success = Maybe(Time());
    pipeline.last_failure = Maybe(Time());
    pipeline.broken_since = Maybe(Time());
    pipeline.consecutive_failures = Below(10);
    pipeline.queue = Maybe(QueueFacts{static_cast<std::int64_t>(Below(100)), Maybe(Time())});
    for (std::int64_t number = 1; Maybe(); ++number) pipeline.open[number] = Open();
  }

  void FillTotals(const HistogramBounds& bounds, PipelineState& pipeline) {
    while (Maybe()) pipeline.runs[Labels()] = Totals(bounds.run);
    pipeline.retries = Below(5);
    for (std::uint64_t& missed : pipeline.missed) missed = Below(3);
    pipeline.paused_total = Length();
    while (Maybe()) pipeline.deployments[OneOf(kRunResults)] = {kTestStart, Below(100)};
    while (Maybe()) {
      pipeline.stage_durations[{Name(), OneOf(kRunResults)}] = Values(bounds.stage);
      pipeline.job_durations[{Name(), Name(), OneOf(kRunResults)}] = Values(bounds.job);
    }
    pipeline.time_to_restore = Maybe(Values(bounds.run));
  }

  void FillHealth(ProjectHealth& health) {
    health.up = Maybe();
    health.last_success = Maybe(Time());
    health.duration = Maybe(Length());
    health.clock_skew = Maybe(Length() - Duration(500));
    while (Maybe()) {
      health.errors[static_cast<StatusCode>(1 + Below(kRefreshReasons.size()))] = Below(9);
    }
  }

 private:
  std::mt19937& random_;
  const MetricsConfig options_;
  int names_ = 0;
};

}  // namespace

MetricsConfig RandomOptions(std::mt19937& random) {
  RandomValues values(random, {});
  MetricsConfig options;
  options.level = static_cast<MetricsLevel>(values.Below(4));
  options.histogram_level = static_cast<MetricsLevel>(values.Below(4));
  options.run_info = values.Maybe();
  options.trigger_label = values.Maybe();
  options.branch_label = values.Maybe();
  options.queue = values.Maybe();
  return options;
}

PipelineState RandomPipeline(std::mt19937& random, const MetricsConfig& options,
                             const HistogramBounds& bounds) {
  RandomValues values(random, options);
  PipelineState pipeline = MakePipeline(values.Name());
  pipeline.region = values.Name();
  pipeline.group = values.Name();
  values.FillShown(pipeline);
  values.FillTotals(bounds, pipeline);
  return pipeline;
}

std::shared_ptr<Snapshot> RandomSnapshot(std::mt19937& random, const MetricsConfig& options) {
  RandomValues values(random, options);
  SnapshotBuilder builder;
  for (std::uint64_t projects = values.Below(4); projects > 0; --projects) {
    builder.Project(values.Name());
    builder.project().listed = values.Maybe();
    values.FillHealth(builder.project().health);
    while (values.Maybe()) {
      builder.totals().step_durations[{values.Name(), "Build", RunResult::kFailure}] =
          values.Values(builder.bounds().step);
    }
    builder.totals().dispatch_wait = values.Maybe(values.Values(builder.bounds().stage));
    if (!builder.project().listed) continue;
    for (int number = 0; values.Maybe(); ++number) {
      PipelineState pipeline = RandomPipeline(random, options, builder.bounds());
      pipeline.id = {std::to_string(number)};
      builder.Pipeline(std::move(pipeline));
    }
  }
  return builder.Build();
}

}  // namespace codearts::testing
