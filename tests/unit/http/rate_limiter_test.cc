#include "http/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <optional>

namespace codearts {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart = SteadyTime(std::chrono::hours(1));

// Sends as much as the limiter lets from `from` to `to` and returns how much that was.
int SendAll(RateLimiter& limiter, SteadyTime from, SteadyTime to) {
  int sent = 0;
  for (SteadyTime now = from; now < to && sent < 100'000;) {
    const SteadyTime next = limiter.NextSend(now);
    if (next > now) {
      now = next;
      continue;
    }
    limiter.Take(now);
    ++sent;
  }
  return sent;
}

TEST(RateLimiterTest, KeepsToItsRate) {
  RateLimiter limiter(20, kStart);

  EXPECT_EQ(SendAll(limiter, kStart, kStart + seconds(1)), 20 + 5 - 1);
  EXPECT_NEAR(SendAll(limiter, kStart + seconds(1), kStart + seconds(101)), 2000, 1);
}

TEST(RateLimiterTest, SendsAQuarterOfASecondsWorthAtOnce) {
  RateLimiter limiter(20, kStart);

  EXPECT_EQ(SendAll(limiter, kStart, kStart + milliseconds(1)), 5);
  // No more after a long rest.
  EXPECT_EQ(SendAll(limiter, kStart + minutes(5), kStart + minutes(5) + milliseconds(1)), 5);
}

TEST(RateLimiterTest, SendsSeldomAtALowRate) {
  RateLimiter limiter(0.1, kStart);

  EXPECT_EQ(limiter.NextSend(kStart), kStart);
  limiter.Take(kStart);
  EXPECT_EQ(limiter.NextSend(kStart), kStart + seconds(10));
  EXPECT_EQ(limiter.NextSend(kStart + seconds(4)), kStart + seconds(10));
}

TEST(RateLimiterTest, HalvesWhenThrottledOncePerInterval) {
  RateLimiter limiter(20, kStart);

  limiter.OnThrottled(std::nullopt, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 10);
  limiter.OnThrottled(std::nullopt, kStart + milliseconds(999));
  EXPECT_NEAR(limiter.Rate(kStart + milliseconds(999)), 10, 0.5);
  limiter.OnThrottled(std::nullopt, kStart + seconds(1));
  EXPECT_NEAR(limiter.Rate(kStart + seconds(1)), 5, 0.5);
}

TEST(RateLimiterTest, DoesNotFallBelowTheLowestRate) {
  RateLimiter limiter(20, kStart);
  SteadyTime now = kStart;

  for (int i = 0; i < 20; ++i) limiter.OnThrottled(std::nullopt, now += seconds(1));

  EXPECT_DOUBLE_EQ(limiter.Rate(now), RateLimiter::kMinRate);
}

TEST(RateLimiterTest, ALimitBelowTheLowestRateIsKeptWhenThrottled) {
  RateLimiter limiter(0.1, kStart);

  limiter.OnThrottled(std::nullopt, kStart);

  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 0.1);
}

TEST(RateLimiterTest, RecoversSlowlyAndNotBeyondItsLimit) {
  RateLimiter limiter(20, kStart);
  limiter.OnThrottled(std::nullopt, kStart);

  EXPECT_NEAR(limiter.Rate(kStart + seconds(15)), 15, 0.01);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart + seconds(31)), 20);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart + minutes(10)), 20);
}

TEST(RateLimiterTest, SendsNothingUntilRetryAfterIsOver) {
  RateLimiter limiter(20, kStart);

  limiter.OnThrottled(seconds(7), kStart);

  EXPECT_EQ(limiter.NextSend(kStart), kStart + seconds(7));
  EXPECT_EQ(limiter.NextSend(kStart + milliseconds(6999)), kStart + seconds(7));
  EXPECT_EQ(limiter.NextSend(kStart + seconds(7)), kStart + seconds(7));
  EXPECT_EQ(limiter.paused_until(), kStart + seconds(7));
}

TEST(RateLimiterTest, AShorterRetryAfterDoesNotShortenAPause) {
  RateLimiter limiter(20, kStart);

  limiter.OnThrottled(seconds(7), kStart);
  limiter.OnThrottled(seconds(1), kStart);

  EXPECT_EQ(limiter.NextSend(kStart), kStart + seconds(7));
}

TEST(RateLimiterTest, PausesForFiveMinutesAtMost) {
  RateLimiter limiter(20, kStart);

  limiter.OnThrottled(std::chrono::hours(24), kStart);

  EXPECT_EQ(limiter.NextSend(kStart), kStart + minutes(5));
}

TEST(RateLimiterTest, WithoutALimitNothingIsHeldBack) {
  RateLimiter limiter(0, kStart);

  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(limiter.NextSend(kStart), kStart);
    limiter.Take(kStart);
  }
  EXPECT_TRUE(std::isinf(limiter.Rate(kStart)));
}

TEST(RateLimiterTest, WithoutALimitThrottlingHalvesWhatWasSent) {
  RateLimiter limiter(0, kStart);
  SteadyTime now = kStart;
  for (int i = 0; i < 1000; ++i) limiter.Take(now += milliseconds(5));  // 200 per second.

  limiter.OnThrottled(std::nullopt, now);

  EXPECT_NEAR(limiter.Rate(now), 100, 2);
  EXPECT_NEAR(SendAll(limiter, now, now + seconds(1)), 100, 5);
}

TEST(RateLimiterTest, WithoutALimitItIsFreeAgainAfterRecovery) {
  RateLimiter limiter(0, kStart);

  limiter.OnThrottled(std::nullopt, kStart);

  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), RateLimiter::kMinMeasuredRate / 2);
  EXPECT_FALSE(std::isinf(limiter.Rate(kStart + seconds(29))));
  EXPECT_TRUE(std::isinf(limiter.Rate(kStart + seconds(31))));
  EXPECT_EQ(SendAll(limiter, kStart + seconds(31), kStart + seconds(32)), 100'000);
}

TEST(RateLimiterTest, TakesANewLimit) {
  RateLimiter limiter(20, kStart);

  limiter.SetLimit(40, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 40);
  limiter.SetLimit(4, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 4);
  EXPECT_EQ(SendAll(limiter, kStart, kStart + milliseconds(1)), 1);
  limiter.SetLimit(0, kStart);
  EXPECT_EQ(SendAll(limiter, kStart, kStart + milliseconds(1)), 100'000);
  limiter.SetLimit(4, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 4);
}

TEST(RateLimiterTest, ANewLimitDoesNotUndoThrottling) {
  RateLimiter limiter(20, kStart);
  limiter.OnThrottled(std::nullopt, kStart);

  limiter.SetLimit(40, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 10);
  limiter.SetLimit(0, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 10);
  limiter.SetLimit(5, kStart);
  EXPECT_DOUBLE_EQ(limiter.Rate(kStart), 5);
}

}  // namespace
}  // namespace codearts
