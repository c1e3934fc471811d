#ifndef CODEARTS_BASE_CLOCK_H_
#define CODEARTS_BASE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace codearts {

// Wall-clock instant. The API speaks epoch milliseconds; so do we.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;
// Monotonic instant: timeouts, backoff and measured durations.
using SteadyTime = std::chrono::steady_clock::time_point;

// Converts to the base unit that every metric uses.
constexpr double ToSeconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
constexpr double ToUnixSeconds(Timestamp t) {
  return ToSeconds(t.time_since_epoch());
}

// Converts between Timestamp and the API's epoch milliseconds.
constexpr Timestamp FromEpochMillis(std::int64_t millis) {
  return Timestamp(Duration(millis));
}
constexpr std::int64_t ToEpochMillis(Timestamp t) {
  return t.time_since_epoch().count();
}

// Source of time, injected wherever time is read. Threads: safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
  virtual SteadyTime SteadyNow() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Timestamp Now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  SteadyTime SteadyNow() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace codearts

#endif  // CODEARTS_BASE_CLOCK_H_
