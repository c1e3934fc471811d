#ifndef CODEARTS_METRICS_HISTORY_PAGE_H_
#define CODEARTS_METRICS_HISTORY_PAGE_H_

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "collect/history.h"

namespace codearts {

struct HistoryPageOptions {
  Timestamp since;
  // Labels that Prometheus adds to what it scrapes, such as job and instance, so that the past and
  // the present are one series.
  std::vector<std::pair<std::string, std::string>> target_labels;
};

// Returns past runs in OpenMetrics 1.0.0 with timestamps, for `promtool tsdb create-blocks-from
// openmetrics`: codearts_pipeline_runs_total, with a sample just before each step and one at it, so
// that increase() over any range finds it, and codearts_pipeline_last_run_duration_seconds, with
// one sample for each run. These are the only pages of ours with timestamps.
std::string RenderHistory(const std::vector<ProjectHistory>& projects,
                          const HistoryPageOptions& options);

}  // namespace codearts

#endif  // CODEARTS_METRICS_HISTORY_PAGE_H_
