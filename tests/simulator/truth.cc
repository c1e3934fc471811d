#include "simulator/truth.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace codearts::sim {
namespace {

Occurrence OfSpan(const Span& span, int sequence) {
  Occurrence result;
  result.sequence = sequence;
  result.state = span.final;
  result.start = span.start;
  result.end = span.end;
  return result;
}

void AddSteps(Occurrence& parent, const std::vector<Span>& spans,
              const std::vector<StepTemplate>& definitions, std::pair<std::string, int> place) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (!spans[i].ran() || spans[i].attempt != place.second) continue;
    Occurrence step = OfSpan(spans[i], static_cast<int>(i));
    step.name = definitions[i].name.value_or("");
    step.identifier = definitions[i].identifier;
    step.part = place.first;
    step.task = definitions[i].task;
    step.business_type = definitions[i].business_type.value_or("");
    parent.children.push_back(std::move(step));
  }
}

std::vector<Occurrence> StagesOf(const RunPlan& plan, const PipelineTemplate& definition,
                                 int attempt) {
  std::vector<Occurrence> result;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlan& stage = plan.stages[s];
    const StageTemplate& stage_definition = definition.stages[s];
    if (!stage.ran() || stage.attempt != attempt) continue;
    Occurrence& occurrence = result.emplace_back(OfSpan(stage, static_cast<int>(s)));
    occurrence.name = stage_definition.name;
    occurrence.identifier = stage_definition.identifier;
    for (std::size_t j = 0; j < stage.jobs.size(); ++j) {
      if (!stage.jobs[j].ran() || stage.jobs[j].attempt != attempt) continue;
      Occurrence job = OfSpan(stage.jobs[j], static_cast<int>(j));
      job.name = stage_definition.jobs[j].name;
      job.identifier = stage_definition.jobs[j].identifier;
      AddSteps(job, stage.jobs[j].steps, stage_definition.jobs[j].steps, {"", attempt});
      occurrence.children.push_back(std::move(job));
    }
    AddSteps(occurrence, stage.pre, stage_definition.pre, {"pre", attempt});
    AddSteps(occurrence, stage.post, stage_definition.post, {"post", attempt});
  }
  return result;
}

std::string ActiveState(const Pipeline& pipeline, const Run& run, Timestamp now) {
  if (run.queued()) return "queued";
  const State state = pipeline.PlanOf(run).StateAt(now);
  if (state == State::kInit) return "queued";
  return state == State::kPaused || state == State::kSuspend ? "paused" : "running";
}

// Failures and restorations go by the order of ends; cancellations and skips change neither.
void FollowHealth(PipelineTruth& truth) {
  for (const AttemptTruth& attempt : truth.attempts) {
    if (attempt.outcome == Outcome::kFailure) {
      truth.last_failure = attempt.end;
      ++truth.consecutive_failures;
      if (!truth.broken_since) truth.broken_since = attempt.end;
    } else if (attempt.outcome == Outcome::kSuccess) {
      truth.last_success = attempt.end;
      truth.consecutive_failures = 0;
      if (truth.broken_since) {
        truth.times_to_restore.push_back(attempt.end - *truth.broken_since);
      }
      truth.broken_since.reset();
    }
  }
}

}  // namespace

AttemptTruth TruthOfAttempt(const Pipeline& pipeline, const Run& run, std::size_t index,
                            bool stages) {
  const Run::Attempt& attempt = run.attempts[index];
  AttemptTruth truth;
  truth.run_id = run.id;
  truth.run_number = run.number;
  truth.attempt = attempt.spec.index;
  truth.outcome = OutcomeOf(attempt.final).value_or(Outcome::kSuccess);
  truth.start = run.start();
  truth.begin = attempt.spec.start;
  truth.end = attempt.end;
  truth.paused = attempt.paused;
  truth.deployed = attempt.deployed;
  if (index + 1 < run.attempts.size()) truth.replaced_at = run.attempts[index + 1].spec.start;
  truth.deleted = run.deleted;
  if (stages) {
    truth.stages = StagesOf(pipeline.PlanOf(run, index), pipeline.definition(), truth.attempt);
  }
  return truth;
}

PipelineTruth TruthOf(const World& world, const Pipeline& pipeline, const TruthQuery& query) {
  PipelineTruth truth;
  truth.pipeline_id = pipeline.id();
  truth.name = pipeline.name();
  truth.create_time = pipeline.spec().create_time;
  truth.deleted = pipeline.deleted();
  truth.banned = pipeline.banned();
  for (const Run& run : pipeline.runs()) {
    truth.latest_run_number = run.number;
    if (world.Visible(pipeline, run) && !run.EndedAt(world.now())) {
      ++truth.active[ActiveState(pipeline, run, world.now())];
    }
    for (std::size_t i = 0; i < run.attempts.size(); ++i) {
      const Run::Attempt& attempt = run.attempts[i];
      if (attempt.end > world.now() || (query.since && attempt.end < *query.since)) continue;
      truth.attempts.push_back(TruthOfAttempt(pipeline, run, i, query.stages));
    }
  }
  std::sort(truth.attempts.begin(), truth.attempts.end(), [](const auto& a, const auto& b) {
    return std::tie(a.end, a.run_number) < std::tie(b.end, b.run_number);
  });
  for (const AttemptTruth& attempt : truth.attempts) {
    ++truth.runs[attempt.outcome];
    if (attempt.attempt > 0) ++truth.retries;
    truth.paused += attempt.paused;
    if (attempt.deployed) ++truth.deployments[attempt.outcome];
  }
  FollowHealth(truth);
  return truth;
}

}  // namespace codearts::sim
