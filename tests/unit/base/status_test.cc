#include "base/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

TEST(StatusTest, DefaultIsOk) {
  EXPECT_THAT(Status(), IsOk());
  EXPECT_EQ(Status().code(), StatusCode::kOk);
}

TEST(StatusTest, KeepsWhatItIsGiven) {
  ErrorDetails details;
  details.http_status = 429;
  details.error_code = "APIGW.0308";
  details.retry_after = Duration(3000);
  const Status status(StatusCode::kThrottled, "HTTP 429", details);

  EXPECT_THAT(status, Not(IsOk()));
  EXPECT_THAT(status, StatusIs(StatusCode::kThrottled, "HTTP 429"));
  EXPECT_EQ(status.details(), details);
}

TEST(StatusTest, ContextGoesBeforeTheMessageAndKeepsTheRest) {
  ErrorDetails details;
  details.request_id = "7f3a";
  const Status inner(StatusCode::kNotFound, "HTTP 404", details);

  const Status outer = inner.WithContext("page 3").WithContext("list runs");

  EXPECT_EQ(outer, Status(StatusCode::kNotFound, "list runs: page 3: HTTP 404", details));
}

TEST(StatusTest, NamesOfCodesAreStableAndDistinct) {
  const std::pair<StatusCode, std::string_view> names[] = {
      {StatusCode::kOk, "ok"},
      {StatusCode::kInvalidArgument, "invalid_argument"},
      {StatusCode::kUnauthenticated, "unauthenticated"},
      {StatusCode::kPermissionDenied, "permission_denied"},
      {StatusCode::kNotFound, "not_found"},
      {StatusCode::kThrottled, "throttled"},
      {StatusCode::kDeadlineExceeded, "deadline_exceeded"},
      {StatusCode::kUnavailable, "unavailable"},
      {StatusCode::kInvalidResponse, "invalid_response"},
      {StatusCode::kCredentials, "credentials"},
      {StatusCode::kLedger, "ledger"},
      {StatusCode::kInternal, "internal"},
  };
  for (const auto& [code, name] : names) EXPECT_EQ(StatusCodeName(code), name);
}

TEST(ResultTest, HoldsAValueOrAStatus) {
  const Result<int> value = 7;
  const Result<int> failure = Status(StatusCode::kLedger, "disk full");

  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(*value, 7);
  EXPECT_FALSE(failure.ok());
  EXPECT_FALSE(static_cast<bool>(failure));
  EXPECT_THAT(failure, StatusIs(StatusCode::kLedger, HasSubstr("disk")));
}

TEST(ResultTest, MovesOutValuesThatCannotBeCopied) {
  Result<std::unique_ptr<std::string>> result = std::make_unique<std::string>("x");
  EXPECT_EQ(result->get()->size(), 1U);

  const std::unique_ptr<std::string> taken = *std::move(result);

  EXPECT_EQ(*taken, "x");
}

TEST(StatusMatchersTest, TellCodesAndMessagesApart) {
  const Status status(StatusCode::kNotFound, "gone");
  EXPECT_THAT(status, StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(status, Not(StatusIs(StatusCode::kInternal)));
  EXPECT_THAT(status, Not(StatusIs(StatusCode::kNotFound, "here")));
  EXPECT_THAT(status, Not(StatusIs(StatusCode::kInternal, "gone")));
  EXPECT_EQ(::testing::PrintToString(status), "not_found \"gone\"");
}

}  // namespace
}  // namespace codearts
