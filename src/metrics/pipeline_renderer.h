#ifndef CODEARTS_METRICS_PIPELINE_RENDERER_H_
#define CODEARTS_METRICS_PIPELINE_RENDERER_H_

#include <map>

#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "metrics/family_blocks.h"

namespace codearts {

// Renders the families of kPipelineMetrics. The text depends on nothing but the arguments, so that
// it can be kept as long as they are the same. Threads: one at a time.
class PipelineRenderer {
 public:
  PipelineRenderer(const MetricsConfig& options, const HistogramBounds& bounds, TextFormat format);

  // Of `project` only id, name and region count.
  FamilyBlocks Render(const ProjectSnapshot& project, const PipelineState& pipeline);

 private:
  void RenderInfo(const ProjectSnapshot& project, const PipelineState& pipeline);
  void RenderLatestRun(const RunFacts& run);
  void RenderRunInfo(const RunFacts& run);
  void RenderFinishedRun(const FinishedRun& run);
  void RenderOutcomes(const PipelineState& pipeline);
  void RenderActiveRuns(const PipelineState& pipeline);
  void RenderParts(const PipelineState& pipeline);
  void RenderQueue(const QueueFacts& queue);
  // `runs`: those of the pipeline by the labels that are exported.
  void RenderTotals(const PipelineState& pipeline, const std::map<RunLabels, RunTotals>& runs);
  void RenderRunCounts(const PipelineState& pipeline, const std::map<RunLabels, RunTotals>& runs);
  void RenderCounters(const PipelineState& pipeline);
  void RenderRunDurations(const std::map<RunLabels, RunTotals>& runs);
  void RenderDurations(const PipelineState& pipeline);
  void SetRunLabels(const RunLabels& labels);

  const MetricsConfig options_;
  const BoundTexts run_bounds_;
  const BoundTexts stage_bounds_;
  const BoundTexts job_bounds_;
  BlockBuilder builder_;
  LabelText labels_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_PIPELINE_RENDERER_H_
