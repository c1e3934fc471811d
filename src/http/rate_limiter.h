#ifndef CODEARTS_HTTP_RATE_LIMITER_H_
#define CODEARTS_HTTP_RATE_LIMITER_H_

#include <chrono>
#include <optional>

#include "base/clock.h"

namespace codearts {

// A token bucket that adapts: its rate halves when the server throttles, at most once per
// kHalvingInterval and not below kMinRate, and climbs back evenly within kRecoveryTime of the
// lowest. It holds a quarter of a second's tokens, at least one. Without a limit it starts to count
// when the server first throttles, from the rate of that moment. Units: requests per second.
// Threads: one.
class RateLimiter {
 public:
  static constexpr double kMinRate = 0.5;
  static constexpr Duration kHalvingInterval = std::chrono::seconds(1);
  static constexpr Duration kRecoveryTime = std::chrono::minutes(1);
  static constexpr Duration kLongestPause = std::chrono::minutes(5);
  // What a limiter without a limit takes for its rate at least when it is throttled.
  static constexpr double kMinMeasuredRate = 10;

  // `limit` 0: none.
  RateLimiter(double limit, SteadyTime now);

  // Replaces the limit; a rate below it stays.
  void SetLimit(double limit, SteadyTime now);

  // Returns when the next request may be sent: `now` or later.
  SteadyTime NextSend(SteadyTime now);

  // Counts a request that is sent now.
  void Take(SteadyTime now);

  // Slows down; with `retry_after`, also pauses.
  void OnThrottled(std::optional<Duration> retry_after, SteadyTime now);

  // Sends nothing for so long, but kLongestPause at most.
  void Pause(Duration retry_after, SteadyTime now);

  // The present rate; infinity while there is no limit.
  double Rate(SteadyTime now);

  // Until when Retry-After forbids to send; in the past if it does not.
  SteadyTime paused_until() const { return paused_until_; }

 private:
  void Advance(SteadyTime now);
  double MeasuredRate(SteadyTime now) const;

  double ceiling_;  // What the rate climbs to: the limit, or what was measured without one.
  bool unlimited_;
  double rate_;
  double tokens_;
  SteadyTime advanced_to_;
  std::optional<SteadyTime> halved_at_;
  SteadyTime paused_until_ = SteadyTime::min();
  // Requests sent, each weighing less the older it is: a rate per second.
  double recent_ = 0;
  SteadyTime recent_at_;
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_RATE_LIMITER_H_
