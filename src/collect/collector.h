#ifndef CODEARTS_COLLECT_COLLECTOR_H_
#define CODEARTS_COLLECT_COLLECTOR_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "collect/refresher.h"
#include "collect/snapshot.h"

namespace codearts {

// Turns scrapes into refreshes: at most one runs at a time, on a thread of its own; scrapes that
// arrive while it runs join it, and one that ended less than `min_interval` ago serves them as it
// is. Without scrapes there are no API calls. Threads: safe.
class Collector {
 public:
  // `refresher` and `clock` must outlive the collector.
  Collector(Refresher& refresher, const Clock& clock, Duration min_interval);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // Refreshes if that is due, waits for it until `deadline` at most and returns the newest
  // published snapshot, never null.
  std::shared_ptr<const Snapshot> Scrape(SteadyTime deadline);

  // Returns the newest published snapshot at once, never null.
  std::shared_ptr<const Snapshot> Current() const { return refresher_.Current(); }

  // Stops a refresh that runs and waits for its end. Scrapes are then answered at once, from what
  // there is. A second call does nothing.
  void Stop();

  // Runs `task` on the refresh thread while no refresh runs: at once, or when the present one has
  // ended. What was published before counts as out of date then: a scrape that comes later waits
  // for a refresh that begins after the task. A task that waits when Stop is called still runs.
  // Returns false after Stop, and then the task does not run.
  bool Post(std::function<void()> task);

  // Replaces the interval from the next scrape on (reload).
  void SetMinInterval(Duration min_interval);

 private:
  using Lock = std::unique_lock<std::mutex>;

  void Work(const std::stop_token& stop);
  void RunTasks(Lock& lock);
  bool IsDue(SteadyTime now) const;

  Refresher& refresher_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Duration min_interval_;
  bool stopped_ = false;
  std::vector<std::function<void()>> tasks_;
  // Refreshes are numbered from 1: up to which they are wanted, have begun and have ended.
  std::uint64_t wanted_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t ended_ = 0;
  bool expired_ = false;  // A task came after the last refresh began.
  std::optional<SteadyTime> last_end_;
  std::jthread thread_;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_COLLECTOR_H_
