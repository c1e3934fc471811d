#ifndef CODEARTS_COLLECT_PIPELINE_REFRESH_H_
#define CODEARTS_COLLECT_PIPELINE_REFRESH_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/attempt.h"
#include "collect/ledger.h"
#include "collect/pipeline_state.h"
#include "collect/series_budget.h"
#include "collect/snapshot.h"

namespace codearts {

// What the refreshes of a project's pipelines share. Lifetime: everything that it refers to
// outlives the refresh.
struct RefreshContext {
  CodeArtsApi& api;
  const Clock& clock;
  ApiTarget target;
  CountingRules rules;
  std::int64_t page_size = 100;
  Duration recheck{0};
  bool queue = false;     // Ask for the queue of pipelines that have an active run.
  SteadyTime work_until;  // No call is begun later; what is left stays for the next refresh.
  ProjectTotals& totals;
  ProjectHealth& health;
  SeriesBudget& budget;
  int refusals = 0;  // Details in a row that were refused for want of rights; see MayCall.
  // Details that are asked for and not read yet, and the pipelines that wait to ask for theirs:
  // what is queued can't be taken back when the time is up.
  int details_in_progress = 0;
  std::deque<std::function<void()>> waiting = {};

  // Counts and remembers a failed call.
  void NoteFailure(const Status& failure);
  // Whether another call may be begun: there is time left, and the last ones were not all refused.
  bool MayCall() const;
  // Whether a pipeline may ask for its details, or has to wait.
  bool HasTurn() const;
  // Lets those go on that wait, as far as they may.
  void GiveTurns();
};

// Whether calls beyond the listing are needed to bring the pipeline up to date.
bool NeedsCalls(const PipelineState& pipeline, const RefreshContext& context);

// Brings one pipeline up to date after the listing was applied: reads the run list where numbers
// are missing, then the details of open runs, and applies them in the order of their ends. `done`
// gets the state as far as it came. Threads: that of the API's Run.
void RefreshPipeline(PipelineState pipeline, RefreshContext& context,
                     std::function<void(PipelineState)> done);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PIPELINE_REFRESH_H_
