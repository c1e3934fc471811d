#ifndef CODEARTS_COLLECT_LEDGER_ENUMERATORS_H_
#define CODEARTS_COLLECT_LEDGER_ENUMERATORS_H_

#include <cstdint>
#include <initializer_list>

#include "collect/pipeline_state.h"
#include "model/execution_status.h"

namespace codearts {

// Enumerators are stored by number. A new one goes to the end, needs a new kLedgerCodecVersion, and
// changes the count here.
template <typename Enum>
inline constexpr std::uint64_t kEnumerators = 0;
template <>
inline constexpr std::uint64_t kEnumerators<ExecutionStatus> = 15;
template <>
inline constexpr std::uint64_t kEnumerators<RunResult> = 5;

// Whether these are all enumerators, in the order of their numbers.
template <typename Enum>
constexpr bool AreNumbered(std::initializer_list<Enum> in_order) {
  std::uint64_t number = 0;
  for (const Enum value : in_order) {
    if (static_cast<std::uint64_t>(value) != number++) return false;
  }
  return number == kEnumerators<Enum>;
}
static_assert(AreNumbered(
    {ExecutionStatus::kInit, ExecutionStatus::kQueued, ExecutionStatus::kRunning,
     ExecutionStatus::kPaused, ExecutionStatus::kSuspend, ExecutionStatus::kAsyncRunning,
     ExecutionStatus::kRedispatch, ExecutionStatus::kCompleted, ExecutionStatus::kFailed,
     ExecutionStatus::kCanceled, ExecutionStatus::kIgnored, ExecutionStatus::kSkipped,
     ExecutionStatus::kUnselected, ExecutionStatus::kAsyncFailed, ExecutionStatus::kUnknown}));
static_assert(AreNumbered({RunResult::kSuccess, RunResult::kFailure, RunResult::kCancellation,
                           RunResult::kSkip, RunResult::kUnknown}));
// PipelineState::missed is stored in this order.
static_assert(MissedReason::kVanished == MissedReason{0} &&
              MissedReason::kDeleted == MissedReason{1} &&
              MissedReason::kExpired == MissedReason{2} &&
              MissedReason::kUnreadable == MissedReason{3} && kMissedReasonCount == 4);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_ENUMERATORS_H_
