#include "collect/histogram_generation.h"

#include <memory>
#include <utility>

#include "collect/histogram.h"

namespace codearts {
namespace {

void Renew(const BucketBounds& bounds, bool changed, Timestamp now, Histogram& histogram) {
  if (!changed && histogram.counts.size() == bounds.size() + 1) return;
  histogram = MakeHistogram(bounds, now);
}

}  // namespace

void StartGeneration(const HistogramGeneration& generation, PipelineState& pipeline) {
  const auto& [bounds, run_changed, stage_changed, job_changed, step_changed, now] = generation;
  for (auto& [labels, totals] : pipeline.runs) {
    Renew(bounds.run, run_changed, now, totals.duration);
  }
  if (pipeline.time_to_restore) Renew(bounds.run, run_changed, now, *pipeline.time_to_restore);
  for (auto& [labels, histogram] : pipeline.stage_durations) {
    Renew(bounds.stage, stage_changed, now, histogram);
  }
  for (auto& [labels, histogram] : pipeline.job_durations) {
    Renew(bounds.job, job_changed, now, histogram);
  }
}

void StartGeneration(const HistogramGeneration& generation, ProjectTotals& totals) {
  const auto& [bounds, run_changed, stage_changed, job_changed, step_changed, now] = generation;
  for (auto& [labels, histogram] : totals.step_durations) {
    Renew(bounds.step, step_changed, now, histogram);
  }
  if (totals.dispatch_wait) Renew(bounds.stage, stage_changed, now, *totals.dispatch_wait);
}

void StartGeneration(const HistogramGeneration& generation, ProjectLedger& ledger) {
  const auto renew = [&generation](std::shared_ptr<const PipelineState>& state) {
    PipelineState changed = *state;
    StartGeneration(generation, changed);
    state = std::make_shared<const PipelineState>(std::move(changed));
  };
  for (auto& [id, state] : ledger.pipelines) renew(state);
  for (auto& [id, retired] : ledger.retired) renew(retired.state);
  ProjectTotals totals = *ledger.totals;
  StartGeneration(generation, totals);
  ledger.totals = std::make_shared<const ProjectTotals>(std::move(totals));
}

}  // namespace codearts
