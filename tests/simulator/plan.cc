#include "simulator/plan.h"

#include <algorithm>
#include <utility>

#include "simulator/plan_edit.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

StagePlan BlankStage(const StageTemplate& definition, int attempt) {
  StagePlan stage;
  stage.attempt = attempt;
  const Span blank{.attempt = attempt};
  stage.pre.assign(definition.pre.size(), blank);
  stage.post.assign(definition.post.size(), blank);
  for (const JobTemplate& job : definition.jobs) {
    JobPlan& plan = stage.jobs.emplace_back();
    plan.attempt = attempt;
    plan.steps.assign(job.steps.size(), blank);
  }
  return stage;
}

// Lays out the stages of one attempt at their natural pace.
class Planner {
 public:
  Planner(const PipelineTemplate& definition, const AttemptSpec& spec, const RunPlan* previous)
      : definition_(definition), spec_(spec), previous_(previous), rng_(spec.seed) {}

  RunPlan Plan();
  int first_stage() const { return first_; }

 private:
  int FindFirstStage() const;
  int ChooseFailingStage();
  int ChooseFailingJob(const StagePlan& stage, const StageTemplate& definition);
  Timestamp PlanStage(int index, Timestamp t, bool fails);
  Timestamp PlanJobs(int index, Timestamp base, int failing);
  void PlanJob(JobPlan& job, const JobTemplate& definition, bool fails);
  bool Kept(const Span& span) const { return span.attempt != spec_.index; }

  const PipelineTemplate& definition_;
  const AttemptSpec& spec_;
  const RunPlan* previous_;
  Rng rng_;
  RunPlan plan_;
  int first_ = 0;
};

int Planner::FindFirstStage() const {
  if (previous_ == nullptr) return 0;
  const auto& stages = previous_->stages;
  const auto broken = std::find_if(stages.begin(), stages.end(), [](const StagePlan& stage) {
    return !stage.ran() || stage.final != State::kCompleted;
  });
  if (broken == stages.end()) return std::max(0, static_cast<int>(stages.size()) - 1);
  return static_cast<int>(broken - stages.begin());
}

int Planner::ChooseFailingStage() {
  const int last = static_cast<int>(definition_.stages.size()) - 1;
  const int drawn = rng_.Between(first_, std::max(first_, last));
  return spec_.stage ? std::clamp(*spec_.stage, first_, std::max(first_, last)) : drawn;
}

int Planner::ChooseFailingJob(const StagePlan& stage, const StageTemplate& definition) {
  std::vector<int> candidates;
  for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
    const JobTemplate& job = definition.jobs[i];
    const bool runs = stage.jobs[i].idle == State::kInit && !Kept(stage.jobs[i]);
    if (runs && !job.async) candidates.push_back(static_cast<int>(i));
  }
  if (candidates.empty()) return -1;
  return candidates[rng_.Below(candidates.size())];
}

RunPlan Planner::Plan() {
  first_ = FindFirstStage();
  plan_.start = spec_.start;
  plan_.final = FinalState(spec_.outcome);
  for (std::size_t i = 0; i < definition_.stages.size(); ++i) {
    const bool keep = previous_ != nullptr && static_cast<int>(i) < first_;
    plan_.stages.push_back(keep ? previous_->stages[i]
                                : BlankStage(definition_.stages[i], spec_.index));
  }
  const int failing = ChooseFailingStage();
  // A retry ends later than the attempt before it, even if all its jobs take no time.
  Timestamp t = spec_.start + seconds(rng_.Between(spec_.index == 0 ? 0 : 1, 15));
  for (int i = first_; i < static_cast<int>(plan_.stages.size()); ++i) {
    const bool fails = spec_.outcome == Outcome::kFailure && i == failing;
    t = PlanStage(i, t, fails);
    if (fails) break;
    if (spec_.outcome == Outcome::kSkip) {
      for (auto later = plan_.stages.begin() + i + 1; later != plan_.stages.end(); ++later) {
        later->idle = State::kIgnored;
      }
      break;
    }
  }
  plan_.end = t;
  return std::move(plan_);
}

Timestamp Planner::PlanStage(int index, Timestamp t, bool fails) {
  StagePlan& stage = plan_.stages[static_cast<std::size_t>(index)];
  const StageTemplate& definition = definition_.stages[static_cast<std::size_t>(index)];
  if (previous_ != nullptr && index == first_) {
    const StagePlan& old = previous_->stages[static_cast<std::size_t>(index)];
    for (std::size_t i = 0; i < stage.jobs.size() && old.final != State::kCompleted; ++i) {
      const JobPlan& job = old.jobs[i];
      if (job.ran() && job.final == State::kCompleted) stage.jobs[i] = job;
    }
  }
  stage.start = t;
  for (Span& step : stage.pre) {
    step.start = t;
    t += seconds(rng_.Between(0, 1));
    step.end = t;
  }
  stage.end = t;
  if (spec_.outcome == Outcome::kSkip) {
    for (JobPlan& job : stage.jobs) job.idle = State::kIgnored;
    stage.final = State::kIgnored;
    return stage.end;
  }
  for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
    if (Kept(stage.jobs[i])) continue;
    if (definition.jobs[i].conditional) stage.jobs[i].idle = State::kSkipped;
    if (definition.jobs[i].optional && rng_.Chance(0.5)) stage.jobs[i].idle = State::kUnselected;
  }
  const int failing = fails ? ChooseFailingJob(stage, definition) : -1;
  if (fails && failing < 0 && !stage.pre.empty()) stage.pre.back().final = State::kFailed;
  if (!fails || failing >= 0) stage.end = PlanJobs(index, t, failing);
  if (fails) {
    stage.final = State::kFailed;
    return stage.end;
  }
  for (Span& step : stage.post) {
    step.start = stage.end;
    stage.end += seconds(rng_.Between(0, 1));
    step.end = stage.end;
  }
  return stage.end;
}

// Returns the moment when the last job that holds the stage has ended.
Timestamp Planner::PlanJobs(int index, Timestamp base, int failing) {
  StagePlan& stage = plan_.stages[static_cast<std::size_t>(index)];
  const StageTemplate& definition = definition_.stages[static_cast<std::size_t>(index)];
  Timestamp end = base;
  Timestamp chain = base;
  bool chain_broken = false;
  for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
    JobPlan& job = stage.jobs[i];
    const JobTemplate& job_definition = definition.jobs[i];
    if (!job_definition.after_previous) {
      chain = base;
      chain_broken = false;
    }
    if (Kept(job) || job.idle != State::kInit || chain_broken) continue;
    const bool fails = static_cast<int>(i) == failing;
    job.ready = chain;
    PlanJob(job, job_definition, fails);
    chain = job.end;
    chain_broken = fails;
    if (!job_definition.async) end = std::max(end, job.end);
  }
  return end;
}

void Planner::PlanJob(JobPlan& job, const JobTemplate& definition, bool fails) {
  job.start = job.ready + seconds(rng_.Between(0, 4));
  job.end = job.start;
  if (fails) job.final = State::kFailed;
  const std::size_t broken = fails && !job.steps.empty() ? rng_.Below(job.steps.size()) : SIZE_MAX;
  for (std::size_t i = 0; i < job.steps.size() && i <= broken; ++i) {
    Span& step = job.steps[i];
    const double share = static_cast<double>(definition.typical.count()) * (0.5 + rng_.Unit()) /
                         static_cast<double>(job.steps.size());
    step.start = job.end;
    job.end += seconds(static_cast<std::int64_t>(share));
    step.end = job.end;
    if (i == broken) step.final = State::kFailed;
  }
  if (definition.async) {
    job.active = State::kAsyncRunning;
    if (rng_.Chance(0.2)) {
      job.final = State::kAsyncFailed;
      if (!job.steps.empty()) job.steps.back().final = State::kFailed;
    }
  }
}

// Returns the stage and length of each pause of this attempt.
std::vector<std::pair<std::size_t, seconds>> ChoosePauses(const PipelineTemplate& definition,
                                                          const AttemptSpec& spec,
                                                          const RunPlan& plan) {
  Rng rng(DeriveSeed(spec.seed, "pauses"));
  std::vector<std::pair<std::size_t, seconds>> pauses;
  std::optional<std::size_t> last_ran;
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const StagePlan& stage = plan.stages[i];
    if (stage.attempt != spec.index || !stage.ran()) continue;
    last_ran = i;
    const bool waits = definition.stages[i].review && rng.Chance(0.6);
    const seconds length(rng.Between(60, 2400));
    if (!spec.pause && !spec.duration && waits) pauses.emplace_back(i, length);
  }
  if (spec.pause && *spec.pause > seconds(0) && last_ran)
    pauses.emplace_back(*last_ran, *spec.pause);
  return pauses;
}

}  // namespace

State JobPlan::StateAt(Timestamp now) const {
  if (now < start && now >= ready) return attempt == 0 ? State::kQueued : State::kRedispatch;
  return At(now);
}

Duration StagePlan::PausedUntil(Timestamp now) const {
  if (pause_start == kNever || now < pause_end) return Duration(0);
  return pause_end - pause_start;
}

State RunPlan::StateAt(Timestamp now) const {
  if (now >= end) return final;
  for (const StagePlan& stage : stages) {
    if (stage.PausedAt(now)) return stage.pause_state;
  }
  const bool begun = std::any_of(stages.begin(), stages.end(),
                                 [&](const StagePlan& stage) { return now >= stage.start; });
  return begun ? State::kRunning : State::kInit;
}

RunPlan PlanAttempt(const PipelineTemplate& definition, const AttemptSpec& spec,
                    const RunPlan* previous) {
  Planner planner(definition, spec, previous);
  RunPlan plan = planner.Plan();
  const bool cancelled = spec.outcome == Outcome::kCancellation && !spec.hold;
  if (cancelled) plan.final = State::kCompleted;
  const auto pauses = ChoosePauses(definition, spec, plan);
  if (spec.duration) {
    seconds paused = std::min(pauses.empty() ? seconds(0) : pauses.front().second, *spec.duration);
    // A cancelled attempt would have gone on: it is cut in the middle below.
    StretchAttempt(plan, spec.index, (*spec.duration - paused) * (cancelled ? 2 : 1));
  }
  for (const auto& [stage, length] : pauses) {
    InsertPause(plan, stage, length, definition.style.pause_state);
  }
  if (spec.hold) {
    HoldAttempt(plan, spec.index, spec.stage.value_or(planner.first_stage()));
  } else {
    EndAsyncJobs(plan);
  }
  if (cancelled) {
    const auto length = std::chrono::duration_cast<seconds>(plan.end - plan.start);
    const double share = Rng(DeriveSeed(spec.seed, "cancel")).Unit();
    const seconds drawn(1 + static_cast<std::int64_t>(static_cast<double>(length.count()) * share));
    CutAttempt(plan, {plan.start + spec.duration.value_or(drawn), Outcome::kCancellation});
  }
  if (spec.cut) CutAttempt(plan, *spec.cut);
  return plan;
}

}  // namespace codearts::sim
