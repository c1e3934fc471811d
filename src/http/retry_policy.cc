#include "http/retry_policy.h"

#include <algorithm>

namespace codearts {
namespace {

bool MayPass(StatusCode code) {
  return code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded ||
         code == StatusCode::kThrottled;
}

Duration BoundAfter(int attempts) {
  Duration bound = RetryPolicy::kFirstBound;
  for (int i = 1; i < attempts && bound < RetryPolicy::kLargestBound; ++i) bound *= 2;
  return std::min(bound, RetryPolicy::kLargestBound);
}

}  // namespace

std::optional<Duration> RetryPolicy::NextDelay(const Status& failure, const AttemptsSoFar& so_far,
                                               const RetryLimits& limits) {
  if (!MayPass(failure.code()) || so_far.count > limits.retries) return std::nullopt;
  std::uniform_int_distribution<Duration::rep> jitter(0, BoundAfter(so_far.count).count());
  const Duration asked_for = failure.details().retry_after.value_or(Duration(0));
  const Duration delay = std::max(Duration(jitter(random_)), asked_for);
  if (so_far.since_first + delay > limits.window) return std::nullopt;
  return delay;
}

}  // namespace codearts
