#include "simulator/plan_edit.h"

#include <algorithm>
#include <cstdint>

namespace codearts::sim {
namespace {

// Calls `visit` with every job and step of `stage` but the `pre` steps.
template <typename Visitor>
void ForEachAfterGate(StagePlan& stage, Visitor visit) {
  for (JobPlan& job : stage.jobs) {
    visit(job);
    for (Span& step : job.steps) visit(step);
  }
  for (Span& step : stage.post) visit(step);
}

template <typename Visitor>
void ForEachSpan(StagePlan& stage, Visitor visit) {
  visit(stage);
  for (Span& step : stage.pre) visit(step);
  ForEachAfterGate(stage, visit);
}

void Shift(Timestamp& t, Duration by) {
  if (t != kNever) t += by;
}

void Unstart(Span& span) {
  span.start = kNever;
  span.end = kNever;
}

// The forced end of one span; see CutAttempt.
void CutSpan(Span& span, const Cut& cut) {
  const bool started = span.ran() && span.start <= cut.at;
  if (started && span.end <= cut.at) return;
  if (started || (cut.outcome == Outcome::kSuccess && span.idle == State::kInit)) {
    span.start = std::min(span.start, cut.at);
    span.end = cut.at;
    span.final = FinalState(cut.outcome);
    return;
  }
  Unstart(span);
}

}  // namespace

void StretchAttempt(RunPlan& plan, int attempt, seconds length) {
  const Timestamp origin = plan.start;
  const std::int64_t natural = (plan.end - origin) / seconds(1);
  const auto scale = [&](Timestamp& t) {
    if (t == kNever || natural == 0) return;
    const std::int64_t offset = (t - origin) / seconds(1);
    t = origin + seconds(offset * length.count() / natural);
  };
  for (StagePlan& stage : plan.stages) {
    ForEachSpan(stage, [&](Span& span) {
      if (span.attempt != attempt) return;
      scale(span.start);
      scale(span.end);
    });
    for (JobPlan& job : stage.jobs) {
      if (job.attempt == attempt) scale(job.ready);
    }
  }
  if (natural == 0 && length > seconds(0)) {
    // Nothing to scale: the last stage that ran takes it all.
    const auto last = std::find_if(plan.stages.rbegin(), plan.stages.rend(), [&](StagePlan& stage) {
      return stage.attempt == attempt && stage.ran();
    });
    if (last != plan.stages.rend()) last->end = origin + length;
  }
  plan.end = origin + length;
}

void InsertPause(RunPlan& plan, std::size_t index, seconds length, State pause_state) {
  StagePlan& paused = plan.stages[index];
  const int attempt = paused.attempt;
  const auto shift = [&](Span& span) {
    if (span.attempt != attempt) return;
    Shift(span.start, length);
    Shift(span.end, length);
  };
  const auto shift_ready = [&](StagePlan& stage) {
    for (JobPlan& job : stage.jobs) {
      if (job.attempt == attempt) Shift(job.ready, length);
    }
  };
  paused.pause_start = paused.start;
  if (!paused.pre.empty()) {
    Span& gate = paused.pre.back();
    paused.pause_start = gate.start;
    gate.end = gate.start + length;
    gate.active = pause_state;
  }
  paused.pause_end = paused.pause_start + length;
  paused.pause_state = pause_state;
  ForEachAfterGate(paused, shift);
  shift_ready(paused);
  Shift(paused.end, length);
  for (std::size_t i = index + 1; i < plan.stages.size(); ++i) {
    ForEachSpan(plan.stages[i], shift);
    shift_ready(plan.stages[i]);
  }
  Shift(plan.end, length);
}

void HoldAttempt(RunPlan& plan, int attempt, int index) {
  plan.end = kNever;
  if (plan.stages.empty()) return;
  const std::size_t held =
      std::min(static_cast<std::size_t>(std::max(index, 0)), plan.stages.size() - 1);
  for (std::size_t i = held + 1; i < plan.stages.size(); ++i) {
    ForEachSpan(plan.stages[i], [](Span& span) { Unstart(span); });
    for (JobPlan& job : plan.stages[i].jobs) job.ready = kNever;
  }
  StagePlan& stage = plan.stages[held];
  stage.end = kNever;
  for (Span& step : stage.post) Unstart(step);
  const auto first = std::find_if(stage.jobs.begin(), stage.jobs.end(), [&](const JobPlan& job) {
    return job.attempt == attempt && job.ran();
  });
  if (first == stage.jobs.end()) return;
  const Timestamp would_end = first->end;
  first->end = kNever;
  if (!first->steps.empty()) first->steps.back().end = kNever;
  for (auto job = first + 1; job != stage.jobs.end(); ++job) {
    if (job->attempt != attempt || !job->ran() || job->ready < would_end) continue;
    Unstart(*job);
    job->ready = kNever;
    for (Span& step : job->steps) Unstart(step);
  }
}

void EndAsyncJobs(RunPlan& plan) {
  for (StagePlan& stage : plan.stages) {
    for (JobPlan& job : stage.jobs) {
      if (job.end == kNever || job.end <= plan.end) continue;
      job.end = plan.end;
      job.start = std::min(job.start, plan.end);
      job.ready = std::min(job.ready, plan.end);
      for (Span& step : job.steps) {
        step.start = std::min(step.start, plan.end);
        step.end = std::min(step.end, plan.end);
      }
    }
  }
}

void CutAttempt(RunPlan& plan, const Cut& cut) {
  if (plan.end <= cut.at) return;
  for (StagePlan& stage : plan.stages) {
    ForEachSpan(stage, [&](Span& span) { CutSpan(span, cut); });
    for (JobPlan& job : stage.jobs) {
      if (job.ready != kNever && (job.ready > cut.at || !job.ran())) job.ready = kNever;
    }
    if (stage.pause_start != kNever && stage.pause_start > cut.at) {
      stage.pause_start = stage.pause_end = kNever;
    } else if (stage.pause_end != kNever) {
      stage.pause_end = std::min(stage.pause_end, cut.at);
    }
  }
  plan.end = cut.at;
  plan.final = FinalState(cut.outcome);
}

}  // namespace codearts::sim
