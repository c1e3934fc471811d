#ifndef CODEARTS_COLLECT_SNAPSHOT_H_
#define CODEARTS_COLLECT_SNAPSHOT_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "collect/histogram.h"
#include "collect/pipeline_state.h"
#include "model/ids.h"

namespace codearts {

// Labels of the step histogram: by plug-in, over all pipelines of a project.
struct StepLabels {
  std::string plugin;
  std::string business_type;
  RunResult result = RunResult::kUnknown;

  auto operator<=>(const StepLabels&) const = default;
};

// Totals of a project as a whole; stored in the ledger.
struct ProjectTotals {
  Timestamp created;  // The first complete listing; creation time of these histograms.
  std::map<StepLabels, Histogram> step_durations;
  std::optional<Histogram> dispatch_wait;
  // The newest creation time in the first complete listing: pipelines created later count from
  // their first run. nullopt: there was none yet.
  std::optional<Timestamp> first_listing_newest;

  bool operator==(const ProjectTotals&) const = default;
};

enum class StatusLevel { kRun, kStage, kJob, kStep };
inline constexpr std::size_t kStatusLevelCount = 4;
std::string_view StatusLevelName(StatusLevel level);

// How the last refreshes of a project went.
struct ProjectHealth {
  bool up = false;                        // The last listing succeeded.
  std::optional<Timestamp> last_success;  // End of the last refresh whose listing succeeded.
  std::optional<Duration> duration;       // Of the last refresh, successful or not.
  std::optional<Status> last_error;       // nullopt: the last refresh had none.
  std::optional<Timestamp> last_error_time;
  std::map<StatusCode, std::uint64_t> errors;  // Since start, by code.
  std::optional<Duration> clock_skew;          // current_system_time minus our clock.
  std::array<std::uint64_t, kStatusLevelCount> unknown_statuses{};
};

// One project as published. `pipelines` is empty while there is no data or it is too old.
struct ProjectSnapshot {
  ProjectId id;
  std::string name;
  std::string region;
  bool listed = false;  // There is data: a listing was complete once and is not too old.
  std::vector<std::shared_ptr<const PipelineState>> pipelines;  // By id; matched ones only.
  std::shared_ptr<const ProjectTotals> totals;                  // Never null.
  ProjectHealth health;
};

// How the last listings of one entry of `discovery` went.
struct DiscoveryHealth {
  std::string label;         // "discovery[0]": the key of its entry.
  bool attempted = false;    // Or known from before a restart.
  std::size_t projects = 0;  // Taken from what it found; projects that are configured count, too.
  std::optional<Timestamp> last_success;
  std::optional<Status> last_error;  // nullopt: the last listing had none.
  std::optional<Timestamp> last_error_time;
  std::map<StatusCode, std::uint64_t> errors;  // Since start, by code.

  bool operator==(const DiscoveryHealth&) const = default;
};

// Upper bounds of each kind of histogram.
struct HistogramBounds {
  BucketBounds run;
  BucketBounds stage;
  BucketBounds job;
  BucketBounds step;
};

// Everything that is published, immutable. Readers keep what they hold alive.
struct Snapshot {
  // In the order of configuration, then those that were discovered.
  std::vector<std::shared_ptr<const ProjectSnapshot>> projects;
  std::vector<DiscoveryHealth> discoveries;       // In the order of configuration.
  std::optional<SteadyTime> next_discovery;       // When one is due; nullopt: there is none.
  std::shared_ptr<const HistogramBounds> bounds;  // Never null.
  std::uint64_t series_overflow = 0;  // Stages and jobs that were folded into "_overflow".
  std::uint64_t ledger_bytes = 0;
  std::uint64_t ledger_resets = 0;
  bool ready = false;  // The first refresh has ended, failed or not, or there is no project.
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_SNAPSHOT_H_
