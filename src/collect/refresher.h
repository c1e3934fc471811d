#ifndef CODEARTS_COLLECT_REFRESHER_H_
#define CODEARTS_COLLECT_REFRESHER_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/discovery.h"
#include "collect/ledger_store.h"
#include "collect/project_log.h"
#include "collect/project_refresh.h"
#include "collect/series_budget.h"
#include "collect/snapshot.h"

namespace codearts {

// What is refreshed, and how. Replaced as a whole by a reload.
struct RefreshPlan {
  std::vector<std::shared_ptr<const ProjectPlan>> projects;
  std::vector<std::shared_ptr<const DiscoveryPlan>> discoveries;  // Find more projects.
  std::shared_ptr<const RefreshRules> rules;
  Duration max_staleness{600000};
};

// Refreshes all projects over one event loop and publishes snapshots. Each project is committed to
// the store and published as soon as it is done; one that fails keeps its last data until
// `max_staleness`. Discoveries that are due run beside them; what they find is refreshed at once,
// and what they found before a restart from the start. What was counted of a project that is
// neither configured nor discovered any more is kept for kRetirement.
class Refresher {
 public:
  // Loads the ledgers from `store`. Errors: kLedger. References must outlive the refresher.
  static Result<std::unique_ptr<Refresher>> Create(CodeArtsApi& api, const Clock& clock,
                                                   LedgerStore& store, RefreshPlan plan);

  // Runs one refresh; ends early when `stop` is requested, and then loses only what was not
  // published. Threads: one at a time.
  void Refresh(std::stop_token stop);

  // Goes over to another plan (reload) and publishes what it changes without a call: projects that
  // are no longer in it go, names change, histograms of other bounds start anew. Threads: as
  // Refresh. Errors: kLedger, and then the old plan stays.
  Status SetPlan(RefreshPlan plan);

  // Returns the newest published snapshot, never null. Threads: safe.
  std::shared_ptr<const Snapshot> Current() const;

 private:
  // What is kept of a project between refreshes.
  struct ProjectRecord {
    ProjectOutcome outcome;  // Its ledger is what the store holds.
    std::optional<SteadyTime> last_listed;
    std::shared_ptr<const ProjectSnapshot> published;
    ProjectLog log;
  };

  Refresher(CodeArtsApi& api, const Clock& clock, LedgerStore& store, RefreshPlan plan);

  // One refresh, from its first call to its last.
  struct Round {
    std::stop_token stop;
    SeriesBudget budget;
    std::set<ProjectId> begun;
  };

  void StartProjects(Round& round);
  void SetProjects();
  Status Tidy();
  Status NoteWhoLeft();
  void Publish(const ProjectPlan& project, const ProjectOutcome& outcome);
  Status Keep(const ProjectPlan& project, const ProjectOutcome& outcome, ProjectRecord& record);
  Status SetBounds(const HistogramBounds& bounds);
  void Show(const ProjectPlan& project, ProjectRecord& record);
  void PublishSnapshot(bool ready);
  SeriesBudget MakeBudget() const;

  CodeArtsApi& api_;
  const Clock& clock_;
  LedgerStore& store_;
  RefreshPlan plan_;
  Discoveries discoveries_;
  // Those of the plan, then those that were discovered.
  std::vector<std::shared_ptr<const ProjectPlan>> projects_;
  std::map<ProjectId, ProjectRecord> records_;  // Also of projects that left, for kRetirement.
  bool tidied_ = true;                          // The last Tidy succeeded.
  std::uint64_t folded_ = 0;                    // Stages and jobs, in all refreshes.
  mutable std::mutex mutex_;                    // Guards what follows, for a copy or a swap.
  std::shared_ptr<const Snapshot> current_;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_REFRESHER_H_
