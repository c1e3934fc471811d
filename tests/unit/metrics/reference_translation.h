#ifndef CODEARTS_TESTS_UNIT_METRICS_REFERENCE_TRANSLATION_H_
#define CODEARTS_TESTS_UNIT_METRICS_REFERENCE_TRANSLATION_H_

#include <prometheus/metric_family.h>

#include <vector>

#include "collect/snapshot.h"
#include "config/config.h"

namespace codearts::testing {

// Translates a snapshot's pipelines and projects in the most obvious way: one pass over everything
// for each family, in doubles. What the renderers write must equal this. Requires project names
// that differ.
std::vector<prometheus::MetricFamily> TranslateToFamilies(const Snapshot& snapshot,
                                                          const MetricsConfig& options);

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_METRICS_REFERENCE_TRANSLATION_H_
