#ifndef CODEARTS_COLLECT_LEDGER_H_
#define CODEARTS_COLLECT_LEDGER_H_

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "collect/attempt.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "model/pipeline.h"
#include "model/pipeline_run.h"

namespace codearts {

// The rules of the run ledger, as pure functions on a PipelineState: what each answer of the API
// means for it. They do no I/O and don't decide when to ask.

// How a pipeline that was never seen starts.
struct FirstSight {
  Timestamp now;
  HistorySince since;
  bool created_after_first_listing = false;  // Counts from its first run.
};

// Makes the state of a pipeline at first sight. Runs that have ended are settled and not counted,
// unless `since` reaches back or the pipeline was created after the first listing.
PipelineState StartPipeline(const Pipeline& listed, const FirstSight& sight);

// Whether ObserveListing would change nothing. Cheap: a quiet refresh asks it for every pipeline.
bool IsUnchanged(const Pipeline& listed, const PipelineState& pipeline);

// Applies a listing: names, and what it says of the latest run. Never settles anything.
void ObserveListing(const Pipeline& listed, PipelineState& pipeline);

// How many settled runs are remembered, those with the highest numbers: the newest page of the run
// list. Older ones can't be told from runs that were never counted.
inline constexpr std::int64_t kSettledKept = 100;

// Run numbers above the mark that were never seen, to be looked for in the run list. Empty if there
// is no gap. At most `kMaxGap` of them, the newest: who missed more lost them to the list's limit.
inline constexpr std::int64_t kMaxGap = 20000;
std::set<std::int64_t> MissingNumbers(const PipelineState& pipeline);

// Applies records of the run list to runs that the ledger knows or has asked for: opens those that
// are active, that ended in an attempt which is not counted, and those whose number is in `wanted`.
void ObserveRecords(const std::vector<RunSummary>& records, const std::set<std::int64_t>& wanted,
                    PipelineState& pipeline);

// What a walk through the run list came to.
struct WalkResult {
  std::vector<RunSummary> records;
  bool reached_end = false;  // There are no older runs in the list.
};

// Closes the gap after a walk that looked for all of `wanted`: opens what was found, counts the
// rest as missed (deleted if the list goes further down, else expired), and moves the mark to the
// newest.
void CloseGap(const WalkResult& walk, const std::set<std::int64_t>& wanted,
              PipelineState& pipeline);

// Takes over the run list back to `count_from`: opens the runs that are to be counted, settles the
// others.
void ReadHistory(const WalkResult& walk, PipelineState& pipeline);

// Applies a run's detail: shows it if it is the latest run, settles and counts it if it has ended
// in an attempt that was not counted. Call it in the order of end times where several are at hand.
void ObserveDetail(const PipelineRun& run, const CountingRules& rules, PipelineState& pipeline,
                   ProjectTotals& project);

// Applies the failure of reading the detail of run `number`. A run whose answers were invalid in
// three refreshes in a row is missed as unreadable; other failures leave it as it is.
void ObserveDetailFailure(std::int64_t number, const Status& failure, PipelineState& pipeline);

// Applies that run `number`, whose detail was not found, is in the run list no more: vanished if it
// was active, else unreadable.
void ObserveGone(std::int64_t number, PipelineState& pipeline);

// Whether the detail of the latest run is to be read only to be shown: it is settled, and not what
// was read last.
bool NeedsDisplayDetail(const PipelineState& pipeline);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_H_
