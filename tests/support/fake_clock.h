#ifndef CODEARTS_TESTS_SUPPORT_FAKE_CLOCK_H_
#define CODEARTS_TESTS_SUPPORT_FAKE_CLOCK_H_

#include <atomic>

#include "base/clock.h"

namespace codearts::testing {

// 2024-06-01T00:00:00Z, where every FakeClock starts unless told otherwise.
inline constexpr Timestamp kTestStart = FromEpochMillis(1'717'200'000'000);

// A clock that moves only when told to. Threads: safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp now = kTestStart) : now_(now) {}

  Timestamp Now() const override { return now_; }
  SteadyTime SteadyNow() const override { return steady_; }

  // Moves the wall clock and the monotonic one together.
  void Advance(Duration d) {
    now_ = now_.load() + d;
    steady_ = steady_.load() + d;
  }

  // Moves to `now` as time passing would. Requires now >= Now().
  void AdvanceTo(Timestamp now) { Advance(now - Now()); }

  // Sets the wall clock alone, as NTP or an operator does.
  void SetWallClock(Timestamp now) { now_ = now; }

 private:
  std::atomic<Timestamp> now_;
  // Not the epoch, so that code which takes a default SteadyTime for "never" can be told apart.
  std::atomic<SteadyTime> steady_ = SteadyTime(std::chrono::hours(1));
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_FAKE_CLOCK_H_
