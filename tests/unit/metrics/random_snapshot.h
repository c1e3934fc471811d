#ifndef CODEARTS_TESTS_UNIT_METRICS_RANDOM_SNAPSHOT_H_
#define CODEARTS_TESTS_UNIT_METRICS_RANDOM_SNAPSHOT_H_

#include <memory>
#include <random>

#include "collect/snapshot.h"
#include "config/config.h"

namespace codearts::testing {

// Make values in which everything optional may be absent, and names are of any bytes. The same
// state of the generator gives the same value.
MetricsConfig RandomOptions(std::mt19937& random);
// Runs are counted by the labels that `options` ask for.
PipelineState RandomPipeline(std::mt19937& random, const MetricsConfig& options,
                             const HistogramBounds& bounds);
std::shared_ptr<Snapshot> RandomSnapshot(std::mt19937& random, const MetricsConfig& options);

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_METRICS_RANDOM_SNAPSHOT_H_
