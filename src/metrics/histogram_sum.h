#ifndef CODEARTS_METRICS_HISTOGRAM_SUM_H_
#define CODEARTS_METRICS_HISTOGRAM_SUM_H_

#include "collect/histogram.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"

namespace codearts {

// Adding up what would have the same labels on the page: two samples of one series make a page
// invalid. The sum was created when its oldest part was, and has the newest exemplar of each
// bucket.

// A `part` of other bounds is left out.
void AddTo(Histogram& sum, const Histogram& part);
void AddTo(RunTotals& sum, const RunTotals& part);
void AddTo(ProjectTotals& sum, const ProjectTotals& part);

}  // namespace codearts

#endif  // CODEARTS_METRICS_HISTOGRAM_SUM_H_
