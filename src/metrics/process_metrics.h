#ifndef CODEARTS_METRICS_PROCESS_METRICS_H_
#define CODEARTS_METRICS_PROCESS_METRICS_H_

#include <prometheus/metric_family.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace codearts {

// The standard process_* families of this process. Source: Prometheus' client library guidelines,
// "Standard and runtime collectors"; proc(5). Threads: safe.
class ProcessMetrics {
 public:
  using Families = std::vector<prometheus::MetricFamily>;

  // `clock` must outlive the object. `proc`: where procfs is mounted.
  explicit ProcessMetrics(const Clock& clock, std::string proc = "/proc");

  // Returns the families in order of the catalogue; what can't be read is left out. They are up to
  // a second old: the kernel goes through all threads for them, which takes as long as all else
  // that a scrape does when nothing changed.
  std::shared_ptr<const Families> Read();

 private:
  Families ReadNow() const;

  const Clock& clock_;
  const std::string proc_;
  const std::optional<double> start_time_;  // In seconds since the epoch.
  std::mutex mutex_;  // Held while reading: who comes meanwhile needs the same.
  std::shared_ptr<const Families> families_;
  SteadyTime read_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_PROCESS_METRICS_H_
