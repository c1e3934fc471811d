#include "simulator/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "simulator/rng.h"
#include "support/fake_clock.h"

namespace codearts::sim {
namespace {

using testing::kTestStart;

AttemptSpec First(std::uint64_t seed = 1) {
  AttemptSpec spec;
  spec.seed = seed;
  spec.start = kTestStart;
  return spec;
}

AttemptSpec Retry(const RunPlan& previous, int index = 1, std::uint64_t seed = 2) {
  AttemptSpec spec;
  spec.index = index;
  spec.seed = seed;
  spec.start = previous.end + seconds(100);
  return spec;
}

std::vector<const Span*> AllSpans(const RunPlan& plan) {
  std::vector<const Span*> spans;
  for (const StagePlan& stage : plan.stages) {
    spans.push_back(&stage);
    for (const Span& step : stage.pre) spans.push_back(&step);
    for (const Span& step : stage.post) spans.push_back(&step);
    for (const JobPlan& job : stage.jobs) {
      spans.push_back(&job);
      for (const Span& step : job.steps) spans.push_back(&step);
    }
  }
  return spans;
}

// Whether `inner` ran within `outer`, or not at all.
bool Within(const Span& inner, Timestamp start, Timestamp end) {
  return !inner.ran() || (inner.start >= start && inner.start <= inner.end && inner.end <= end);
}

// What holds for every attempt, however it ended.
void ExpectSound(const RunPlan& plan, int attempt) {
  for (const Span* span : AllSpans(plan)) {
    ASSERT_EQ(span->start == kNever, span->end == kNever);
    if (span->attempt != attempt) continue;
    ASSERT_TRUE(Within(*span, plan.start, plan.end));
    if (span->ran()) {
      ASSERT_EQ(span->start.time_since_epoch() % seconds(1), Duration(0));
      ASSERT_EQ(span->end.time_since_epoch() % seconds(1), Duration(0));
    }
  }
  Timestamp previous_end = plan.start;
  for (const StagePlan& stage : plan.stages) {
    if (stage.attempt != attempt || !stage.ran()) continue;
    ASSERT_GE(stage.start, previous_end);
    previous_end = stage.end;
    for (const Span& step : stage.pre) ASSERT_TRUE(Within(step, stage.start, stage.end));
    for (const JobPlan& job : stage.jobs) {
      for (const Span& step : job.steps) ASSERT_TRUE(Within(step, job.start, job.end));
    }
  }
}

TEST(PlanAttemptTest, IsSoundForEveryOutcomeAndDefinition) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const PipelineTemplate definition = MakeTemplate(seed);
    AttemptSpec spec = First(seed);
    spec.outcome = static_cast<Outcome>(seed % 4);
    const RunPlan first = PlanAttempt(definition, spec, nullptr);
    ASSERT_EQ(first.final, FinalState(spec.outcome));
    ASSERT_NO_FATAL_FAILURE(ExpectSound(first, 0)) << seed;

    AttemptSpec again = Retry(first);
    again.outcome = static_cast<Outcome>(seed / 4 % 4);
    const RunPlan second = PlanAttempt(definition, again, &first);
    ASSERT_EQ(second.final, FinalState(again.outcome));
    ASSERT_GT(second.end, first.end);
    ASSERT_NO_FATAL_FAILURE(ExpectSound(second, 1)) << seed;
  }
}

TEST(PlanAttemptTest, DependsOnNothingButItsArguments) {
  const PipelineTemplate definition = MakeTemplate(7);

  const RunPlan a = PlanAttempt(definition, First(3), nullptr);
  const RunPlan b = PlanAttempt(definition, First(3), nullptr);
  const RunPlan c = PlanAttempt(definition, First(4), nullptr);

  EXPECT_EQ(a.end, b.end);
  EXPECT_NE(a.end, c.end);
}

TEST(PlanAttemptTest, TakesExactlyTheDurationAskedFor) {
  for (const Outcome outcome :
       {Outcome::kSuccess, Outcome::kFailure, Outcome::kCancellation, Outcome::kSkip}) {
    for (const int wanted : {0, 1, 7, 600, 100'000}) {
      AttemptSpec spec = First(static_cast<std::uint64_t>(wanted));
      spec.outcome = outcome;
      spec.duration = seconds(wanted);
      const RunPlan plan = PlanAttempt(MakeTemplate(11), spec, nullptr);
      EXPECT_EQ(plan.end - plan.start, seconds(wanted)) << OutcomeName(outcome);
      ASSERT_NO_FATAL_FAILURE(ExpectSound(plan, 0));
    }
  }
}

TEST(PlanAttemptTest, WaitsExactlyAsLongAsAskedFor) {
  AttemptSpec spec = First();
  spec.duration = seconds(600);
  spec.pause = seconds(240);

  const RunPlan plan = PlanAttempt(MakePlainTemplate(3, 1), spec, nullptr);

  EXPECT_EQ(plan.end - plan.start, seconds(600));
  const StagePlan& last = plan.stages.back();
  EXPECT_EQ(last.pause_end - last.pause_start, seconds(240));
  EXPECT_EQ(plan.StateAt(last.pause_start), State::kPaused);
  EXPECT_EQ(plan.StateAt(last.pause_end - Duration(1)), State::kPaused);
  EXPECT_EQ(plan.StateAt(last.pause_end), State::kRunning);
  EXPECT_EQ(last.PausedUntil(last.pause_end - Duration(1)), Duration(0));
  EXPECT_EQ(last.PausedUntil(last.pause_end), seconds(240));
  EXPECT_GE(last.jobs[0].start, last.pause_end);
}

TEST(PlanAttemptTest, FailsInTheStageAskedForAndStopsThere) {
  AttemptSpec spec = First();
  spec.outcome = Outcome::kFailure;
  spec.stage = 1;

  const RunPlan plan = PlanAttempt(MakePlainTemplate(3, 2), spec, nullptr);

  EXPECT_EQ(plan.final, State::kFailed);
  EXPECT_EQ(plan.stages[0].final, State::kCompleted);
  EXPECT_EQ(plan.stages[1].final, State::kFailed);
  EXPECT_EQ(plan.end, plan.stages[1].end);
  EXPECT_FALSE(plan.stages[2].ran());
  EXPECT_EQ(plan.stages[2].At(plan.end), State::kInit);
  const auto failed = [](const JobPlan& job) { return job.final == State::kFailed; };
  EXPECT_EQ(std::count_if(plan.stages[1].jobs.begin(), plan.stages[1].jobs.end(), failed), 1);
}

TEST(PlanAttemptTest, RetryKeepsWhatCompletedAndRepeatsTheRest) {
  AttemptSpec spec = First();
  spec.outcome = Outcome::kFailure;
  spec.stage = 1;
  const PipelineTemplate definition = MakePlainTemplate(3, 3);
  const RunPlan first = PlanAttempt(definition, spec, nullptr);

  const AttemptSpec again = Retry(first);
  const RunPlan second = PlanAttempt(definition, again, &first);

  EXPECT_EQ(second.stages[0].start, first.stages[0].start);
  EXPECT_EQ(second.stages[0].end, first.stages[0].end);
  EXPECT_EQ(second.stages[0].attempt, 0);
  EXPECT_GE(second.stages[1].start, again.start);
  EXPECT_EQ(second.stages[1].attempt, 1);
  for (std::size_t i = 0; i < 3; ++i) {
    const JobPlan& before = first.stages[1].jobs[i];
    const JobPlan& after = second.stages[1].jobs[i];
    const bool kept = before.final == State::kCompleted;
    EXPECT_EQ(after.attempt, kept ? 0 : 1);
    EXPECT_EQ(after.end == before.end, kept);
    EXPECT_EQ(after.final, State::kCompleted);
  }
  EXPECT_EQ(second.stages[2].attempt, 1);
  EXPECT_EQ(second.final, State::kCompleted);
}

TEST(PlanAttemptTest, RetryOfACompletedRunRepeatsItsLastStage) {
  const PipelineTemplate definition = MakePlainTemplate(2, 2);
  const RunPlan first = PlanAttempt(definition, First(), nullptr);

  const RunPlan second = PlanAttempt(definition, Retry(first), &first);

  EXPECT_EQ(second.stages[0].attempt, 0);
  EXPECT_EQ(second.stages[1].attempt, 1);
  EXPECT_EQ(second.stages[1].jobs[0].attempt, 1);
  EXPECT_GT(second.end, first.end);
}

TEST(PlanAttemptTest, HeldRunNeverEndsUntilItIsCut) {
  AttemptSpec spec = First();
  spec.hold = true;
  spec.stage = 1;
  const PipelineTemplate definition = MakePlainTemplate(3, 2);
  const RunPlan held = PlanAttempt(definition, spec, nullptr);
  const Timestamp late = kTestStart + std::chrono::hours(1000);

  EXPECT_EQ(held.end, kNever);
  EXPECT_EQ(held.StateAt(late), State::kRunning);
  EXPECT_EQ(held.stages[0].StateAt(late), State::kCompleted);
  EXPECT_EQ(held.stages[1].StateAt(late), State::kRunning);
  EXPECT_EQ(held.stages[2].StateAt(late), State::kInit);

  spec.cut = Cut{late, Outcome::kCancellation};
  const RunPlan cut = PlanAttempt(definition, spec, nullptr);
  EXPECT_EQ(cut.end, late);
  EXPECT_EQ(cut.final, State::kCanceled);
  EXPECT_EQ(cut.stages[0].final, State::kCompleted);
  EXPECT_EQ(cut.stages[1].final, State::kCanceled);
  EXPECT_EQ(cut.stages[1].end, late);
  EXPECT_FALSE(cut.stages[2].ran());
}

TEST(PlanAttemptTest, CutAsSuccessCompletesEveryStage) {
  AttemptSpec spec = First();
  spec.hold = true;
  spec.cut = Cut{kTestStart + seconds(3600), Outcome::kSuccess};

  const RunPlan plan = PlanAttempt(MakePlainTemplate(2, 2), spec, nullptr);

  for (const Span* span : AllSpans(plan)) {
    EXPECT_EQ(span->At(plan.end), State::kCompleted);
    EXPECT_LE(span->end, plan.end);
  }
}

TEST(PlanAttemptTest, CutEndsAPauseThatIsGoingOn) {
  AttemptSpec spec = First();
  spec.pause = seconds(1000);
  const PipelineTemplate definition = MakePlainTemplate(1, 1);
  const RunPlan whole = PlanAttempt(definition, spec, nullptr);
  spec.cut = Cut{whole.stages[0].pause_start + seconds(30), Outcome::kCancellation};

  const RunPlan plan = PlanAttempt(definition, spec, nullptr);

  EXPECT_EQ(plan.stages[0].PausedUntil(plan.end), seconds(30));
}

}  // namespace
}  // namespace codearts::sim
