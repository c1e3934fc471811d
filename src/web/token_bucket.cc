#include "web/token_bucket.h"

#include <algorithm>

namespace codearts {

bool TokenBucket::Take(const RateLimitConfig& limit, SteadyTime now) {
  if (limit.interval <= Duration(0)) return true;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (limit_ != limit) {
    limit_ = limit;
    full_at_ = now;
  }
  const SteadyTime full_at = std::max(full_at_, now) + limit.interval;
  if (full_at - now > limit.interval * limit.burst) return false;
  full_at_ = full_at;
  return true;
}

}  // namespace codearts
