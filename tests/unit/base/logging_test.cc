#include "base/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace codearts {
namespace {

using ::testing::MatchesRegex;

class LoggingTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::internal::CaptureStderr(); }
  void TearDown() override { ConfigureLogging(LogLevel::kInfo, LogFormat::kLogfmt); }
};

TEST_F(LoggingTest, WritesToStandardErrorFromInfoOn) {
  LogDebug("hidden");
  LogInfo("started", {{"port", 10440}});
  LogError("stopped");

  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("time=[^ ]+Z level=info msg=started port=10440\n"
                           "time=[^ ]+Z level=error msg=stopped\n"));
}

TEST_F(LoggingTest, ObeysLevelAndFormat) {
  ConfigureLogging(LogLevel::kWarn, LogFormat::kJson);
  LogInfo("hidden");
  LogWarn("shown {}", {{"key", "%v {}"}});

  EXPECT_THAT(
      ::testing::internal::GetCapturedStderr(),
      MatchesRegex(R"(\{"time":"[^"]+Z","level":"warn","msg":"shown \{\}","key":"%v \{\}"\})"
                   "\n"));
}

TEST_F(LoggingTest, DebugShowsEverything) {
  ConfigureLogging(LogLevel::kDebug, LogFormat::kLogfmt);
  LogDebug("details");

  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("time=[^ ]+Z level=debug msg=details\n"));
}

}  // namespace
}  // namespace codearts
