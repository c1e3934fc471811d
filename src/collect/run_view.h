#ifndef CODEARTS_COLLECT_RUN_VIEW_H_
#define CODEARTS_COLLECT_RUN_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/pipeline_state.h"
#include "model/pipeline_run.h"

namespace codearts {

// Label values of things that share a parent.
inline constexpr std::string_view kPreJobName = "_pre";
inline constexpr std::string_view kPostJobName = "_post";
// Stages and jobs beyond the series limit share this name (SeriesBudget): it is not numbered, and
// shown once.
inline constexpr std::string_view kOverflowName = "_overflow";

// Returns one name for each of `stages`, in their order: the API's name, else its identifier, else
// its sequence; a name that repeats gets " #2", " #3" by sequence. Unique, never empty.
std::vector<std::string> StageNames(const std::vector<StageRun>& stages);
std::vector<std::string> JobNames(const std::vector<JobRun>& jobs);
std::vector<std::string> StepNames(const std::vector<StepRun>& steps);

// Returns `end - start`, if both are known and in order.
std::optional<Duration> DurationOf(const std::optional<Timestamp>& start,
                                   const std::optional<Timestamp>& end);

// Returns what is shown of the run's stages, jobs and steps.
std::vector<StageView> ViewStages(const PipelineRun& run);

// Takes over from `previous` the durations of what has not finished in `views` (yet), so that each
// shows its latest finished occurrence. While the run is active, what `views` lacks altogether
// stays, without a status: the API may leave out what has not begun.
void CarryOver(const std::vector<StageView>& previous, bool run_is_active,
               std::vector<StageView>& views);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_RUN_VIEW_H_
