#include "collect/pipeline_state.h"

#include <algorithm>

namespace codearts {

std::string_view MissedReasonName(MissedReason reason) {
  constexpr std::array<std::string_view, kMissedReasonCount> kNames = {"vanished", "deleted",
                                                                       "expired", "unreadable"};
  return kNames[static_cast<std::size_t>(reason)];
}

bool IsUnread(const OpenRun& run) {
  return !IsActive(run.status, run.end_time);
}

ActiveRuns CountActive(const PipelineState& pipeline, ActivityState state) {
  ActiveRuns active;
  for (const auto& [number, run] : pipeline.open) {
    if (IsUnread(run) || ActivityOf(run.status) != state) continue;
    ++active.count;
    if (!run.start_time) continue;
    active.oldest_start = std::min(active.oldest_start.value_or(*run.start_time), *run.start_time);
  }
  return active;
}

bool IsBehind(const PipelineState& pipeline) {
  if (pipeline.history_unread) return true;
  if (pipeline.latest && pipeline.latest->number > pipeline.mark) return true;
  return std::any_of(pipeline.open.begin(), pipeline.open.end(),
                     [](const auto& entry) { return IsUnread(entry.second); });
}

}  // namespace codearts
