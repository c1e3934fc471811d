#ifndef CODEARTS_SIMULATOR_PLAN_H_
#define CODEARTS_SIMULATOR_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "simulator/model.h"

namespace codearts::sim {

// What happens to one stage, job or step, laid out beforehand; its state at any moment follows.
struct Span {
  Timestamp start = kNever;
  Timestamp end = kNever;
  State idle = State::kInit;  // Before the start; for good if it never starts.
  State active = State::kRunning;
  State final = State::kCompleted;
  int attempt = 0;  // The attempt of its run that these times belong to.

  State At(Timestamp now) const { return now < start ? idle : now < end ? active : final; }
  bool ran() const { return start != kNever; }
};

struct JobPlan : Span {
  Timestamp ready = kNever;  // Queued for dispatch from here to the start.
  std::vector<Span> steps;

  State StateAt(Timestamp now) const;
};

struct StagePlan : Span {
  Timestamp pause_start = kNever;
  Timestamp pause_end = kNever;
  State pause_state = State::kPaused;
  std::vector<Span> pre;
  std::vector<Span> post;
  std::vector<JobPlan> jobs;

  bool PausedAt(Timestamp now) const { return now >= pause_start && now < pause_end; }
  State StateAt(Timestamp now) const { return PausedAt(now) ? pause_state : At(now); }
  // Returns the waiting that is over at `now`.
  Duration PausedUntil(Timestamp now) const;
};

// One attempt of a run from its start to its end, together with what stays of earlier attempts.
struct RunPlan {
  Timestamp start = kNever;  // Of this attempt.
  Timestamp end = kNever;    // kNever while it is held.
  State final = State::kCompleted;
  std::vector<StagePlan> stages;

  State StateAt(Timestamp now) const;
};

// An ending that was forced from outside.
struct Cut {
  Timestamp at;
  Outcome outcome = Outcome::kSuccess;
};

// What determines an attempt, beside the definition and the attempts before it.
struct AttemptSpec {
  int index = 0;  // 0 for the first attempt of a run.
  std::uint64_t seed = 0;
  Timestamp start;
  Outcome outcome = Outcome::kSuccess;
  std::optional<seconds> duration;  // Exact time from `start` to the end, pauses included.
  std::optional<seconds> pause;     // Exact time of waiting; else by chance, where reviews are.
  std::optional<int> stage;         // The one that fails or is held; else by chance, or the first.
  bool hold = false;                // Runs until it is cut.
  std::optional<Cut> cut;
};

// Lays out one attempt. A retry (`previous` given) begins at the first stage that did not complete;
// stages before it, and jobs of it that completed, keep their times. A retry of a completed run
// repeats its last stage.
RunPlan PlanAttempt(const PipelineTemplate& definition, const AttemptSpec& spec,
                    const RunPlan* previous);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_PLAN_H_
