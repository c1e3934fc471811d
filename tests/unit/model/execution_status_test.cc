#include "model/execution_status.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace codearts {
namespace {

struct StatusCase {
  std::string_view word;
  ExecutionStatus status;
  bool active;
  RunResult result;
};

// Every word of the API, as documented for runs, stages, jobs and steps.
constexpr StatusCase kStatuses[] = {
    {"INIT", ExecutionStatus::kInit, true, RunResult::kUnknown},
    {"QUEUED", ExecutionStatus::kQueued, true, RunResult::kUnknown},
    {"RUNNING", ExecutionStatus::kRunning, true, RunResult::kUnknown},
    {"PAUSED", ExecutionStatus::kPaused, true, RunResult::kUnknown},
    {"SUSPEND", ExecutionStatus::kSuspend, true, RunResult::kUnknown},
    {"ASYNC_RUNNING", ExecutionStatus::kAsyncRunning, true, RunResult::kUnknown},
    {"REDISPATCH", ExecutionStatus::kRedispatch, true, RunResult::kUnknown},
    {"COMPLETED", ExecutionStatus::kCompleted, false, RunResult::kSuccess},
    {"FAILED", ExecutionStatus::kFailed, false, RunResult::kFailure},
    {"CANCELED", ExecutionStatus::kCanceled, false, RunResult::kCancellation},
    {"IGNORED", ExecutionStatus::kIgnored, false, RunResult::kSkip},
    {"SKIPPED", ExecutionStatus::kSkipped, false, RunResult::kSkip},
    {"UNSELECTED", ExecutionStatus::kUnselected, false, RunResult::kSkip},
    {"ASYNC_FAILED", ExecutionStatus::kAsyncFailed, false, RunResult::kFailure},
};

TEST(ExecutionStatusTest, KnowsEveryWordOfTheApi) {
  for (const StatusCase& c : kStatuses) {
    EXPECT_EQ(ParseExecutionStatus(c.word), c.status) << c.word;
    EXPECT_EQ(ExecutionStatusName(c.status), c.word);
  }
}

TEST(ExecutionStatusTest, TakesEverythingElseForUnknown) {
  for (const std::string_view word : {"", "completed", "COMPLETED ", "UNKNOWN", "EXPLODED"}) {
    EXPECT_EQ(ParseExecutionStatus(word), ExecutionStatus::kUnknown) << word;
  }
  EXPECT_EQ(ExecutionStatusName(ExecutionStatus::kUnknown), "UNKNOWN");
}

TEST(ExecutionStatusTest, TellsActiveFromEndedWhateverTheEndTime) {
  for (const StatusCase& c : kStatuses) {
    EXPECT_EQ(IsActive(c.status, std::nullopt), c.active) << c.word;
    EXPECT_EQ(IsActive(c.status, FromEpochMillis(1)), c.active) << c.word;
  }
}

TEST(ExecutionStatusTest, TakesAnUnknownStatusForActiveUntilItHasAnEnd) {
  EXPECT_TRUE(IsActive(ExecutionStatus::kUnknown, std::nullopt));
  EXPECT_FALSE(IsActive(ExecutionStatus::kUnknown, FromEpochMillis(1)));
}

TEST(ExecutionStatusTest, NormalisesResults) {
  for (const StatusCase& c : kStatuses) EXPECT_EQ(ResultOf(c.status), c.result) << c.word;
  EXPECT_EQ(ResultOf(ExecutionStatus::kUnknown), RunResult::kUnknown);
}

TEST(ExecutionStatusTest, GroupsActiveStatuses) {
  EXPECT_EQ(ActivityOf(ExecutionStatus::kInit), ActivityState::kQueued);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kQueued), ActivityState::kQueued);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kPaused), ActivityState::kPaused);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kSuspend), ActivityState::kPaused);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kRunning), ActivityState::kRunning);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kAsyncRunning), ActivityState::kRunning);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kRedispatch), ActivityState::kRunning);
  EXPECT_EQ(ActivityOf(ExecutionStatus::kUnknown), ActivityState::kRunning);
}

TEST(ExecutionStatusTest, NamesLabelValues) {
  EXPECT_EQ(RunResultName(RunResult::kSuccess), "success");
  EXPECT_EQ(RunResultName(RunResult::kFailure), "failure");
  EXPECT_EQ(RunResultName(RunResult::kCancellation), "cancellation");
  EXPECT_EQ(RunResultName(RunResult::kSkip), "skip");
  EXPECT_EQ(RunResultName(RunResult::kUnknown), "unknown");
  EXPECT_EQ(ActivityStateName(ActivityState::kQueued), "queued");
  EXPECT_EQ(ActivityStateName(ActivityState::kRunning), "running");
  EXPECT_EQ(ActivityStateName(ActivityState::kPaused), "paused");
}

}  // namespace
}  // namespace codearts
