#ifndef CODEARTS_WEB_REQUEST_LIMITER_H_
#define CODEARTS_WEB_REQUEST_LIMITER_H_

#include <atomic>
#include <utility>

#include "web/http_handler.h"

namespace codearts {

// Counts requests that are being handled and turns away those beyond a limit. What counts is the
// making of an answer, not its delivery: a client that reads slowly keeps no other one out.
// Threads: safe.
class RequestLimiter {
 public:
  // Requires max_requests > 0.
  RequestLimiter(int max_requests, RefusalObserver on_refusal)
      : max_requests_(max_requests), on_refusal_(std::move(on_refusal)) {}
  ~RequestLimiter() = default;
  RequestLimiter(const RequestLimiter&) = delete;
  RequestLimiter& operator=(const RequestLimiter&) = delete;

  // Returns a handler that calls `handler`, or answers 503 with Retry-After while the limit is
  // reached. Several handlers of one limiter share the limit. Lifetime: the limiter must outlive
  // the result.
  WebHandler Limit(WebHandler handler);

 private:
  // One of the places, if there was a free one; given back however the handler ends.
  class Place {
   public:
    explicit Place(RequestLimiter& limiter);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool taken() const { return taken_; }

   private:
    RequestLimiter& limiter_;
    bool taken_ = false;
  };

  const int max_requests_;
  const RefusalObserver on_refusal_;
  std::atomic<int> running_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_WEB_REQUEST_LIMITER_H_
