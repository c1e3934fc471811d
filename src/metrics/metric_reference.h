#ifndef CODEARTS_METRICS_METRIC_REFERENCE_H_
#define CODEARTS_METRICS_METRIC_REFERENCE_H_

#include <string>

namespace codearts {

// Returns docs/metrics.md: the catalogue and the value sets of its labels for people, in Markdown.
std::string FormatMetricReference();

}  // namespace codearts

#endif  // CODEARTS_METRICS_METRIC_REFERENCE_H_
