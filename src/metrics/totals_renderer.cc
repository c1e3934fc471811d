#include "metrics/totals_renderer.h"

#include <string>

namespace codearts {

TotalsRenderer::TotalsRenderer(const MetricsConfig& options, const HistogramBounds& bounds,
                               TextFormat format)
    : steps_(options.histogram_level >= MetricsLevel::kStep),
      stage_bounds_(bounds.stage),
      step_bounds_(bounds.step),
      builder_(format, kTotalsMetrics) {}

FamilyBlocks TotalsRenderer::Render(std::string_view project_name, const ProjectTotals& totals) {
  builder_.Begin(std::string(labels_.Clear().Add("project", project_name).text()));
  SampleWriter& steps = builder_.Start(MetricId::kStepDurations);
  if (steps_) {
    for (const auto& [key, histogram] : totals.step_durations) {
      labels_.Clear()
          .Add("plugin", key.plugin)
          .Add("business_type", key.business_type)
          .Add("result", RunResultName(key.result));
      steps.WriteHistogram(labels_.text(), histogram, step_bounds_);
    }
  }
  if (totals.dispatch_wait) {
    builder_.Start(MetricId::kDispatchWait)
        .WriteHistogram("", *totals.dispatch_wait, stage_bounds_);
  }
  return builder_.Finish();
}

}  // namespace codearts
