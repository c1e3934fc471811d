#ifndef CODEARTS_EXPORTER_RELOAD_H_
#define CODEARTS_EXPORTER_RELOAD_H_

#include <functional>
#include <future>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/status.h"
#include "collect/collector.h"
#include "config/config.h"
#include "config/config_loader.h"
#include "metrics/exporter_metrics.h"

namespace codearts {

// Returns ok if a running exporter can go over from `running` to `next`. Errors: kInvalidArgument,
// naming the key and the remedy.
Status CheckReload(const Config& running, const Config& next);

// The configuration in effect, and its replacement on demand. All or nothing: what can be found
// wrong is found before anything changes, and the change is made on the refresh thread between two
// refreshes. A refresh in flight ends as it began. Threads: safe.
class Reloader {
 public:
  struct Parts {
    // Reads file, environment and flags again.
    std::function<LoadResult()> load;
    // Goes over to a configuration; called on the refresh thread while no refresh runs. On an error
    // everything must be as before.
    std::function<Status(const Config& running, const Config& next)> apply;
    Collector& collector;
    ExporterMetrics& own_metrics;
    const Clock& clock;
  };

  // What `parts` refers to must outlive the reloader, and the collector must be stopped before the
  // reloader ends.
  Reloader(Config running, Parts parts);

  std::shared_ptr<const Config> config() const;

  // Loads and checks at once, then applies when no refresh runs. The outcome goes to the log and
  // the metrics, and to the future. Errors: kInvalidArgument with all that is wrong, a line each;
  // what `apply` gives; kUnavailable if the exporter stops.
  std::future<Status> Reload();

 private:
  Status Load(Config& next);
  Status Apply(const Config& next);
  Status Report(Status status);

  const Parts parts_;
  std::mutex order_mutex_;    // Configurations are applied in the order in which they were loaded.
  mutable std::mutex mutex_;  // Guards the pointer alone.
  std::shared_ptr<const Config> config_;
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_RELOAD_H_
