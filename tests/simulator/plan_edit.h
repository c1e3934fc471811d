#ifndef CODEARTS_SIMULATOR_PLAN_EDIT_H_
#define CODEARTS_SIMULATOR_PLAN_EDIT_H_

#include <cstddef>

#include "simulator/plan.h"

namespace codearts::sim {

// Scales the times of `attempt` so that it takes exactly `length`; order is kept.
void StretchAttempt(RunPlan& plan, int attempt, seconds length);

// Lets the stage wait for `length` after its `pre` steps; what follows moves.
void InsertPause(RunPlan& plan, std::size_t stage, seconds length, State pause_state);

// Lets the first job of `attempt` in `stage` run for ever; what follows never begins.
void HoldAttempt(RunPlan& plan, int attempt, int stage);

// Ends jobs that did not hold their stage at the end of the run at the latest.
void EndAsyncJobs(RunPlan& plan);

// Ends the attempt at `cut.at` with `cut.outcome`, unless it ended before.
void CutAttempt(RunPlan& plan, const Cut& cut);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_PLAN_EDIT_H_
