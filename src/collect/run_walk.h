#ifndef CODEARTS_COLLECT_RUN_WALK_H_
#define CODEARTS_COLLECT_RUN_WALK_H_

#include <functional>
#include <optional>
#include <set>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/ledger.h"

namespace codearts {

// How far a walk through a pipeline's run list goes, newest start first.
struct WalkGoal {
  bool newest_page_only = false;
  // Run numbers to be found: the walk ends when they are, or at a page that has neither any of them
  // nor newer ones. Starts and numbers may be in different orders, as parallel runs wait for each
  // other.
  std::set<std::int64_t> wanted;
  // The walk ends at a page on which every run ended before it, or after kMaxPages.
  std::optional<Timestamp> back_to;
};

// Walks through the run list, page after page from `first` on. Errors: those of ListPipelineRuns;
// kUnavailable if the list changed under the walk while something wanted was not found yet, as a
// record may have slipped between two pages: the next refresh walks again.
void WalkRuns(CodeArtsApi& api, const ApiTarget& target, RunListRequest first, WalkGoal goal,
              std::function<void(Result<WalkResult>)> done);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_RUN_WALK_H_
