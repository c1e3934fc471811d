#ifndef CODEARTS_COLLECT_HISTOGRAM_GENERATION_H_
#define CODEARTS_COLLECT_HISTOGRAM_GENERATION_H_

#include "base/clock.h"
#include "collect/pipeline_state.h"
#include "collect/project_ledger.h"
#include "collect/snapshot.h"

namespace codearts {

// The bounds that histograms go on with, and which kinds were counted with others and start anew.
struct HistogramGeneration {
  HistogramBounds bounds;
  bool run_changed = false;
  bool stage_changed = false;
  bool job_changed = false;
  bool step_changed = false;
  Timestamp now;
};

// Starts a new generation of the histograms of the changed kinds: empty, created now. Counters go
// on. A histogram that does not fit its bounds starts anew as well, so that it can be added to.
void StartGeneration(const HistogramGeneration& generation, PipelineState& pipeline);
void StartGeneration(const HistogramGeneration& generation, ProjectTotals& totals);

// The same for a whole ledger, retired pipelines included.
void StartGeneration(const HistogramGeneration& generation, ProjectLedger& ledger);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_HISTOGRAM_GENERATION_H_
