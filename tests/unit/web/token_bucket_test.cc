#include "web/token_bucket.h"

#include <gtest/gtest.h>

#include <chrono>

namespace codearts {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateLimitConfig kLimit = {seconds(1), 3};
constexpr SteadyTime kStart{std::chrono::hours(1)};

int TakeAll(TokenBucket& bucket, SteadyTime now) {
  int taken = 0;
  while (bucket.Take(kLimit, now)) ++taken;
  return taken;
}

TEST(TokenBucketTest, BeginsFullAndRefillsOneByOne) {
  TokenBucket bucket;

  EXPECT_EQ(TakeAll(bucket, kStart), 3);
  EXPECT_EQ(TakeAll(bucket, kStart + milliseconds(999)), 0);
  EXPECT_EQ(TakeAll(bucket, kStart + seconds(1)), 1);
  EXPECT_EQ(TakeAll(bucket, kStart + milliseconds(2500)), 1);
  EXPECT_EQ(TakeAll(bucket, kStart + seconds(3)), 1);
  EXPECT_EQ(TakeAll(bucket, kStart + seconds(100)), 3);
}

TEST(TokenBucketTest, WithoutAnIntervalThereIsNoLimit) {
  TokenBucket bucket;

  for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.Take(RateLimitConfig(), kStart));
}

TEST(TokenBucketTest, AnotherLimitBeginsFull) {
  TokenBucket bucket;
  ASSERT_EQ(TakeAll(bucket, kStart), 3);

  EXPECT_TRUE(bucket.Take({seconds(5), 1}, kStart));
  EXPECT_FALSE(bucket.Take({seconds(5), 1}, kStart));
}

}  // namespace
}  // namespace codearts
