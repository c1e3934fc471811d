#include "web/request_limiter.h"

#include <utility>

namespace codearts {
namespace {

WebResponse TooManyRequests() {
  WebResponse response =
      TextResponse(503, "too many concurrent requests; --web.max-requests is the limit\n");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace

WebHandler RequestLimiter::Limit(WebHandler handler) {
  return [this, handler = std::move(handler)](const WebRequest& request) {
    const Place place(*this);
    if (place.taken()) return handler(request);
    on_refusal_("max_requests");
    return TooManyRequests();
  };
}

RequestLimiter::Place::Place(RequestLimiter& limiter) : limiter_(limiter) {
  int running = limiter_.running_;
  while (!taken_ && running < limiter_.max_requests_) {
    taken_ = limiter_.running_.compare_exchange_weak(running, running + 1);
  }
}

RequestLimiter::Place::~Place() {
  if (taken_) --limiter_.running_;
}

}  // namespace codearts
