#include "metrics/histogram_sum.h"

#include <algorithm>
#include <cstddef>

namespace codearts {

void AddTo(Histogram& sum, const Histogram& part) {
  if (sum.counts.empty()) {
    sum = part;
    return;
  }
  if (sum.counts.size() != part.counts.size()) return;
  sum.created = std::min(sum.created, part.created);
  for (std::size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += part.counts[i];
  sum.sum += part.sum;
  for (const Exemplar& exemplar : part.exemplars) {
    const auto newer = [&exemplar](const Exemplar& present) {
      return present.bucket == exemplar.bucket && present.time >= exemplar.time;
    };
    if (std::none_of(sum.exemplars.begin(), sum.exemplars.end(), newer)) SetExemplar(sum, exemplar);
  }
}

void AddTo(RunTotals& sum, const RunTotals& part) {
  if (sum.count == 0) {
    sum = part;
    return;
  }
  sum.created = std::min(sum.created, part.created);
  sum.count += part.count;
  AddTo(sum.duration, part.duration);
}

void AddTo(ProjectTotals& sum, const ProjectTotals& part) {
  for (const auto& [labels, histogram] : part.step_durations) {
    AddTo(sum.step_durations[labels], histogram);
  }
  if (part.dispatch_wait) {
    if (!sum.dispatch_wait) sum.dispatch_wait.emplace();
    AddTo(*sum.dispatch_wait, *part.dispatch_wait);
  }
}

}  // namespace codearts
