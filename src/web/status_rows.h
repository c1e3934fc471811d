#ifndef CODEARTS_WEB_STATUS_ROWS_H_
#define CODEARTS_WEB_STATUS_ROWS_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collect/snapshot.h"

namespace codearts {

// What the status page and /api/v1/status show of one pipeline. Lifetime: that of the snapshot.
struct StatusRow {
  const ProjectSnapshot* project = nullptr;
  const PipelineState* pipeline = nullptr;
  std::optional<Timestamp> when;     // End of the latest run, or its start while it runs.
  std::optional<Duration> duration;  // Of the latest run; so far, while it runs.
  std::optional<Duration> usual;     // Median of the successful runs, when there are a few.
  std::string_view stage;            // Where the latest run failed or is; else empty.
  std::string_view job;              // Likewise.
  ActiveRuns queued, running, paused;

  bool broken() const { return pipeline->broken_since.has_value(); }
  bool active() const { return queued.count + running.count + paused.count > 0; }
  bool healthy() const;
};

// A project, or a discovery of projects: where rows come from, and how its last refresh went.
// Lifetime: that of the snapshot.
struct SourceRow {
  std::string_view name = {};
  std::string_view id = {};
  std::string_view region = {};
  bool discovery = false;
  std::size_t count = 0;  // Pipelines of the project, or projects that were found.
  bool up = false;
  std::optional<Timestamp> last_success = {};
  std::optional<Duration> duration = {};
  const Status* last_error = nullptr;  // Null: there was none in the last refresh.
  std::optional<Timestamp> last_error_time = {};

  bool failing() const { return !up && last_error != nullptr; }
};

// Returns the projects, then the discoveries, in the order of the snapshot.
std::vector<SourceRow> MakeSourceRows(const Snapshot& snapshot);

// Which rows, in which order: the page's query.
enum class StatusFilter { kAll, kBroken, kActive, kPaused, kHealthy, kNeverRun };
enum class StatusOrder { kUrgency, kPipeline, kStatus, kWhen, kDuration, kBrokenSince };
inline constexpr std::array kStatusFilters = {StatusFilter::kAll,     StatusFilter::kBroken,
                                              StatusFilter::kActive,  StatusFilter::kPaused,
                                              StatusFilter::kHealthy, StatusFilter::kNeverRun};

// A page shows so many rows unless all are asked for: browsers take seconds for thousands.
inline constexpr std::size_t kShownRows = 200;

struct StatusQuery {
  std::string name;  // Part of the name of a pipeline or of its project; ASCII case is ignored.
  StatusFilter filter = StatusFilter::kAll;
  StatusOrder order = StatusOrder::kUrgency;
  bool descending = false;
  bool all = false;  // However many rows there are; else kShownRows.

  bool operator==(const StatusQuery&) const = default;
};

// The words of queries: "broken", "when".
std::string_view StatusFilterName(StatusFilter filter);
std::string_view StatusOrderName(StatusOrder order);

// Reads a query such as "q=deploy&show=broken&sort=when&desc=1&all=1"; what it does not know is
// ignored.
StatusQuery ParseStatusQuery(std::string_view query);

// Returns all pipelines, in the order of the snapshot.
std::vector<StatusRow> MakeStatusRows(const Snapshot& snapshot, Timestamp now);

bool Matches(const StatusRow& row, StatusFilter filter);
bool Matches(const StatusRow& row, const StatusQuery& query);

// Sorts stably. By urgency: what broke last comes first, then what waits for people, what runs, and
// the rest by name.
void SortStatusRows(const StatusQuery& query, std::vector<StatusRow>& rows);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_ROWS_H_
