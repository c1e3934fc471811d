#ifndef CODEARTS_METRICS_FAMILY_EXPOSITION_H_
#define CODEARTS_METRICS_FAMILY_EXPOSITION_H_

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "metrics/exposition.h"

namespace codearts {

// Appends counters, gauges and histograms of prometheus-cpp in order of the catalogue, before them
// those that it does not know, with series in order of their labels; families of other types and
// those without series are left out. Units come from the
// catalogue. Instead of prometheus-cpp's serializer, which escapes no HELP and passes invalid
// UTF-8.
void AppendFamilies(const std::vector<prometheus::MetricFamily>& families, TextFormat format,
                    std::string& out);

}  // namespace codearts

#endif  // CODEARTS_METRICS_FAMILY_EXPOSITION_H_
