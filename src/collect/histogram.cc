#include "collect/histogram.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace codearts {

Histogram MakeHistogram(const BucketBounds& bounds, Timestamp created) {
  Histogram histogram;
  histogram.created = created;
  histogram.counts.resize(bounds.size() + 1);
  return histogram;
}

std::size_t Observe(Histogram& histogram, const BucketBounds& bounds, Duration value) {
  const auto bound = std::lower_bound(bounds.begin(), bounds.end(), ToSeconds(value));
  const auto bucket = static_cast<std::size_t>(bound - bounds.begin());
  ++histogram.counts[bucket];
  histogram.sum += value;
  return bucket;
}

void SetExemplar(Histogram& histogram, Exemplar exemplar) {
  for (Exemplar& present : histogram.exemplars) {
    if (present.bucket == exemplar.bucket) {
      present = std::move(exemplar);
      return;
    }
  }
  histogram.exemplars.push_back(std::move(exemplar));
}

std::uint64_t TotalCount(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0});
}

}  // namespace codearts
