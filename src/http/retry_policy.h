#ifndef CODEARTS_HTTP_RETRY_POLICY_H_
#define CODEARTS_HTTP_RETRY_POLICY_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "base/clock.h"
#include "base/status.h"

namespace codearts {

// What became of a call so far.
struct AttemptsSoFar {
  int count = 1;            // Attempts made.
  Duration since_first{0};  // Since the first one was sent.
};

struct RetryLimits {
  int retries = 3;          // Attempts after the first.
  Duration window{10'000};  // None is sent later than this after the first.
};

// Decides whether and when a failed attempt is repeated: only when there was no answer, the server
// failed (5xx) or it throttled. The wait is random between 0 and a bound that doubles with each
// attempt ("full jitter"), and at least what Retry-After asks for. Threads: one.
class RetryPolicy {
 public:
  static constexpr Duration kFirstBound = std::chrono::milliseconds(200);
  static constexpr Duration kLargestBound = std::chrono::seconds(5);

  explicit RetryPolicy(std::uint64_t seed) : random_(seed) {}

  // Returns how long to wait before the next attempt; nullopt: give up.
  std::optional<Duration> NextDelay(const Status& failure, const AttemptsSoFar& so_far,
                                    const RetryLimits& limits);

 private:
  std::mt19937_64 random_;
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_RETRY_POLICY_H_
