// collect/: what happened: refreshes on demand, the ledger that counts every finished attempt of a
// run exactly once, its store, and the immutable snapshot that is published. Knows nothing of
// metric names, of text formats or of HTTP serving.
#ifndef CODEARTS_COLLECT_HISTOGRAM_H_
#define CODEARTS_COLLECT_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"

namespace codearts {

// Upper bounds of a histogram's buckets in seconds, ascending, without +Inf.
using BucketBounds = std::vector<double>;

// A run that stands for the observations of one bucket. Source: OpenMetrics 1.0.0, "Exemplars".
struct Exemplar {
  std::size_t bucket = 0;  // Index into Histogram::counts.
  RunId run_id;
  std::int64_t run_number = 0;
  Duration value{0};
  Timestamp time;  // When the run ended.

  bool operator==(const Exemplar&) const = default;
};

// Observed durations. The sum is kept in whole milliseconds, so that it does not depend on the
// order of the observations.
struct Histogram {
  Timestamp created;
  std::vector<std::uint64_t> counts;  // Per bucket, not cumulative; the last one is +Inf.
  Duration sum{0};
  std::vector<Exemplar> exemplars;  // At most one per bucket, the newest.

  bool operator==(const Histogram&) const = default;
};

// Returns an empty histogram for `bounds`.
Histogram MakeHistogram(const BucketBounds& bounds, Timestamp created);

// Adds one observation and returns the index of its bucket. A value equal to a bound belongs to it.
std::size_t Observe(Histogram& histogram, const BucketBounds& bounds, Duration value);

// Remembers `exemplar` as the newest of its bucket.
void SetExemplar(Histogram& histogram, Exemplar exemplar);

std::uint64_t TotalCount(const Histogram& histogram);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_HISTOGRAM_H_
