#include "collect/collector.h"

#include <exception>
#include <utility>

#include "base/logging.h"

namespace codearts {
namespace {

// One of the three places that catch everything: a bug in a refresh must not end the exporter.
void RunSafely(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    LogError("a refresh ended with an exception", {{"error", error.what()}});
  } catch (...) {
    LogError("a refresh ended with an unknown exception");
  }
}

}  // namespace

Collector::Collector(Refresher& refresher, const Clock& clock, Duration min_interval)
    : refresher_(refresher),
      clock_(clock),
      min_interval_(min_interval),
      thread_([this](const std::stop_token& stop) { Work(stop); }) {}

Collector::~Collector() {
  Stop();
}

void Collector::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const Snapshot> Collector::Scrape(SteadyTime deadline) {
  {
    Lock lock(mutex_);
    const SteadyTime now = clock_.SteadyNow();
    const bool waits = wanted_ > begun_;
    const bool runs = begun_ > ended_;
    if (!waits && (runs ? expired_ : IsDue(now))) {
      ++wanted_;
      changed_.notify_all();
    }
    const std::uint64_t needed = wanted_;
    changed_.wait_for(lock, deadline - now,
                      [this, needed] { return stopped_ || ended_ >= needed; });
  }
  return Current();
}

bool Collector::Post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  tasks_.push_back(std::move(task));
  expired_ = true;
  changed_.notify_all();
  return true;
}

void Collector::SetMinInterval(Duration min_interval) {
  const std::lock_guard lock(mutex_);
  min_interval_ = min_interval;
}

bool Collector::IsDue(SteadyTime now) const {
  return !last_end_ || expired_ || now - *last_end_ >= min_interval_;
}

void Collector::Work(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return wanted_ > begun_ || !tasks_.empty(); })) {
    RunTasks(lock);
    if (stop.stop_requested()) break;
    if (wanted_ == begun_) continue;
    begun_ = wanted_;
    expired_ = false;
    lock.unlock();
    RunSafely([&] { refresher_.Refresh(stop); });
    lock.lock();
    ended_ = begun_;
    last_end_ = clock_.SteadyNow();
    changed_.notify_all();
  }
  RunTasks(lock);
}

void Collector::RunTasks(Lock& lock) {
  while (!tasks_.empty()) {
    const std::vector<std::function<void()>> tasks = std::exchange(tasks_, {});
    lock.unlock();
    for (const std::function<void()>& task : tasks) RunSafely(task);
    lock.lock();
  }
}

}  // namespace codearts
