#include "web/request_limiter.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace codearts {
namespace {

TEST(RequestLimiterTest, TurnsAwayWhatIsBeyondTheLimit) {
  RequestLimiter limiter(2, [](std::string_view) {});
  std::latch inside(2);
  std::latch leave(1);
  const WebHandler slow = limiter.Limit([&](const WebRequest&) {
    inside.count_down();
    leave.wait();
    return TextResponse(200, "ok");
  });
  const WebHandler other = limiter.Limit([](const WebRequest&) { return TextResponse(200, "ok"); });
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(slow(WebRequest()).status, 200); });
  }
  inside.wait();

  const WebResponse refused = other(WebRequest());
  leave.count_down();
  threads.clear();

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers, (std::vector<HttpHeader>{{"Retry-After", "1"}}));
  EXPECT_EQ(other(WebRequest()).status, 200);
}

TEST(RequestLimiterTest, GivesThePlaceBackAfterAnException) {
  RequestLimiter limiter(1, [](std::string_view) {});
  const WebHandler throws =
      limiter.Limit([](const WebRequest&) -> WebResponse { throw std::runtime_error("failed"); });
  const WebHandler works = limiter.Limit([](const WebRequest&) { return TextResponse(200, "ok"); });

  EXPECT_THROW(throws(WebRequest()), std::runtime_error);

  EXPECT_EQ(works(WebRequest()).status, 200);
}

TEST(RequestLimiterTest, NeverRunsMoreThanTheLimit) {
  RequestLimiter limiter(3, [](std::string_view) {});
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  const WebHandler handler = limiter.Limit([&](const WebRequest&) {
    const int now = ++running;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    --running;
    return TextResponse(200, "ok");
  });

  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) handler(WebRequest());
    });
  }
  threads.clear();

  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
}

}  // namespace
}  // namespace codearts
