#ifndef CODEARTS_COLLECT_PROJECT_LEDGER_H_
#define CODEARTS_COLLECT_PROJECT_LEDGER_H_

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "model/ids.h"
#include "model/pipeline.h"

namespace codearts {

// A pipeline that left the listing. Its totals are kept for a while, in case it comes back.
struct RetiredPipeline {
  std::shared_ptr<const PipelineState> state;
  Timestamp since;
};

// How long a retired pipeline is kept, and a project that left.
inline constexpr Duration kRetirement = std::chrono::hours(24 * 30);

// What the ledger knows of one project. A value whose parts are shared and immutable: cheap to
// copy, so that a refresh works on a copy and is published or dropped as a whole.
struct ProjectLedger {
  bool listed = false;  // A listing was complete once.
  std::map<PipelineId, std::shared_ptr<const PipelineState>> pipelines;
  std::map<PipelineId, RetiredPipeline> retired;
  std::shared_ptr<const ProjectTotals> totals = std::make_shared<ProjectTotals>();
  std::optional<Timestamp> left_since;  // Neither configured nor discovered since; nullopt: it is.
};

// Where projects were listed.
struct ListingSource {
  std::string endpoint;    // ProjectMan's.
  std::string credential;  // Its name.

  auto operator<=>(const ListingSource&) const = default;
};

// What discoveries know, so that a restart knows it too. Without those that found nothing.
using ProjectListings = std::map<ListingSource, std::vector<Project>>;

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PROJECT_LEDGER_H_
