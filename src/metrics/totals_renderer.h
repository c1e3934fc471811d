#ifndef CODEARTS_METRICS_TOTALS_RENDERER_H_
#define CODEARTS_METRICS_TOTALS_RENDERER_H_

#include <string_view>

#include "collect/snapshot.h"
#include "config/config.h"
#include "metrics/family_blocks.h"

namespace codearts {

// Renders the families of kTotalsMetrics, whose only label for a project is its name. Threads: one
// at a time.
class TotalsRenderer {
 public:
  TotalsRenderer(const MetricsConfig& options, const HistogramBounds& bounds, TextFormat format);

  FamilyBlocks Render(std::string_view project_name, const ProjectTotals& totals);

 private:
  const bool steps_;
  const BoundTexts stage_bounds_;
  const BoundTexts step_bounds_;
  BlockBuilder builder_;
  LabelText labels_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_TOTALS_RENDERER_H_
