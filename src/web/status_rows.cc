#include "web/status_rows.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "web/query.h"

namespace codearts {
namespace {

constexpr std::uint64_t kEnoughRuns = 5;

// Estimates the median from the buckets, as histogram_quantile(0.5, ...) does. Counts may be of
// another generation of bounds than those at hand; then there is no estimate.
std::optional<Duration> Median(const std::vector<std::uint64_t>& counts,
                               const BucketBounds& bounds) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  if (total < kEnoughRuns || counts.size() != bounds.size() + 1) return std::nullopt;
  const double rank = static_cast<double>(total) / 2;
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const double inside = static_cast<double>(counts[i]);
    if (below + inside >= rank && inside > 0) {
      const double lower = i == 0 ? 0 : bounds[i - 1];
      const double seconds = lower + (bounds[i] - lower) * (rank - below) / inside;
      return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
    }
    below += inside;
  }
  return std::nullopt;
}

std::optional<Duration> UsualDuration(const PipelineState& pipeline, const BucketBounds& bounds) {
  std::vector<std::uint64_t> counts(bounds.size() + 1);
  for (const auto& [labels, totals] : pipeline.runs) {
    if (labels.result != RunResult::kSuccess) continue;
    if (totals.duration.counts.size() != counts.size()) continue;
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += totals.duration.counts[i];
  }
  return Median(counts, bounds);
}

bool IsRunning(ExecutionStatus status) {
  return IsActive(status, std::nullopt) && ActivityOf(status) != ActivityState::kQueued;
}

bool IsFailed(ExecutionStatus status) {
  return ResultOf(status) == RunResult::kFailure;
}

// The first stage, and job in it, that failed or, in a run that goes on, is at work.
template <typename Predicate>
void FindPlace(const std::vector<StageView>& stages, Predicate is_wanted, StatusRow& row) {
  const auto stage_at = std::find_if(stages.begin(), stages.end(), [&](const StageView& stage) {
    return stage.status && is_wanted(*stage.status);
  });
  if (stage_at == stages.end()) return;
  row.stage = stage_at->name;
  const auto& jobs = stage_at->jobs;
  const auto job_at = std::find_if(jobs.begin(), jobs.end(), [&](const JobView& job) {
    return job.status && is_wanted(*job.status);
  });
  if (job_at != jobs.end()) row.job = job_at->name;
}

StatusRow MakeRow(const ProjectSnapshot& project, const PipelineState& pipeline,
                  const BucketBounds& bounds, Timestamp now) {
  StatusRow row;
  row.project = &project;
  row.pipeline = &pipeline;
  row.queued = CountActive(pipeline, ActivityState::kQueued);
  row.running = CountActive(pipeline, ActivityState::kRunning);
  row.paused = CountActive(pipeline, ActivityState::kPaused);
  row.usual = UsualDuration(pipeline, bounds);
  if (!pipeline.latest) return row;
  const RunFacts& run = *pipeline.latest;
  const bool active = IsActive(run.status, run.end_time);
  row.when = active ? run.start_time : run.end_time;
  if (run.start_time) {
    const Timestamp end = active ? now : run.end_time.value_or(*run.start_time);
    if (active || run.end_time) row.duration = std::max(end - *run.start_time, Duration(0));
  }
  if (IsFailed(run.status)) FindPlace(pipeline.stages, IsFailed, row);
  if (active) FindPlace(pipeline.stages, IsRunning, row);
  return row;
}

bool ContainsIgnoreCase(std::string_view text, std::string_view part) {
  return ToLower(text).find(ToLower(part)) != std::string::npos;
}

int Urgency(const StatusRow& row) {
  if (row.broken()) return 0;
  if (row.paused.count > 0) return 1;
  return row.active() ? 2 : 3;
}

auto NameOf(const StatusRow& row) {
  return std::tie(row.project->name, row.pipeline->name, row.pipeline->id);
}

bool IsMoreUrgent(const StatusRow& a, const StatusRow& b) {
  const int first = Urgency(a);
  const int second = Urgency(b);
  if (first != second) return first < second;
  if (first == 0 && a.pipeline->broken_since != b.pipeline->broken_since) {
    return a.pipeline->broken_since > b.pipeline->broken_since;
  }
  return NameOf(a) < NameOf(b);
}

// Orders by a value that may be missing; rows without it stay at the end, whatever the direction.
template <typename Value>
void SortBy(Value value_of, bool descending, std::vector<StatusRow>& rows) {
  const auto has_value = [&](const StatusRow& row) { return value_of(row).has_value(); };
  const auto end = std::stable_partition(rows.begin(), rows.end(), has_value);
  std::stable_sort(rows.begin(), end, [&](const StatusRow& a, const StatusRow& b) {
    return descending ? value_of(b) < value_of(a) : value_of(a) < value_of(b);
  });
}

std::optional<std::string_view> StatusWordOf(const StatusRow& row) {
  if (!row.pipeline->latest) return std::nullopt;
  return ExecutionStatusName(row.pipeline->latest->status);
}

template <typename Enum, std::size_t n, typename Name>
void ReadWord(std::string_view word, const std::array<Enum, n>& values, Name name_of, Enum& value) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](Enum candidate) { return name_of(candidate) == word; });
  if (found != values.end()) value = *found;
}

}  // namespace

bool StatusRow::healthy() const {
  return !broken() && pipeline->latest && !IsFailed(pipeline->latest->status);
}

std::string_view StatusFilterName(StatusFilter filter) {
  switch (filter) {
    case StatusFilter::kAll:
      break;
    case StatusFilter::kBroken:
      return "broken";
    case StatusFilter::kActive:
      return "active";
    case StatusFilter::kPaused:
      return "paused";
    case StatusFilter::kHealthy:
      return "healthy";
    case StatusFilter::kNeverRun:
      return "never";
  }
  return "all";
}

std::string_view StatusOrderName(StatusOrder order) {
  switch (order) {
    case StatusOrder::kUrgency:
      break;
    case StatusOrder::kPipeline:
      return "pipeline";
    case StatusOrder::kStatus:
      return "status";
    case StatusOrder::kWhen:
      return "when";
    case StatusOrder::kDuration:
      return "duration";
    case StatusOrder::kBrokenSince:
      return "broken";
  }
  return "urgency";
}

StatusQuery ParseStatusQuery(std::string_view query) {
  constexpr std::array kOrders = {StatusOrder::kUrgency,  StatusOrder::kPipeline,
                                  StatusOrder::kStatus,   StatusOrder::kWhen,
                                  StatusOrder::kDuration, StatusOrder::kBrokenSince};
  StatusQuery parsed;
  for (const QueryParameter& parameter : ParseQuery(query)) {
    if (parameter.name == "q") parsed.name = TrimWhitespace(parameter.value);
    if (parameter.name == "desc") parsed.descending = parameter.value == "1";
    if (parameter.name == "all") parsed.all = parameter.value == "1";
    if (parameter.name == "sort") {
      ReadWord(parameter.value, kOrders, StatusOrderName, parsed.order);
    }
    if (parameter.name == "show") {
      ReadWord(parameter.value, kStatusFilters, StatusFilterName, parsed.filter);
    }
  }
  return parsed;
}

std::vector<StatusRow> MakeStatusRows(const Snapshot& snapshot, Timestamp now) {
  std::vector<StatusRow> rows;
  for (const auto& project : snapshot.projects) {
    for (const auto& pipeline : project->pipelines) {
      rows.push_back(MakeRow(*project, *pipeline, snapshot.bounds->run, now));
    }
  }
  return rows;
}

std::vector<SourceRow> MakeSourceRows(const Snapshot& snapshot) {
  std::vector<SourceRow> rows;
  for (const auto& project : snapshot.projects) {
    const ProjectHealth& health = project->health;
    rows.push_back({.name = project->name,
                    .id = project->id.value,
                    .region = project->region,
                    .count = project->pipelines.size(),
                    .up = health.up,
                    .last_success = health.last_success,
                    .duration = health.duration,
                    .last_error = health.last_error ? &*health.last_error : nullptr,
                    .last_error_time = health.last_error_time});
  }
  for (const DiscoveryHealth& health : snapshot.discoveries) {
    rows.push_back({.name = health.label,
                    .discovery = true,
                    .count = health.projects,
                    .up = health.last_success && !health.last_error,
                    .last_success = health.last_success,
                    .last_error = health.last_error ? &*health.last_error : nullptr,
                    .last_error_time = health.last_error_time});
  }
  return rows;
}

bool Matches(const StatusRow& row, StatusFilter filter) {
  switch (filter) {
    case StatusFilter::kAll:
      break;
    case StatusFilter::kBroken:
      return row.broken();
    case StatusFilter::kActive:
      return row.active();
    case StatusFilter::kPaused:
      return row.paused.count > 0;
    case StatusFilter::kHealthy:
      return row.healthy();
    case StatusFilter::kNeverRun:
      return !row.pipeline->latest;
  }
  return true;
}

bool Matches(const StatusRow& row, const StatusQuery& query) {
  return Matches(row, query.filter) && (ContainsIgnoreCase(row.pipeline->name, query.name) ||
                                        ContainsIgnoreCase(row.project->name, query.name));
}

void SortStatusRows(const StatusQuery& query, std::vector<StatusRow>& rows) {
  std::sort(rows.begin(), rows.end(), IsMoreUrgent);
  switch (query.order) {
    case StatusOrder::kUrgency:
      if (query.descending) std::reverse(rows.begin(), rows.end());
      break;
    case StatusOrder::kPipeline:
      SortBy([](const StatusRow& row) { return std::optional(NameOf(row)); }, query.descending,
             rows);
      break;
    case StatusOrder::kStatus:
      SortBy(StatusWordOf, query.descending, rows);
      break;
    case StatusOrder::kWhen:
      SortBy([](const StatusRow& row) { return row.when; }, query.descending, rows);
      break;
    case StatusOrder::kDuration:
      SortBy([](const StatusRow& row) { return row.duration; }, query.descending, rows);
      break;
    case StatusOrder::kBrokenSince:
      SortBy([](const StatusRow& row) { return row.pipeline->broken_since; }, query.descending,
             rows);
      break;
  }
}

}  // namespace codearts
