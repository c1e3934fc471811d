#include "collect/series_budget.h"

#include <algorithm>
#include <string>

#include "collect/run_view.h"

namespace codearts {
namespace {

// Status and duration.
constexpr std::int64_t kGauges = 2;
// +Inf, sum and count beside the finite buckets.
constexpr std::int64_t kHistogramExtra = 3;
// The gauges and counters that every pipeline has.
constexpr std::int64_t kPipelineFixed = 30;

std::int64_t HistogramCost(const BucketBounds& bounds) {
  return static_cast<std::int64_t>(bounds.size()) + kHistogramExtra;
}

bool KnowsStage(const PipelineState& pipeline, const std::string& stage) {
  const bool shown = std::any_of(pipeline.stages.begin(), pipeline.stages.end(),
                                 [&](const StageView& view) { return view.name == stage; });
  if (shown) return true;
  const auto counted = pipeline.stage_durations.lower_bound({stage, RunResult::kSuccess});
  return counted != pipeline.stage_durations.end() && counted->first.stage == stage;
}

bool KnowsJob(const PipelineState& pipeline, const std::string& stage, const std::string& job) {
  for (const StageView& view : pipeline.stages) {
    if (view.name != stage) continue;
    const bool shown = std::any_of(view.jobs.begin(), view.jobs.end(),
                                   [&](const JobView& other) { return other.name == job; });
    if (shown) return true;
  }
  const auto counted = pipeline.job_durations.lower_bound({stage, job, RunResult::kSuccess});
  return counted != pipeline.job_durations.end() && counted->first.stage == stage &&
         counted->first.job == job;
}

}  // namespace

SeriesCosts::SeriesCosts(MetricsLevel level, MetricsLevel histogram_level,
                         const HistogramBounds& bounds)
    : pipeline(kPipelineFixed + HistogramCost(bounds.run)) {
  if (level >= MetricsLevel::kStage) stage += kGauges;
  if (level >= MetricsLevel::kJob) job += kGauges;
  if (level >= MetricsLevel::kStep) step += kGauges;
  if (histogram_level >= MetricsLevel::kStage) stage += HistogramCost(bounds.stage);
  if (histogram_level >= MetricsLevel::kJob) job += HistogramCost(bounds.job);
}

std::int64_t EstimateSeries(const PipelineState& pipeline, const SeriesCosts& costs) {
  std::int64_t series = costs.pipeline;
  for (const StageView& stage : pipeline.stages) {
    series += costs.stage;
    for (const JobView& job : stage.jobs) {
      series += costs.job + costs.step * static_cast<std::int64_t>(job.steps.size());
    }
  }
  return series;
}

bool SeriesBudget::Admit(std::int64_t cost) {
  if (cost > 0 && used_ + cost > limit_) {
    ++folded_;
    return false;
  }
  used_ += cost;
  return true;
}

void SeriesBudget::Fold(const PipelineState& pipeline, PipelineRun& run) {
  const std::vector<std::string> names = StageNames(run.stages);
  for (std::size_t i = 0; i < run.stages.size(); ++i) {
    StageRun& stage = run.stages[i];
    stage.name = names[i];
    if (!KnowsStage(pipeline, stage.name) && !Admit(costs_.stage)) stage.name = kOverflowName;
    FoldJobs(pipeline, stage);
  }
}

void SeriesBudget::FoldJobs(const PipelineState& pipeline, StageRun& stage) {
  const std::vector<std::string> names = JobNames(stage.jobs);
  for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
    JobRun& job = stage.jobs[i];
    job.name = names[i];
    if (stage.name == kOverflowName) {
      job.name = kOverflowName;
    } else if (!KnowsJob(pipeline, stage.name, job.name)) {
      const std::int64_t steps = costs_.step * static_cast<std::int64_t>(job.steps.size());
      if (!Admit(costs_.job + steps)) job.name = kOverflowName;
    }
  }
}

}  // namespace codearts
