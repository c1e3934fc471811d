#ifndef CODEARTS_METRICS_LABEL_VALUES_H_
#define CODEARTS_METRICS_LABEL_VALUES_H_

#include <array>

#include "base/status.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "model/execution_status.h"

namespace codearts {

// The closed sets of label values, in the order of the page.

// Of codearts_pipeline_last_run_status. Any other status is UNKNOWN there.
inline constexpr auto kRunStatuses =
    std::to_array({ExecutionStatus::kCompleted, ExecutionStatus::kRunning, ExecutionStatus::kFailed,
                   ExecutionStatus::kCanceled, ExecutionStatus::kPaused, ExecutionStatus::kSuspend,
                   ExecutionStatus::kIgnored, ExecutionStatus::kInit, ExecutionStatus::kQueued,
                   ExecutionStatus::kUnknown});

// Of stages, jobs and steps.
inline constexpr auto kExecutionStatuses = std::to_array(
    {ExecutionStatus::kInit, ExecutionStatus::kQueued, ExecutionStatus::kRunning,
     ExecutionStatus::kPaused, ExecutionStatus::kSuspend, ExecutionStatus::kAsyncRunning,
     ExecutionStatus::kRedispatch, ExecutionStatus::kCompleted, ExecutionStatus::kFailed,
     ExecutionStatus::kCanceled, ExecutionStatus::kIgnored, ExecutionStatus::kSkipped,
     ExecutionStatus::kUnselected, ExecutionStatus::kAsyncFailed, ExecutionStatus::kUnknown});

inline constexpr auto kRunResults =
    std::to_array({RunResult::kSuccess, RunResult::kFailure, RunResult::kCancellation,
                   RunResult::kSkip, RunResult::kUnknown});

inline constexpr auto kActivityStates =
    std::to_array({ActivityState::kQueued, ActivityState::kRunning, ActivityState::kPaused});

inline constexpr auto kMissedReasons =
    std::to_array({MissedReason::kVanished, MissedReason::kDeleted, MissedReason::kExpired,
                   MissedReason::kUnreadable});

// Of codearts_exporter_refresh_errors_total. Any other code is `internal` there.
inline constexpr auto kRefreshReasons =
    std::to_array({StatusCode::kUnauthenticated, StatusCode::kPermissionDenied,
                   StatusCode::kNotFound, StatusCode::kThrottled, StatusCode::kDeadlineExceeded,
                   StatusCode::kUnavailable, StatusCode::kInvalidResponse, StatusCode::kCredentials,
                   StatusCode::kLedger, StatusCode::kInternal});

inline constexpr auto kStatusLevels =
    std::to_array({StatusLevel::kRun, StatusLevel::kStage, StatusLevel::kJob, StatusLevel::kStep});

}  // namespace codearts

#endif  // CODEARTS_METRICS_LABEL_VALUES_H_
