#ifndef CODEARTS_COLLECT_PROJECT_REFRESH_H_
#define CODEARTS_COLLECT_PROJECT_REFRESH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "collect/attempt.h"
#include "collect/name_patterns.h"
#include "collect/project_ledger.h"
#include "collect/series_budget.h"
#include "collect/snapshot.h"
#include "config/config.h"

namespace codearts {

// One project to be refreshed. Immutable; shared by refreshes.
struct ProjectPlan {
  ApiTarget target;
  std::shared_ptr<Credential> credential;  // Owns that of `target`.
  std::string name;                        // Empty: the name that the API gives, else the id.
  std::string region;                      // Empty: what the API says.
  std::shared_ptr<const NamePatterns> include;
  std::shared_ptr<const NamePatterns> exclude;
  ShardConfig shard;
};

// Whether the plan takes a pipeline: the name passes the filter, and the id falls into the shard.
bool IsMatched(const ProjectPlan& plan, const Pipeline& pipeline);

// What is the same for all projects of a refresh.
struct RefreshRules {
  CountingRules counting;
  HistorySince since;
  std::int64_t page_size = 100;
  Duration recheck{0};
  bool queue = false;
  // Calls beyond the listing are begun for so long; what is left stays for the next refresh.
  Duration work_time{20000};
  MetricsLevel level = MetricsLevel::kJob;
  std::int64_t series_limit = 1'000'000;
};

// What a refresh of all projects works with.
struct RefreshTools {
  CodeArtsApi& api;
  const Clock& clock;
  SeriesBudget& budget;
};

// What became of a project in a refresh, or so far.
struct ProjectOutcome {
  ProjectLedger ledger;
  ProjectHealth health;
  std::string api_name;  // The project's name as the API gives it.
  bool listing_ok = false;
  bool final = false;  // false: published early, as there was nothing to show before; more comes.
};

// Refreshes one project: lists its pipelines, then brings those up to date that are new, active or
// changed. `publish` is called once at the end and, when the project was never listed before, once
// more as soon as the listing is there. What `tools` refers to must outlive the refresh, which ends
// within api.Run.
void RefreshProject(const RefreshTools& tools, std::shared_ptr<const ProjectPlan> plan,
                    std::shared_ptr<const RefreshRules> rules, ProjectOutcome before,
                    std::function<void(const ProjectOutcome&)> publish);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PROJECT_REFRESH_H_
