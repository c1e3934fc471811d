#include "api/retry_after.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::optional<Duration> Wait(const std::string& retry_after, const std::string& date = "") {
  std::vector<HttpHeader> headers = {{"retry-after", retry_after}};
  if (!date.empty()) headers.push_back({"date", date});
  return ParseRetryAfter(headers);
}

TEST(RetryAfterTest, ReadsSeconds) {
  EXPECT_EQ(Wait("7"), seconds(7));
  EXPECT_EQ(Wait(" 120 "), seconds(120));
  EXPECT_EQ(Wait("0"), seconds(0));
}

TEST(RetryAfterTest, CapsAtADay) {
  EXPECT_EQ(Wait("86400"), hours(24));
  EXPECT_EQ(Wait("86401"), hours(24));
  EXPECT_EQ(Wait("99999999999999999999999"), hours(24));
}

TEST(RetryAfterTest, ReadsAnInstantRelativeToTheDateOfTheAnswer) {
  EXPECT_EQ(Wait("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"), seconds(60));
  EXPECT_EQ(Wait("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT"), seconds(0));
  EXPECT_EQ(Wait("Tue, 08 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"), hours(24));
}

TEST(RetryAfterTest, HasNothingWhereItCannotBeRead) {
  EXPECT_EQ(ParseRetryAfter({}), std::nullopt);
  EXPECT_EQ(Wait(""), std::nullopt);
  EXPECT_EQ(Wait("-5"), std::nullopt);
  EXPECT_EQ(Wait("1.5"), std::nullopt);
  EXPECT_EQ(Wait("soon"), std::nullopt);
  EXPECT_EQ(Wait("Sun, 06 Nov 1994 08:49:37 GMT"), std::nullopt) << "no Date";
  EXPECT_EQ(Wait("Sun, 06 Nov 1994 08:49:37 GMT", "today"), std::nullopt);
}

TEST(RetryAfterTest, ReadsEveryMonth) {
  EXPECT_EQ(ParseHttpDate("Mon, 01 Jan 2024 00:00:00 GMT"), FromEpochMillis(1704067200000));
  EXPECT_EQ(ParseHttpDate("Tue, 31 Dec 2024 23:59:59 GMT"), FromEpochMillis(1735689599000));
  EXPECT_EQ(ParseHttpDate("Thu, 29 Feb 2024 12:00:00 GMT"), FromEpochMillis(1709208000000));
}

TEST(RetryAfterTest, RefusesOtherDates) {
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 anF 1994 08:49:37 GMT",
                           "Sun, 31 Feb 2024 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 6  Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace codearts
