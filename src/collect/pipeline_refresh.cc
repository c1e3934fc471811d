#include "collect/pipeline_refresh.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "collect/run_walk.h"

namespace codearts {
namespace {

// Bounds the memory that the details of one pipeline take before they are applied.
constexpr std::size_t kDetailsAtOnce = 100;
// Enough for all slots of the scheduler, few enough to be read soon.
constexpr int kDetailsInProgress = 64;
// Refused so many times in a row, the other details of the project will be refused as well.
constexpr int kRefusalsInARow = 5;
// A pipeline without a run for so long has nothing to be rechecked: the list is the same.
constexpr Duration kActiveLately = std::chrono::hours(24 * 7);

bool RecheckDue(const PipelineState& pipeline, const RefreshContext& context) {
  if (context.recheck.count() == 0) return false;
  const Timestamp now = context.clock.Now();
  return now - pipeline.last_recheck >= context.recheck &&
         now - pipeline.last_activity < kActiveLately;
}

// Whether the service will not answer this question the next time either.
bool IsForGood(const Status& failure) {
  const StatusCode code = failure.code();
  const bool refused_as_invalid =
      code == StatusCode::kInvalidResponse && failure.details().http_status != 0;
  return code == StatusCode::kNotFound || code == StatusCode::kPermissionDenied ||
         refused_as_invalid;
}

struct RunKey {
  std::int64_t number = 0;
  RunId id;
};

class PipelineWork : public std::enable_shared_from_this<PipelineWork> {
 public:
  PipelineWork(PipelineState pipeline, RefreshContext& context,
               std::function<void(PipelineState)> done)
      : pipeline_(std::move(pipeline)), context_(context), done_(std::move(done)) {}

  void Start() {
    if (!context_.MayCall()) return Finish();
    WalkGoal goal;
    if (pipeline_.history_unread) {
      goal.back_to = *pipeline_.count_from;
      return Walk(std::move(goal), [this](const WalkResult& walk) {
        ReadHistory(walk, pipeline_);
        ReadDetails();
      });
    }
    wanted_ = MissingNumbers(pipeline_);
    if (!wanted_.empty()) {
      goal.wanted = wanted_;
      return Walk(std::move(goal), [this](const WalkResult& walk) { OnGapWalked(walk); });
    }
    if (pipeline_.newest_page_unread || RecheckDue(pipeline_, context_)) {
      goal.newest_page_only = true;
      return Walk(std::move(goal), [this](const WalkResult& walk) {
        ObserveRecords(walk.records, {}, pipeline_);
        pipeline_.newest_page_unread = false;
        pipeline_.last_recheck = context_.clock.Now();
        ReadDetails();
      });
    }
    ReadDetails();
  }

 private:
  // A walk that fails leaves its question open; the details that are known are read all the same.
  void Walk(WalkGoal goal, std::function<void(const WalkResult&)> use) {
    RunListRequest first = FirstPage();
    // Of runs further down it is not known what was counted.
    if (goal.newest_page_only) first.page.limit = std::min(first.page.limit, kSettledKept);
    WalkRuns(context_.api, context_.target, std::move(first), std::move(goal),
             [self = shared_from_this(), use = std::move(use)](Result<WalkResult> walk) {
               if (walk.ok()) return use(*walk);
               self->context_.NoteFailure(walk.status());
               self->ReadDetails();
             });
  }

  RunListRequest FirstPage() const { return {pipeline_.id, {0, context_.page_size}}; }

  // Numbers that the list lacks may wait in the queue: the list may not show queued runs.
  void OnGapWalked(const WalkResult& walk) {
    walk_ = walk;
    std::set<std::int64_t> missing = wanted_;
    for (const RunSummary& run : walk_.records) missing.erase(run.run_number);
    if (missing.empty()) return CloseGapAndReadDetails();
    context_.api.ListPipelineQueue(context_.target, pipeline_.id,
                                   [self = shared_from_this()](Result<Page<QueuedRun>> page) {
                                     if (page.ok()) return self->OnQueueForGap(*page);
                                     self->OnNoQueueForGap(page.status());
                                   });
  }

  void OnNoQueueForGap(const Status& failure) {
    context_.NoteFailure(failure);
    // Where the queue can't be asked at all, the list's word must do.
    if (IsForGood(failure)) return CloseGapAndReadDetails();
    LeaveGapAndReadDetails();
  }

  void OnQueueForGap(const Page<QueuedRun>& page) {
    for (const QueuedRun& queued : page.items) {
      const bool known = std::any_of(pipeline_.open.begin(), pipeline_.open.end(),
                                     [&](auto& open) { return open.second.id == queued.run_id; });
      if (known || queued.run_id.value.empty()) continue;
      ++outstanding_;
      context_.api.ShowPipelineRunDetail(context_.target, pipeline_.id, queued.run_id,
                                         [self = shared_from_this()](Result<PipelineRun> run) {
                                           self->OnQueuedRun(std::move(run));
                                         });
    }
    if (outstanding_ == 0) CloseGapAndReadDetails();
  }

  void OnQueuedRun(Result<PipelineRun> run) {
    --outstanding_;
    if (run.ok()) {
      RunSummary record;
      record.id = run->id;
      record.run_number = run->run_number;
      record.status = run->status;
      record.start_time = run->start_time;
      record.end_time = run->end_time;
      walk_.records.push_back(std::move(record));
    } else {
      // Some servers have no detail until the run leaves the queue.
      if (run.status().code() != StatusCode::kNotFound) context_.NoteFailure(run.status());
      gap_failed_ = true;
    }
    if (outstanding_ > 0) return;
    if (gap_failed_) return LeaveGapAndReadDetails();
    CloseGapAndReadDetails();
  }

  void CloseGapAndReadDetails() {
    CloseGap(walk_, wanted_, pipeline_);
    ReadDetails();
  }

  // The next refresh asks for those that are still missing.
  void LeaveGapAndReadDetails() {
    ObserveRecords(walk_.records, wanted_, pipeline_);
    ReadDetails();
  }

  // Active runs first, then those that ended, the oldest first.
  std::vector<RunKey> RunsToRead() const {
    std::vector<std::pair<Timestamp, RunKey>> runs;
    for (const auto& [number, run] : pipeline_.open) {
      const Timestamp end = IsUnread(run) ? run.end_time.value_or(Timestamp()) : Timestamp();
      runs.push_back({end, {number, run.id}});
    }
    std::stable_sort(runs.begin(), runs.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (runs.size() > kDetailsAtOnce) runs.resize(kDetailsAtOnce);
    std::vector<RunKey> keys;
    keys.reserve(runs.size() + 1);
    for (auto& [end, key] : runs) keys.push_back(std::move(key));
    if (NeedsDisplayDetail(pipeline_)) {
      keys.push_back({pipeline_.latest->number, pipeline_.latest->id});
    }
    return keys;
  }

  void ReadDetails() {
    if (!context_.HasTurn()) {
      context_.waiting.emplace_back([self = shared_from_this()] { self->ReadDetails(); });
      return;
    }
    for (const RunKey& key : RunsToRead()) {
      if (!context_.MayCall()) break;
      ++outstanding_;
      ++context_.details_in_progress;
      context_.api.ShowPipelineRunDetail(context_.target, pipeline_.id, key.id,
                                         [self = shared_from_this(), key](Result<PipelineRun> run) {
                                           self->OnDetail(key, std::move(run));
                                         });
    }
    if (outstanding_ == 0) Apply();
  }

  void OnDetail(const RunKey& key, Result<PipelineRun> run) {
    if (run.ok() && run->run_number != key.number) {
      run = Status(StatusCode::kInvalidResponse, "the detail has another run number than the list");
    }
    if (run.ok()) {
      context_.refusals = 0;
      NoteReading(*run);
      read_.push_back(std::move(*run));
      return OnReading();
    }
    context_.NoteFailure(run.status());
    if (run.status().code() == StatusCode::kNotFound && pipeline_.open.contains(key.number)) {
      return ConfirmGone(key);
    }
    ObserveDetailFailure(key.number, run.status(), pipeline_);
    OnReading();
  }

  // A run counts as gone only if the list lacks it too: a 404 may come from something in between.
  void ConfirmGone(const RunKey& key) {
    WalkGoal goal;
    goal.wanted = {key.number};
    WalkRuns(context_.api, context_.target, FirstPage(), std::move(goal),
             [self = shared_from_this(), key](Result<WalkResult> walk) {
               self->OnConfirmed(key, std::move(walk));
             });
  }

  void OnConfirmed(const RunKey& key, Result<WalkResult> walk) {
    if (!walk.ok()) {
      context_.NoteFailure(walk.status());
      return OnReading();
    }
    const bool listed =
        std::any_of(walk->records.begin(), walk->records.end(),
                    [&key](const RunSummary& run) { return run.run_number == key.number; });
    if (listed) {
      ObserveDetailFailure(
          key.number, Status(StatusCode::kInvalidResponse, "no detail of a run that is listed"),
          pipeline_);
    } else {
      ObserveGone(key.number, pipeline_);
    }
    OnReading();
  }

  void NoteReading(const PipelineRun& run) {
    ProjectHealth& health = context_.health;
    if (run.current_system_time) {
      health.clock_skew = *run.current_system_time - context_.clock.Now();
    }
    const auto add = [&health](StatusLevel level, std::int32_t count) {
      health.unknown_statuses[static_cast<std::size_t>(level)] += static_cast<std::uint64_t>(count);
    };
    add(StatusLevel::kRun, run.unknown_run_statuses);
    add(StatusLevel::kStage, run.unknown_stage_statuses);
    add(StatusLevel::kJob, run.unknown_job_statuses);
    add(StatusLevel::kStep, run.unknown_step_statuses);
  }

  void OnReading() {
    --context_.details_in_progress;
    if (--outstanding_ == 0) Apply();
    context_.GiveTurns();
  }

  void Apply() {
    std::stable_sort(read_.begin(), read_.end(), [](const PipelineRun& a, const PipelineRun& b) {
      return a.end_time.value_or(Timestamp::max()) < b.end_time.value_or(Timestamp::max());
    });
    for (PipelineRun& run : read_) {
      context_.budget.Fold(pipeline_, run);
      ObserveDetail(run, context_.rules, pipeline_, context_.totals);
    }
    AskQueue();
  }

  void AskQueue() {
    const bool active = std::any_of(pipeline_.open.begin(), pipeline_.open.end(),
                                    [](const auto& open) { return !IsUnread(open.second); });
    if (!context_.queue || !active) {
      pipeline_.queue.reset();
      return Finish();
    }
    if (!context_.MayCall()) return Finish();
    context_.api.ListPipelineQueue(context_.target, pipeline_.id,
                                   [self = shared_from_this()](Result<Page<QueuedRun>> page) {
                                     if (page.ok()) {
                                       self->ShowQueue(*page);
                                     } else {
                                       self->context_.NoteFailure(page.status());
                                     }
                                     self->Finish();
                                   });
  }

  void ShowQueue(const Page<QueuedRun>& page) {
    QueueFacts facts;
    facts.length = page.total.value_or(static_cast<std::int64_t>(page.items.size()));
    for (const QueuedRun& run : page.items) {
      if (!run.enqueue_time) continue;
      facts.oldest_enqueue_time =
          std::min(facts.oldest_enqueue_time.value_or(*run.enqueue_time), *run.enqueue_time);
    }
    pipeline_.queue = facts;
  }

  void Finish() { done_(std::move(pipeline_)); }

  PipelineState pipeline_;
  RefreshContext& context_;
  const std::function<void(PipelineState)> done_;
  std::set<std::int64_t> wanted_;
  WalkResult walk_;
  std::vector<PipelineRun> read_;
  int outstanding_ = 0;
  bool gap_failed_ = false;
};

}  // namespace

void RefreshContext::NoteFailure(const Status& failure) {
  ++health.errors[failure.code()];
  health.last_error = failure;
  health.last_error_time = clock.Now();
  const bool refused = failure.code() == StatusCode::kPermissionDenied ||
                       failure.code() == StatusCode::kUnauthenticated ||
                       failure.code() == StatusCode::kCredentials;
  refusals = refused ? refusals + 1 : 0;
}

bool RefreshContext::MayCall() const {
  return refusals < kRefusalsInARow && clock.SteadyNow() < work_until;
}

bool RefreshContext::HasTurn() const {
  return details_in_progress < kDetailsInProgress;
}

void RefreshContext::GiveTurns() {
  while (!waiting.empty() && HasTurn()) {
    const std::function<void()> next = std::move(waiting.front());
    waiting.pop_front();
    next();
  }
}

bool NeedsCalls(const PipelineState& pipeline, const RefreshContext& context) {
  return !pipeline.open.empty() || pipeline.history_unread || pipeline.newest_page_unread ||
         (pipeline.latest && pipeline.latest->number > pipeline.mark) ||
         NeedsDisplayDetail(pipeline) || pipeline.queue.has_value() ||
         RecheckDue(pipeline, context);
}

void RefreshPipeline(PipelineState pipeline, RefreshContext& context,
                     std::function<void(PipelineState)> done) {
  std::make_shared<PipelineWork>(std::move(pipeline), context, std::move(done))->Start();
}

}  // namespace codearts
