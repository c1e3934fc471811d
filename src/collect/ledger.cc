#include "collect/ledger.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "collect/run_view.h"

namespace codearts {
namespace {

constexpr std::int32_t kInvalidAnswersForGood = 3;
// Older active runs are looked for at first sight only if the pipeline ran lately.
constexpr Duration kLately = std::chrono::hours(24);

auto FindSettled(PipelineState& pipeline, const RunId& id) {
  const RunDigest digest(id);
  return std::find_if(pipeline.settled.begin(), pipeline.settled.end(),
                      [&digest](const SettledRun& run) { return run.id == digest; });
}

void Settle(std::int64_t number, const RunId& id, Timestamp end, PipelineState& pipeline) {
  pipeline.open.erase(number);
  const auto known = FindSettled(pipeline, id);
  if (known != pipeline.settled.end()) {
    known->end_time = end;
    return;
  }
  std::vector<SettledRun>& settled = pipeline.settled;
  const auto place =
      std::upper_bound(settled.begin(), settled.end(), number,
                       [](std::int64_t n, const SettledRun& run) { return n < run.number; });
  settled.insert(place, {number, RunDigest(id), end});
  // One above the mark is remembered until the gap below it is closed.
  if (settled.size() > std::size_t{kSettledKept} && settled.front().number <= pipeline.mark) {
    settled.erase(settled.begin());
  }
}

void Open(const RunSummary& run, PipelineState& pipeline) {
  OpenRun& open = pipeline.open[run.run_number];
  if (open.id != run.id) open = OpenRun();
  open.id = run.id;
  open.start_time = run.start_time;
  open.status = run.status;
  open.end_time = run.end_time;
}

bool IsActive(const RunSummary& run) {
  return codearts::IsActive(run.status, run.end_time);
}

// Whether an ended run's attempt is settled already. A retry ends later than the attempt before it:
// an earlier end is what a replica of the service says that lags behind.
bool IsSettled(const RunSummary& run, PipelineState& pipeline) {
  const auto known = FindSettled(pipeline, run.id);
  return known != pipeline.settled.end() && run.end_time && *run.end_time <= known->end_time;
}

bool IsKnown(const RunSummary& run, PipelineState& pipeline) {
  const auto open = pipeline.open.find(run.run_number);
  if (open != pipeline.open.end() && open->second.id == run.id) return true;
  return FindSettled(pipeline, run.id) != pipeline.settled.end();
}

void NoteActivity(const RunSummary& run, PipelineState& pipeline) {
  for (const std::optional<Timestamp>& time : {run.start_time, run.end_time}) {
    if (time) pipeline.last_activity = std::max(pipeline.last_activity, *time);
  }
}

RunFacts FactsOf(const RunSummary& run) {
  RunFacts facts;
  facts.id = run.id;
  facts.number = run.run_number;
  facts.status = run.status;
  facts.start_time = run.start_time;
  facts.end_time = run.end_time;
  facts.trigger = run.trigger_type;
  facts.branch = run.branch;
  facts.commit = run.commit_id;
  facts.executor = run.executor_name;
  facts.url = run.detail_url;
  return facts;
}

void NoteFinished(std::int64_t number, std::optional<Duration> duration,
                  std::optional<Duration> paused, PipelineState& pipeline) {
  if (pipeline.last_finished && pipeline.last_finished->number > number) return;
  pipeline.last_finished = FinishedRun{number, duration, paused};
}

// A run that was there, ended, before anybody counted: it sets what is shown and nothing else.
void SettleUncounted(const RunSummary& run, PipelineState& pipeline) {
  if (!run.end_time) return;
  Settle(run.run_number, run.id, *run.end_time, pipeline);
}

void ShowRun(const PipelineRun& run, bool active, PipelineState& pipeline) {
  if (!pipeline.latest || pipeline.latest->id != run.id) return;
  RunFacts& latest = *pipeline.latest;
  latest.status = run.status;
  latest.start_time = run.start_time;
  latest.end_time = run.end_time;
  if (latest.executor.empty()) latest.executor = run.executor_name;
  if (latest.url.empty()) latest.url = run.detail_url;
  if (latest.branch.empty()) latest.branch = BranchOf(run);
  std::vector<StageView> views = ViewStages(run);
  CarryOver(pipeline.stages, active, views);
  pipeline.stages = std::move(views);
  pipeline.detail = ShownDetail{run.id, run.status, run.end_time, 0};
  pipeline.group = run.group_name;
  if (pipeline.manifest_version.empty()) pipeline.manifest_version = run.manifest_version;
  if (pipeline.region.empty()) pipeline.region = run.region;
  if (run.sources.empty()) return;
  pipeline.repository = run.sources.front().repo_name;
  pipeline.default_branch = run.sources.front().default_branch;
}

void Miss(MissedReason reason, PipelineState& pipeline) {
  ++pipeline.missed[static_cast<std::size_t>(reason)];
}

// The start that a pipeline gets whose latest run has ended before it was first seen.
void ShowSettled(const RunSummary& latest, PipelineState& pipeline) {
  if (!latest.end_time) return;
  NoteOutcome(ResultOf(latest.status), *latest.end_time, pipeline);
  NoteFinished(latest.run_number, DurationOf(latest.start_time, latest.end_time), std::nullopt,
               pipeline);
}

std::optional<Timestamp> CountFrom(const FirstSight& sight) {
  if (const auto* absolute = std::get_if<Timestamp>(&sight.since)) return *absolute;
  if (const auto* back = std::get_if<Duration>(&sight.since)) return sight.now - *back;
  return std::nullopt;
}

}  // namespace

PipelineState StartPipeline(const Pipeline& listed, const FirstSight& sight) {
  PipelineState pipeline;
  pipeline.id = listed.id;
  pipeline.first_seen = sight.now;
  pipeline.last_recheck = sight.now;
  pipeline.count_from = CountFrom(sight);
  if (!listed.latest_run) {
    ObserveListing(listed, pipeline);
    return pipeline;
  }
  const RunSummary& latest = *listed.latest_run;
  if (pipeline.count_from) {
    pipeline.mark = latest.run_number;
    pipeline.history_unread = true;
  } else if (!sight.created_after_first_listing) {
    pipeline.mark = latest.run_number;
    pipeline.newest_page_unread = !latest.start_time || sight.now - *latest.start_time < kLately;
    if (!IsActive(latest)) {
      SettleUncounted(latest, pipeline);
      ShowSettled(latest, pipeline);
    }
  }
  ObserveListing(listed, pipeline);
  return pipeline;
}

bool IsUnchanged(const Pipeline& listed, const PipelineState& pipeline) {
  if (pipeline.name != listed.name || pipeline.component_id != listed.component_id) return false;
  if (!listed.manifest_version.empty() && pipeline.manifest_version != listed.manifest_version) {
    return false;
  }
  if (!listed.latest_run || !pipeline.latest) return !listed.latest_run && !pipeline.latest;
  const RunSummary& run = *listed.latest_run;
  const RunFacts& latest = *pipeline.latest;
  // An open run is read anyway, and its reading is copied then.
  return latest.id == run.id && latest.number == run.run_number && latest.status == run.status &&
         latest.start_time == run.start_time && latest.end_time == run.end_time &&
         latest.number <= pipeline.mark && !pipeline.open.contains(run.run_number);
}

void ObserveListing(const Pipeline& listed, PipelineState& pipeline) {
  pipeline.name = listed.name;
  pipeline.component_id = listed.component_id;
  if (!listed.manifest_version.empty()) pipeline.manifest_version = listed.manifest_version;
  if (!listed.latest_run) {
    pipeline.latest.reset();
    pipeline.stages.clear();
    pipeline.detail.reset();
    return;
  }
  const RunSummary& latest = *listed.latest_run;
  NoteActivity(latest, pipeline);
  RunFacts facts = FactsOf(latest);
  if (pipeline.latest && pipeline.latest->id == latest.id) {
    // Lists may leave out what the detail gave.
    if (facts.executor.empty()) facts.executor = pipeline.latest->executor;
    if (facts.url.empty()) facts.url = pipeline.latest->url;
    if (facts.branch.empty()) facts.branch = pipeline.latest->branch;
  }
  pipeline.latest = std::move(facts);
  if (pipeline.history_unread) return;
  if (latest.run_number > pipeline.mark) {
    if (!IsSettled(latest, pipeline)) Open(latest, pipeline);
    if (MissingNumbers(pipeline).empty()) pipeline.mark = latest.run_number;
    return;
  }
  ObserveRecords({latest}, {}, pipeline);
}

std::set<std::int64_t> MissingNumbers(const PipelineState& pipeline) {
  std::set<std::int64_t> missing;
  if (!pipeline.latest || pipeline.latest->number <= pipeline.mark) return missing;
  const std::int64_t newest = pipeline.latest->number;
  for (std::int64_t n = std::max(pipeline.mark, newest - kMaxGap) + 1; n < newest; ++n) {
    if (!pipeline.open.contains(n)) missing.insert(missing.end(), n);
  }
  for (const SettledRun& run : pipeline.settled) missing.erase(run.number);
  return missing;
}

void ObserveRecords(const std::vector<RunSummary>& records, const std::set<std::int64_t>& wanted,
                    PipelineState& pipeline) {
  for (const RunSummary& run : records) {
    NoteActivity(run, pipeline);
    if (run.run_number > pipeline.mark && !wanted.contains(run.run_number)) continue;
    if (IsActive(run)) {
      Open(run, pipeline);
      continue;
    }
    if (IsSettled(run, pipeline)) {
      // Nothing is left to be read, whatever a list said earlier.
      pipeline.open.erase(run.run_number);
      continue;
    }
    if (wanted.contains(run.run_number) || IsKnown(run, pipeline)) {
      Open(run, pipeline);
    } else {
      SettleUncounted(run, pipeline);
    }
  }
}

void CloseGap(const WalkResult& walk, const std::set<std::int64_t>& wanted,
              PipelineState& pipeline) {
  if (!pipeline.latest) return;
  ObserveRecords(walk.records, wanted, pipeline);
  std::int64_t lowest = walk.reached_end ? pipeline.latest->number : 0;
  std::set<std::int64_t> missing = wanted;
  for (const RunSummary& run : walk.records) {
    missing.erase(run.run_number);
    lowest = std::min(lowest, run.run_number);
  }
  for (const std::int64_t number : missing) {
    Miss(number < lowest ? MissedReason::kExpired : MissedReason::kDeleted, pipeline);
  }
  const std::int64_t beyond = pipeline.latest->number - kMaxGap - pipeline.mark;
  if (beyond > 0) {
    pipeline.missed[static_cast<std::size_t>(MissedReason::kExpired)] +=
        static_cast<std::uint64_t>(beyond);
  }
  pipeline.mark = std::max(pipeline.mark, pipeline.latest->number);
}

void ReadHistory(const WalkResult& walk, PipelineState& pipeline) {
  for (const RunSummary& run : walk.records) {
    NoteActivity(run, pipeline);
    pipeline.mark = std::max(pipeline.mark, run.run_number);
    const bool counts = !run.end_time || *run.end_time >= *pipeline.count_from;
    if (IsActive(run) || (counts && !IsSettled(run, pipeline))) {
      Open(run, pipeline);
      continue;
    }
    SettleUncounted(run, pipeline);
    if (pipeline.latest && pipeline.latest->id == run.id) ShowSettled(run, pipeline);
  }
  pipeline.history_unread = false;
}

void ObserveDetail(const PipelineRun& run, const CountingRules& rules, PipelineState& pipeline,
                   ProjectTotals& project) {
  const bool active = codearts::IsActive(run.status, run.end_time);
  ShowRun(run, active, pipeline);
  const auto open = pipeline.open.find(run.run_number);
  if (active) {
    if (open == pipeline.open.end()) return;
    open->second = OpenRun{run.id, run.start_time, run.status, run.end_time, 0};
    return;
  }
  const std::optional<Duration> duration = DurationOf(run.start_time, run.end_time);
  if (run.end_time) NoteFinished(run.run_number, duration, run.pause_time, pipeline);
  if (open == pipeline.open.end()) return;
  if (!run.end_time) {
    ++open->second.invalid_answers;
    open->second.status = run.status;
    if (open->second.invalid_answers < kInvalidAnswersForGood) return;
    Miss(MissedReason::kUnreadable, pipeline);
    pipeline.open.erase(open);
    return;
  }
  std::optional<Timestamp> previous_end;
  const auto known = FindSettled(pipeline, run.id);
  if (known != pipeline.settled.end()) previous_end = known->end_time;
  if (previous_end && *run.end_time <= *previous_end) {
    pipeline.open.erase(open);
    return;
  }
  Settle(run.run_number, run.id, *run.end_time, pipeline);
  pipeline.last_activity = std::max(pipeline.last_activity, *run.end_time);
  if (pipeline.count_from && *run.end_time < *pipeline.count_from) return;
  CountAttempt(run, previous_end, rules, pipeline, project);
}

void ObserveDetailFailure(std::int64_t number, const Status& failure, PipelineState& pipeline) {
  const bool invalid = failure.code() == StatusCode::kInvalidResponse;
  if (pipeline.latest && pipeline.latest->number == number) {
    if (!pipeline.detail || pipeline.detail->id != pipeline.latest->id) {
      pipeline.detail =
          ShownDetail{pipeline.latest->id, ExecutionStatus::kUnknown, std::nullopt, 0};
    }
    if (invalid || failure.code() == StatusCode::kNotFound) ++pipeline.detail->failures;
  }
  const auto open = pipeline.open.find(number);
  if (open == pipeline.open.end()) return;
  if (!invalid) return;
  if (++open->second.invalid_answers < kInvalidAnswersForGood) return;
  Miss(MissedReason::kUnreadable, pipeline);
  pipeline.open.erase(open);
}

void ObserveGone(std::int64_t number, PipelineState& pipeline) {
  const auto open = pipeline.open.find(number);
  if (open == pipeline.open.end()) return;
  Miss(IsUnread(open->second) ? MissedReason::kUnreadable : MissedReason::kVanished, pipeline);
  pipeline.open.erase(open);
}

bool NeedsDisplayDetail(const PipelineState& pipeline) {
  if (!pipeline.latest || pipeline.open.contains(pipeline.latest->number)) return false;
  const RunFacts& latest = *pipeline.latest;
  if (!pipeline.detail || pipeline.detail->id != latest.id) return true;
  if (pipeline.detail->failures >= kInvalidAnswersForGood) return false;
  return pipeline.detail->status != latest.status || pipeline.detail->end_time != latest.end_time;
}

}  // namespace codearts
