#include "collect/project_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace codearts {
namespace {

using ::testing::HasSubstr;

class ProjectLogTest : public ::testing::Test {
 protected:
  ProjectLogTest() { outcome_.health.up = true; }

  static Status Failure(StatusCode code, ErrorCause cause = ErrorCause::kUnknown) {
    ErrorDetails details;
    details.cause = cause;
    return Status(code, "what happened", details);
  }

  // What is logged at the end of a refresh that ended in that way, 15 s after the last one.
  std::string Tell(std::optional<Status> error, bool up = true) {
    now_ += std::chrono::seconds(15);
    outcome_.health.up = up;
    outcome_.health.last_error = std::move(error);
    if (up) outcome_.health.last_success = Timestamp(std::chrono::seconds(1));
    ::testing::internal::CaptureStderr();
    log_.Tell({"id"}, "payments", outcome_, now_);
    return ::testing::internal::GetCapturedStderr();
  }

  ProjectOutcome outcome_;
  ProjectLog log_;
  SteadyTime now_;
};

TEST_F(ProjectLogTest, TellsOfTheFirstListing) {
  EXPECT_THAT(Tell(std::nullopt), HasSubstr("level=info msg=\"a project was listed\" "
                                            "project=payments project_id=id pipelines=0\n"));
  EXPECT_EQ(Tell(std::nullopt), "");
}

TEST_F(ProjectLogTest, TellsOfATroubleOnceAndOfItsEndAfterAMinuteOfCalm) {
  EXPECT_THAT(Tell(Failure(StatusCode::kUnavailable), false),
              HasSubstr("level=warn msg=\"a project could not be listed\" project=payments "
                        "project_id=id reason=unavailable error=\"what happened\"\n"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Tell(Failure(StatusCode::kUnavailable), false), "");
  }
  // The first listing is the end of it.
  EXPECT_THAT(Tell(std::nullopt), HasSubstr("a project was listed"));

  EXPECT_THAT(Tell(Failure(StatusCode::kUnavailable), false), HasSubstr("could not be listed"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Tell(std::nullopt), "");
  EXPECT_THAT(Tell(std::nullopt), HasSubstr("level=info msg=\"a project is read without errors "
                                            "again\" project=payments project_id=id\n"));
  EXPECT_EQ(Tell(std::nullopt), "");
}

TEST_F(ProjectLogTest, TellsOfWhatComesAndGoesOnce) {
  Tell(std::nullopt);
  EXPECT_THAT(Tell(Failure(StatusCode::kUnavailable), false), HasSubstr("could not be listed"));

  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Tell(std::nullopt), "");
    EXPECT_EQ(Tell(Failure(StatusCode::kUnavailable), false), "");
  }
}

TEST_F(ProjectLogTest, TellsOfAnotherCauseAtOnce) {
  Tell(std::nullopt);
  Tell(Failure(StatusCode::kUnavailable, ErrorCause::kName), false);

  EXPECT_THAT(Tell(Failure(StatusCode::kUnavailable, ErrorCause::kTls), false),
              HasSubstr("a project could not be listed"));
  EXPECT_THAT(Tell(Failure(StatusCode::kThrottled), true),
              HasSubstr("msg=\"some runs of a project could not be read\""));
}

TEST_F(ProjectLogTest, TellsOfCausesThatTakeTurnsOnceAMinute) {
  Tell(std::nullopt);
  int told = 0;
  for (int i = 0; i < 40; ++i) {  // 80 refreshes, 20 minutes.
    for (const StatusCode code : {StatusCode::kUnavailable, StatusCode::kThrottled}) {
      if (!Tell(Failure(code), false).empty()) ++told;
    }
  }

  EXPECT_GE(told, 2);
  EXPECT_LE(told, 21);
}

TEST_F(ProjectLogTest, TellsWhatCouldNotBeStored) {
  Tell(std::nullopt);

  EXPECT_THAT(Tell(Failure(StatusCode::kLedger)),
              HasSubstr("msg=\"what was read of a project could not be stored\""));
}

}  // namespace
}  // namespace codearts
