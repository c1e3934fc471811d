#include "simulator/pipeline.h"

#include <algorithm>
#include <utility>

namespace codearts::sim {
namespace {

constexpr seconds kQueueTimeout = std::chrono::hours(24);
constexpr std::size_t kMostAttempts = 4;

// The API's times are whole seconds.
Timestamp WholeSecond(Timestamp t) {
  return Timestamp(std::chrono::floor<seconds>(t.time_since_epoch()));
}

Duration PausedIn(const RunPlan& plan, int attempt) {
  Duration paused{0};
  for (const StagePlan& stage : plan.stages) {
    if (stage.attempt == attempt && stage.pause_end != kNever) {
      paused += stage.pause_end - stage.pause_start;
    }
  }
  return paused;
}

bool DeployedIn(const RunPlan& plan, int attempt, const PipelineTemplate& definition) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    for (std::size_t j = 0; j < plan.stages[s].jobs.size(); ++j) {
      const JobPlan& job = plan.stages[s].jobs[j];
      if (job.attempt != attempt) continue;
      const std::vector<StepTemplate>& steps = definition.stages[s].jobs[j].steps;
      for (std::size_t k = 0; k < job.steps.size(); ++k) {
        if (job.steps[k].ran() && steps[k].business_type == "Deploy") return true;
      }
    }
  }
  return false;
}

}  // namespace

Pipeline::Pipeline(Spec spec, Timestamp now)
    : spec_(std::move(spec)),
      id_(MakeId(DeriveSeed(spec_.seed, "pipeline"))),
      rng_(DeriveSeed(spec_.seed, "life")),
      update_time_(spec_.create_time) {
  SetInterval(spec_.interval, now);
}

void Pipeline::Push(Timestamp at, EventKind kind, int run, std::size_t attempt) {
  events_.push({at, order_++, kind, run, attempt});
}

void Pipeline::AdvanceTo(Timestamp now) {
  while (!events_.empty() && events_.top().at <= now) {
    const Event event = events_.top();
    events_.pop();
    ++revision_;
    Handle(event);
  }
}

void Pipeline::Handle(const Event& event) {
  switch (event.kind) {
    case EventKind::kSpawn:
      HandleSpawn(event);
      return;
    case EventKind::kBegin: {
      Run& run = RunByNumber(event.run);
      if (run.queued()) Begin(run, MakeAttempt(requested_.at(run.number), event.at));
      requested_.erase(run.number);
      return;
    }
    case EventKind::kEnd:
      HandleEnd(event);
      return;
    case EventKind::kRetry: {
      Run& run = RunByNumber(event.run);
      if (run.deleted || !run.EndedAt(event.at) || run.attempts.size() != event.attempt) return;
      Begin(run, DrawAttempt(event.at));
      return;
    }
    case EventKind::kQueueTimeout:
      if (RunByNumber(event.run).queued()) {
        EndRun(RunByNumber(event.run).id, Outcome::kCancellation, event.at);
      }
      return;
  }
}

void Pipeline::HandleSpawn(const Event& event) {
  if (event.run != generation_) return;
  // Now and then several pushes come at once.
  const bool burst = rng_.Chance(0.15);
  // The longer pauses in between keep the mean.
  const seconds pause =
      burst ? seconds(rng_.Between(1, 45)) : rng_.Exponential(spec_.interval * 20 / 17);
  Push(event.at + pause, EventKind::kSpawn, generation_);
  if (deleted_ || banned_) return;
  Run& run = CreateRun(event.at);
  if (running_ < spec_.definition.concurrency) {
    Begin(run, DrawAttempt(event.at));
  } else {
    waiting_.push_back(run.number);
    Push(event.at + kQueueTimeout, EventKind::kQueueTimeout, run.number);
  }
}

void Pipeline::HandleEnd(const Event& event) {
  Run& run = RunByNumber(event.run);
  Run::Attempt& attempt = run.attempts[event.attempt];
  // An attempt that was cut has two end events; the one that was planned first comes too late.
  if (attempt.settled) return;
  attempt.settled = true;
  --running_;
  const bool may_retry = spawning_ && !run.manual &&
                         (attempt.final == State::kFailed || attempt.final == State::kCanceled);
  if (may_retry && run.attempts.size() < kMostAttempts && rng_.Chance(spec_.definition.retry)) {
    Push(event.at + seconds(rng_.Between(30, 3600)), EventKind::kRetry, run.number,
         run.attempts.size());
  }
  BeginQueued(event.at);
}

void Pipeline::BeginQueued(Timestamp at) {
  while (!waiting_.empty() && running_ < spec_.definition.concurrency) {
    Run& run = RunByNumber(waiting_.front());
    waiting_.pop_front();
    if (run.queued()) Begin(run, DrawAttempt(at));
  }
}

Run& Pipeline::CreateRun(Timestamp at) {
  Run& run = runs_.emplace_back();
  run.number = static_cast<int>(runs_.size());
  run.seed = DeriveSeed(spec_.seed, "run", static_cast<std::uint64_t>(run.number));
  run.id = MakeId(run.seed);
  run.created = at;
  return run;
}

void Pipeline::Begin(Run& run, AttemptSpec spec) {
  spec.index = static_cast<int>(run.attempts.size());
  spec.seed = DeriveSeed(run.seed, "attempt", static_cast<std::uint64_t>(spec.index));
  if (spec.index > 0 && spec.duration) {
    // Two attempts of a run never end at the same time.
    spec.duration = std::max(*spec.duration, seconds(1));
  }
  run.attempts.emplace_back().spec = spec;
  ++running_;
  Replan(run);
}

void Pipeline::Replan(Run& run) {
  ++revision_;
  const RunPlan plan = PlanOf(run);
  Run::Attempt& attempt = run.attempts.back();
  attempt.end = plan.end;
  attempt.final = plan.final;
  attempt.paused = PausedIn(plan, attempt.spec.index);
  attempt.deployed = DeployedIn(plan, attempt.spec.index, spec_.definition);
  if (plan.end != kNever) Push(plan.end, EventKind::kEnd, run.number, run.attempts.size() - 1);
}

AttemptSpec Pipeline::DrawAttempt(Timestamp at) {
  AttemptSpec spec;
  spec.start = at;
  const PipelineTemplate& definition = spec_.definition;
  double draw = rng_.Unit();
  const std::pair<double, Outcome> chances[] = {
      {definition.failure, Outcome::kFailure},
      {definition.cancellation, Outcome::kCancellation},
      {definition.skip, Outcome::kSkip},
  };
  for (const auto& [chance, outcome] : chances) {
    if (draw < chance) {
      spec.outcome = outcome;
      break;
    }
    draw -= chance;
  }
  return spec;
}

AttemptSpec Pipeline::MakeAttempt(const RunSpec& spec, Timestamp at) {
  AttemptSpec attempt;
  attempt.start = at;
  attempt.outcome = spec.hold ? Outcome::kSuccess : spec.outcome;
  attempt.duration = spec.hold ? std::nullopt : spec.duration;
  attempt.pause = spec.pause;
  attempt.stage = spec.stage;
  attempt.hold = spec.hold;
  return attempt;
}

const Run& Pipeline::StartRun(const RunSpec& spec, Timestamp now) {
  const Timestamp at = WholeSecond(now);
  ++revision_;
  Run& run = CreateRun(at);
  run.trigger = spec.trigger;
  run.branch = spec.branch;
  run.manual = true;
  if (spec.queued > seconds(0)) {
    requested_.emplace(run.number, spec);
    Push(at + spec.queued, EventKind::kBegin, run.number);
  } else {
    Begin(run, MakeAttempt(spec, at));
    AdvanceTo(now);
  }
  return run;
}

bool Pipeline::EndRun(std::string_view run_id, Outcome outcome, Timestamp now) {
  Run* run = MutableRun(run_id);
  if (run == nullptr || run->EndedAt(now)) return false;
  Timestamp at = WholeSecond(now);
  if (run->queued()) {
    AttemptSpec spec;
    spec.start = at;
    Begin(*run, spec);
  } else if (run->attempts.size() > 1) {
    at = std::max(at, run->attempts[run->attempts.size() - 2].end + seconds(1));
  }
  run->attempts.back().spec.cut = Cut{at, outcome};
  Replan(*run);
  AdvanceTo(now);
  return true;
}

bool Pipeline::RetryRun(std::string_view run_id, const RunSpec& spec, Timestamp now) {
  Run* run = MutableRun(run_id);
  if (run == nullptr || run->deleted || !run->EndedAt(now)) return false;
  Begin(*run, MakeAttempt(spec, WholeSecond(now)));
  AdvanceTo(now);
  return true;
}

bool Pipeline::DeleteRun(std::string_view run_id) {
  Run* run = MutableRun(run_id);
  if (run == nullptr) return false;
  ++revision_;
  run->deleted = true;
  return true;
}

void Pipeline::MakeNeverRun() {
  ++revision_;
  spawning_ = false;
  ++generation_;
  for (Run& run : runs_) run.deleted = true;
}

void Pipeline::Rename(std::string name, Timestamp now) {
  ++revision_;
  spec_.name = std::move(name);
  update_time_ = WholeSecond(now);
}

void Pipeline::SetDeleted(bool deleted) {
  ++revision_;
  deleted_ = deleted;
}

void Pipeline::SetBanned(bool banned) {
  ++revision_;
  banned_ = banned;
}

void Pipeline::SetManifestVersion(std::string version) {
  ++revision_;
  spec_.manifest_version = std::move(version);
}

void Pipeline::SetInterval(seconds interval, Timestamp now) {
  spec_.interval = interval;
  spawning_ = interval > seconds(0) && !spec_.definition.never_run;
  ++generation_;
  if (spawning_) {
    Push(WholeSecond(now) + rng_.Exponential(interval), EventKind::kSpawn, generation_);
  }
}

const Run* Pipeline::FindRun(std::string_view run_id) const {
  const auto run = std::find_if(runs_.rbegin(), runs_.rend(),
                                [&](const Run& candidate) { return candidate.id == run_id; });
  return run == runs_.rend() ? nullptr : &*run;
}

Run* Pipeline::MutableRun(std::string_view run_id) {
  const auto run = std::find_if(runs_.rbegin(), runs_.rend(),
                                [&](const Run& candidate) { return candidate.id == run_id; });
  return run == runs_.rend() ? nullptr : &*run;
}

RunPlan Pipeline::PlanOf(const Run& run, std::size_t attempt) const {
  RunPlan plan = PlanAttempt(spec_.definition, run.attempts[0].spec, nullptr);
  for (std::size_t i = 1; i <= attempt; ++i) {
    plan = PlanAttempt(spec_.definition, run.attempts[i].spec, &plan);
  }
  return plan;
}

}  // namespace codearts::sim
