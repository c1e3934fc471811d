#ifndef CODEARTS_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define CODEARTS_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "base/status.h"

namespace codearts {

// gtest finds these by argument-dependent lookup and prints statuses in failures with them.
void PrintTo(const Status& status, std::ostream* out);
void PrintTo(StatusCode code, std::ostream* out);

template <typename T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (result.ok()) {
    *out << "a value";
  } else {
    PrintTo(result.status(), out);
  }
}

namespace testing {

inline Status ToStatus(const Status& status) {
  return status;
}
template <typename T>
Status ToStatus(const Result<T>& result) {
  return result.status();
}

// Matches a Status or Result<T> that is a success: EXPECT_THAT(status, IsOk()).
MATCHER(IsOk, negation ? "is a failure" : "is ok") {
  const Status status = ToStatus(arg);
  *result_listener << "which is " << ::testing::PrintToString(status);
  return status.ok();
}

// Matches a Status or Result<T> with that code.
MATCHER_P(StatusIs, code, "") {
  const Status status = ToStatus(arg);
  *result_listener << "which is " << ::testing::PrintToString(status);
  return status.code() == code;
}

// Matches a Status or Result<T> with that code and a message that `message_matcher` matches.
MATCHER_P2(StatusIs, code, message_matcher, "") {
  const Status status = ToStatus(arg);
  *result_listener << "which is " << ::testing::PrintToString(status);
  return status.code() == code &&
         ::testing::SafeMatcherCast<const std::string&>(message_matcher).Matches(status.message());
}

}  // namespace testing
}  // namespace codearts

#endif  // CODEARTS_TESTS_SUPPORT_STATUS_MATCHERS_H_
