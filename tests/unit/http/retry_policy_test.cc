#include "http/retry_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace codearts {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RetryLimits kLimits = {3, seconds(10)};

Status Failure(StatusCode code) {
  return Status(code, "failed");
}

Status ThrottledFor(Duration retry_after) {
  ErrorDetails details;
  details.retry_after = retry_after;
  return Status(StatusCode::kThrottled, "slow down", details);
}

TEST(RetryPolicyTest, RepeatsOnlyWhatMayPass) {
  RetryPolicy policy(1);
  for (const StatusCode code :
       {StatusCode::kUnavailable, StatusCode::kDeadlineExceeded, StatusCode::kThrottled}) {
    EXPECT_TRUE(policy.NextDelay(Failure(code), {1, Duration(0)}, kLimits)) << StatusCodeName(code);
  }
  for (const StatusCode code :
       {StatusCode::kInvalidArgument, StatusCode::kUnauthenticated, StatusCode::kPermissionDenied,
        StatusCode::kNotFound, StatusCode::kInvalidResponse, StatusCode::kCredentials,
        StatusCode::kLedger, StatusCode::kInternal}) {
    EXPECT_FALSE(policy.NextDelay(Failure(code), {1, Duration(0)}, kLimits))
        << StatusCodeName(code);
  }
}

TEST(RetryPolicyTest, StopsAfterTheGivenRetries) {
  RetryPolicy policy(1);
  const Status failure = Failure(StatusCode::kUnavailable);

  EXPECT_TRUE(policy.NextDelay(failure, {3, Duration(0)}, kLimits));
  EXPECT_FALSE(policy.NextDelay(failure, {4, Duration(0)}, kLimits));
  EXPECT_FALSE(policy.NextDelay(failure, {1, Duration(0)}, {0, seconds(10)}));
}

TEST(RetryPolicyTest, JitterFillsABoundThatDoubles) {
  RetryPolicy policy(7);
  const Status failure = Failure(StatusCode::kUnavailable);
  const RetryLimits many = {100, std::chrono::hours(1)};
  for (const auto& [attempts, bound] :
       std::vector<std::pair<int, Duration>>{{1, milliseconds(200)},
                                             {2, milliseconds(400)},
                                             {3, milliseconds(800)},
                                             {5, milliseconds(3200)},
                                             {6, seconds(5)},
                                             {60, seconds(5)}}) {
    Duration lowest = bound;
    Duration highest{0};
    for (int i = 0; i < 1000; ++i) {
      const auto delay = policy.NextDelay(failure, {attempts, Duration(0)}, many);
      ASSERT_TRUE(delay);
      lowest = std::min(lowest, *delay);
      highest = std::max(highest, *delay);
    }
    EXPECT_GE(lowest, Duration(0));
    EXPECT_LT(lowest, bound / 20) << attempts;
    EXPECT_LE(highest, bound) << attempts;
    EXPECT_GT(highest, bound * 19 / 20) << attempts;
  }
}

TEST(RetryPolicyTest, TheSameSeedGivesTheSameDelays) {
  const auto delays = [](std::uint64_t seed) {
    RetryPolicy policy(seed);
    std::vector<Duration> all;
    for (int i = 0; i < 10; ++i) {
      all.push_back(policy.NextDelay(Failure(StatusCode::kUnavailable), {3, Duration(0)}, kLimits)
                        .value_or(Duration(-1)));
    }
    return all;
  };

  EXPECT_EQ(delays(5), delays(5));
  EXPECT_NE(delays(5), delays(6));
}

TEST(RetryPolicyTest, WaitsAtLeastAsLongAsTheServerAsks) {
  RetryPolicy policy(1);

  EXPECT_EQ(policy.NextDelay(ThrottledFor(seconds(7)), {1, Duration(0)}, kLimits), seconds(7));
}

TEST(RetryPolicyTest, GivesUpWhenTheNextAttemptWouldComeTooLate) {
  RetryPolicy policy(1);

  EXPECT_FALSE(policy.NextDelay(ThrottledFor(seconds(11)), {1, Duration(0)}, kLimits));
  EXPECT_FALSE(policy.NextDelay(ThrottledFor(seconds(7)), {1, seconds(4)}, kLimits));
  EXPECT_TRUE(policy.NextDelay(ThrottledFor(seconds(7)), {1, seconds(3)}, kLimits));
  EXPECT_FALSE(
      policy.NextDelay(Failure(StatusCode::kDeadlineExceeded), {1, milliseconds(10001)}, kLimits));
}

}  // namespace
}  // namespace codearts
