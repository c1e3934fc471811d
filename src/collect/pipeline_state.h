#ifndef CODEARTS_COLLECT_PIPELINE_STATE_H_
#define CODEARTS_COLLECT_PIPELINE_STATE_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collect/histogram.h"
#include "collect/run_digest.h"
#include "model/execution_status.h"
#include "model/ids.h"

namespace codearts {

// ---- What is shown of the latest run. Names are label values: repaired UTF-8, unique in their
// parent
// (" #2", " #3" by sequence), never empty.

struct StepView {
  std::string name;
  std::optional<ExecutionStatus> status;  // nullopt: not part of the latest run (yet).
  std::optional<Duration> duration;       // Of the latest finished occurrence.

  bool operator==(const StepView&) const = default;
};

struct JobView {
  std::string
      name;  // Steps of a stage's `pre` and `post` are in jobs "_pre" and "_post", without status.
  std::optional<ExecutionStatus> status;
  std::optional<Duration> duration;
  std::vector<StepView> steps;

  bool operator==(const JobView&) const = default;
};

struct StageView {
  std::string name;
  std::optional<ExecutionStatus> status;
  std::optional<Duration> duration;
  std::vector<JobView> jobs;

  bool operator==(const StageView&) const = default;
};

struct RunFacts {
  RunId id;
  std::int64_t number = 0;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;
  std::string trigger;
  std::string branch;
  std::string commit;
  std::string executor;
  std::string url;

  bool operator==(const RunFacts&) const = default;
};

// The finished run with the highest number.
struct FinishedRun {
  std::int64_t number = 0;
  std::optional<Duration> duration;
  std::optional<Duration> paused;

  bool operator==(const FinishedRun&) const = default;
};

// The reading of a run's detail that is shown. Another status or end time of the latest run makes
// it stale.
struct ShownDetail {
  RunId id;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> end_time;
  std::int32_t failures = 0;  // Refreshes in a row that could not read the present one.

  bool operator==(const ShownDetail&) const = default;
};

// ---- What the ledger knows.

// A run that is accounted for and not settled: still active, or its detail is still to be read.
struct OpenRun {
  RunId id;
  std::optional<Timestamp> start_time;
  ExecutionStatus status = ExecutionStatus::kUnknown;  // As last seen in a list or detail.
  std::optional<Timestamp> end_time;                   // As last seen; set: ended and unread.
  std::int32_t invalid_answers = 0;  // Refreshes in a row that could not decode it.

  bool operator==(const OpenRun&) const = default;
};

// A settled run that may be met again. A different end time later on is a new attempt, a retry.
struct SettledRun {
  std::int64_t number = 0;
  RunDigest id;
  Timestamp end_time;

  bool operator==(const SettledRun&) const = default;
};

// Why a run that is known to have happened can't be read any more.
enum class MissedReason { kVanished, kDeleted, kExpired, kUnreadable };
inline constexpr std::size_t kMissedReasonCount = 4;
std::string_view MissedReasonName(MissedReason reason);

// Labels of the run counter; trigger and branch are empty unless metrics.run_labels asks for them.
struct RunLabels {
  RunResult result = RunResult::kUnknown;
  std::string trigger;
  std::string branch;

  auto operator<=>(const RunLabels&) const = default;
};

struct StageLabels {
  std::string stage;
  RunResult result = RunResult::kUnknown;

  auto operator<=>(const StageLabels&) const = default;
};

struct JobLabels {
  std::string stage;
  std::string job;
  RunResult result = RunResult::kUnknown;

  auto operator<=>(const JobLabels&) const = default;
};

struct RunTotals {
  Timestamp created;
  std::uint64_t count = 0;
  Histogram duration;  // Only of attempts that have both times.

  bool operator==(const RunTotals&) const = default;
};

struct CounterValue {
  Timestamp created;
  std::uint64_t count = 0;

  bool operator==(const CounterValue&) const = default;
};

struct QueueFacts {
  std::int64_t length = 0;
  std::optional<Timestamp> oldest_enqueue_time;

  bool operator==(const QueueFacts&) const = default;
};

// Everything about one pipeline: its place in the ledger, its totals and what is shown. A value: a
// refresh copies it, applies what it saw and publishes the copy; nobody changes a published one, so
// that equal pointers mean equal content.
struct PipelineState {
  PipelineId id;
  std::string name;
  std::string region;
  std::string group;
  std::string component_id;
  std::string repository;
  std::string default_branch;
  std::string manifest_version;
  Timestamp first_seen;  // The creation time of its counters.

  // Ledger. Every run up to `mark` is settled or in `open`. Runs above it may be there too, while
  // the numbers between are still to be asked for.
  std::int64_t mark = 0;
  std::map<std::int64_t, OpenRun> open;  // By run number.
  std::vector<SettledRun> settled;       // By run number; the newest ones.
  // Attempts that ended earlier are not counted. nullopt: all are that were open or came after
  // first sight.
  std::optional<Timestamp> count_from;
  bool history_unread = false;  // The run list is still to be read back to `count_from`.
  bool newest_page_unread =
      false;                // Its newest page is still to be read once, for older active runs.
  Timestamp last_recheck;   // When the newest page was last compared with the ledger.
  Timestamp last_activity;  // Newest start or end seen; decides about rechecks.

  // Shown.
  std::optional<RunFacts> latest;
  std::vector<StageView> stages;
  std::optional<ShownDetail> detail;  // What `stages` was made from.
  std::optional<FinishedRun> last_finished;
  std::optional<Timestamp> last_success;
  std::optional<Timestamp> last_failure;
  std::optional<Timestamp> broken_since;
  std::uint64_t consecutive_failures = 0;
  std::vector<Timestamp> recent_failures;  // Ends of failures since the last success, newest kept.
  std::optional<QueueFacts> queue;

  // Totals.
  std::map<RunLabels, RunTotals> runs;
  std::uint64_t retries = 0;
  std::array<std::uint64_t, kMissedReasonCount> missed{};
  Duration paused_total{0};
  std::map<RunResult, CounterValue> deployments;
  std::map<StageLabels, Histogram> stage_durations;
  std::map<JobLabels, Histogram> job_durations;
  std::optional<Histogram> time_to_restore;

  bool operator==(const PipelineState&) const = default;
};

// Whether the run has ended and its detail is still to be read.
bool IsUnread(const OpenRun& run);

// The number of runs in progress in `state`, and the start of the oldest one that has started.
struct ActiveRuns {
  std::int64_t count = 0;
  std::optional<Timestamp> oldest_start;
};
ActiveRuns CountActive(const PipelineState& pipeline, ActivityState state);

// Whether runs of the pipeline are known and not read yet.
bool IsBehind(const PipelineState& pipeline);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_PIPELINE_STATE_H_
