#ifndef CODEARTS_COLLECT_SERIES_BUDGET_H_
#define CODEARTS_COLLECT_SERIES_BUDGET_H_

#include <cstdint>

#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "model/pipeline_run.h"

namespace codearts {

// How many series a stage, job or step brings, by the levels and buckets in use: what a first
// result adds, both gauges and one histogram, and each histogram for itself.
struct SeriesCosts {
  SeriesCosts(MetricsLevel level, MetricsLevel histogram_level, const HistogramBounds& bounds);

  std::int64_t stage = 0;
  std::int64_t job = 0;
  std::int64_t step = 0;
  std::int64_t pipeline = 0;  // Of a pipeline as such, without histograms.
  std::int64_t run_histogram = 0;
  std::int64_t stage_histogram = 0;
  std::int64_t job_histogram = 0;
};

// Returns about how many series a pipeline has: those that are shown, and the histograms of all
// names that were ever counted.
std::int64_t EstimateSeries(const PipelineState& pipeline, const SeriesCosts& costs);

// Bounds the series of all pipelines together (metrics.series_limit): beyond the limit, stages and
// jobs with names that are new go by "_overflow", so that their runs are still counted. Threads:
// one.
class SeriesBudget {
 public:
  // `used`: the series that there are already.
  SeriesBudget(std::int64_t limit, SeriesCosts costs, std::int64_t used)
      : limit_(limit), costs_(costs), used_(used) {}

  // Gives the run's stages and jobs their label values, and renames those to kOverflowName that are
  // new to `pipeline` and that there is no room for.
  void Fold(const PipelineState& pipeline, PipelineRun& run);

  // How many stages and jobs were renamed.
  std::uint64_t folded() const { return folded_; }

 private:
  bool Admit(std::int64_t cost);
  void FoldJobs(const PipelineState& pipeline, StageRun& stage);

  const std::int64_t limit_;
  const SeriesCosts costs_;
  std::int64_t used_;
  std::uint64_t folded_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_SERIES_BUDGET_H_
