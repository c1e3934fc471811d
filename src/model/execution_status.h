#ifndef CODEARTS_MODEL_EXECUTION_STATUS_H_
#define CODEARTS_MODEL_EXECUTION_STATUS_H_

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace codearts {

// Status of a run, stage, job or step. Source: the API's sets for all four, put together; each
// level uses a part of it, and the sets are open: anything else becomes kUnknown.
enum class ExecutionStatus {
  kInit,
  kQueued,
  kRunning,
  kPaused,
  kSuspend,
  kAsyncRunning,
  kRedispatch,
  kCompleted,
  kFailed,
  kCanceled,
  kIgnored,
  kSkipped,
  kUnselected,
  kAsyncFailed,
  kUnknown,
};

// Returns the API's own word, "COMPLETED"; "UNKNOWN" for kUnknown.
std::string_view ExecutionStatusName(ExecutionStatus status);

// Reads the API's word; kUnknown for any other, also for the empty one.
ExecutionStatus ParseExecutionStatus(std::string_view word);

// Whether something of that status is in progress. An unknown status is active while it has no end
// time and ended once it has one.
bool IsActive(ExecutionStatus status, const std::optional<Timestamp>& end_time);

// How something ended, or what an active run is doing.
enum class RunResult { kSuccess, kFailure, kCancellation, kSkip, kUnknown };
enum class ActivityState { kQueued, kRunning, kPaused };

// Normalises an ended status: COMPLETED success, FAILED and ASYNC_FAILED failure, CANCELED
// cancellation, IGNORED, SKIPPED and UNSELECTED skip, anything else unknown.
RunResult ResultOf(ExecutionStatus status);

// Groups an active status: INIT and QUEUED queued, PAUSED and SUSPEND paused, else running.
ActivityState ActivityOf(ExecutionStatus status);

// Returns the `result` and `state` label values.
std::string_view RunResultName(RunResult result);
std::string_view ActivityStateName(ActivityState state);

}  // namespace codearts

#endif  // CODEARTS_MODEL_EXECUTION_STATUS_H_
