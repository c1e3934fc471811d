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

template <typename Container>
std::int64_t SizeOf(const Container& container) {
  return static_cast<std::int64_t>(container.size());
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
    : pipeline(kPipelineFixed), run_histogram(HistogramCost(bounds.run)) {
  if (level >= MetricsLevel::kStage) stage += kGauges;
  if (level >= MetricsLevel::kJob) job += kGauges;
  if (level >= MetricsLevel::kStep) step += kGauges;
  if (histogram_level >= MetricsLevel::kStage) stage_histogram = HistogramCost(bounds.stage);
  if (histogram_level >= MetricsLevel::kJob) job_histogram = HistogramCost(bounds.job);
  stage += stage_histogram;
  job += job_histogram;
}

std::int64_t EstimateSeries(const PipelineState& pipeline, const SeriesCosts& costs) {
  const std::int64_t stages = SizeOf(pipeline.stages);
  std::int64_t jobs = 0;
  std::int64_t steps = 0;
  for (const StageView& stage : pipeline.stages) {
    jobs += SizeOf(stage.jobs);
    for (const JobView& job : stage.jobs) steps += SizeOf(job.steps);
  }
  // There is one for each result; those of names that are not shown any more stay. What is shown
  // will have one when it ends.
  const std::int64_t run_histograms =
      std::max<std::int64_t>(SizeOf(pipeline.runs), 1) + (pipeline.time_to_restore ? 1 : 0);
  const std::int64_t stage_histograms = std::max(SizeOf(pipeline.stage_durations), stages);
  const std::int64_t job_histograms = std::max(SizeOf(pipeline.job_durations), jobs);
  return costs.pipeline + costs.run_histogram * run_histograms +
         (costs.stage - costs.stage_histogram) * stages + costs.stage_histogram * stage_histograms +
         (costs.job - costs.job_histogram) * jobs + costs.job_histogram * job_histograms +
         costs.step * steps;
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
