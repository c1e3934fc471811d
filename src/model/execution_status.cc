#include "model/execution_status.h"

#include <array>
#include <cstddef>

namespace codearts {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 15> kNames = {
    "INIT",          "QUEUED",     "RUNNING",    "PAUSED",       "SUSPEND",
    "ASYNC_RUNNING", "REDISPATCH", "COMPLETED",  "FAILED",       "CANCELED",
    "IGNORED",       "SKIPPED",    "UNSELECTED", "ASYNC_FAILED", "UNKNOWN"};

}  // namespace

std::string_view ExecutionStatusName(ExecutionStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

ExecutionStatus ParseExecutionStatus(std::string_view word) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == word) return static_cast<ExecutionStatus>(i);
  }
  return ExecutionStatus::kUnknown;
}

bool IsActive(ExecutionStatus status, const std::optional<Timestamp>& end_time) {
  if (status == ExecutionStatus::kUnknown) return !end_time.has_value();
  return status < ExecutionStatus::kCompleted;
}

RunResult ResultOf(ExecutionStatus status) {
  if (status == ExecutionStatus::kCompleted) return RunResult::kSuccess;
  if (status == ExecutionStatus::kFailed) return RunResult::kFailure;
  if (status == ExecutionStatus::kAsyncFailed) return RunResult::kFailure;
  if (status == ExecutionStatus::kCanceled) return RunResult::kCancellation;
  if (status == ExecutionStatus::kIgnored) return RunResult::kSkip;
  if (status == ExecutionStatus::kSkipped) return RunResult::kSkip;
  if (status == ExecutionStatus::kUnselected) return RunResult::kSkip;
  return RunResult::kUnknown;
}

ActivityState ActivityOf(ExecutionStatus status) {
  if (status == ExecutionStatus::kInit) return ActivityState::kQueued;
  if (status == ExecutionStatus::kQueued) return ActivityState::kQueued;
  if (status == ExecutionStatus::kPaused) return ActivityState::kPaused;
  if (status == ExecutionStatus::kSuspend) return ActivityState::kPaused;
  return ActivityState::kRunning;
}

std::string_view RunResultName(RunResult result) {
  constexpr std::array<std::string_view, 5> kResults = {"success", "failure", "cancellation",
                                                        "skip", "unknown"};
  return kResults[static_cast<std::size_t>(result)];
}

std::string_view ActivityStateName(ActivityState state) {
  constexpr std::array<std::string_view, 3> kStates = {"queued", "running", "paused"};
  return kStates[static_cast<std::size_t>(state)];
}

}  // namespace codearts
