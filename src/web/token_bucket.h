#ifndef CODEARTS_WEB_TOKEN_BUCKET_H_
#define CODEARTS_WEB_TOKEN_BUCKET_H_

#include <mutex>

#include "base/clock.h"
#include "config/web_config.h"

namespace codearts {

// Limits requests: each takes a token, of which there are `burst` at most, with a new one every
// `interval`. A bucket begins full. Threads: safe.
class TokenBucket {
 public:
  // Returns whether there was a token to take. The limit may differ from call to call.
  bool Take(const RateLimitConfig& limit, SteadyTime now);

 private:
  std::mutex mutex_;
  RateLimitConfig limit_;
  SteadyTime full_at_;  // When the bucket would be full again if nobody came.
};

}  // namespace codearts

#endif  // CODEARTS_WEB_TOKEN_BUCKET_H_
