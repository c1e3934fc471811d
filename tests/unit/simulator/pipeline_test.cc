#include "simulator/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim_testing.h"

namespace codearts::sim {
namespace {

using ::testing::ElementsAre;

TEST(PipelineTest, RunLastsAsLongAsAskedFor) {
  OnePipeline sim;
  sim.Start({.duration = seconds(90)});

  sim.simulator.Advance(seconds(89));
  EXPECT_TRUE(sim.Truth().attempts.empty());
  EXPECT_EQ(sim.Truth().active["running"], 1);
  sim.simulator.Advance(seconds(1));

  const PipelineTruth truth = sim.Truth();
  ASSERT_EQ(truth.attempts.size(), 1u);
  EXPECT_EQ(truth.attempts[0].start, kTestStart);
  EXPECT_EQ(truth.attempts[0].end, kTestStart + seconds(90));
  EXPECT_EQ(truth.runs.at(Outcome::kSuccess), 1);
  EXPECT_EQ(truth.active.size(), 0u);
}

TEST(PipelineTest, ParallelRunsEndInAnyOrder) {
  OnePipeline sim;
  sim.Start({.duration = seconds(300)});
  sim.Start({.outcome = Outcome::kFailure, .duration = seconds(100)});
  sim.Start({.duration = seconds(200)});
  sim.simulator.Advance(seconds(300));

  std::vector<int> order;
  for (const AttemptTruth& attempt : sim.Truth().attempts) order.push_back(attempt.run_number);
  EXPECT_THAT(order, ElementsAre(2, 3, 1));
}

TEST(PipelineTest, HeldRunIsEndedByTheTest) {
  OnePipeline sim;
  const auto finished = sim.Start({.hold = true});
  const auto failed = sim.Start({.hold = true});
  const auto cancelled = sim.Start({.hold = true});
  sim.simulator.Advance(hours(5));
  EXPECT_EQ(sim.Truth().active["running"], 3);

  EXPECT_TRUE(sim.End(finished, Outcome::kSuccess));
  EXPECT_TRUE(sim.End(failed, Outcome::kFailure));
  EXPECT_TRUE(sim.End(cancelled, Outcome::kCancellation));
  EXPECT_FALSE(sim.End(cancelled, Outcome::kSuccess)) << "it has ended";

  const PipelineTruth truth = sim.Truth();
  EXPECT_EQ(truth.attempts.size(), 3u);
  EXPECT_EQ(truth.attempts[0].end, kTestStart + hours(5));
  EXPECT_EQ(truth.runs.at(Outcome::kSuccess), 1);
  EXPECT_EQ(truth.runs.at(Outcome::kFailure), 1);
  EXPECT_EQ(truth.runs.at(Outcome::kCancellation), 1);
}

TEST(PipelineTest, RetryKeepsTheIdAndEndsLater) {
  OnePipeline sim;
  const auto run = sim.Start({.outcome = Outcome::kFailure, .duration = seconds(60)});
  EXPECT_FALSE(sim.Retry(run)) << "it has not ended";
  sim.simulator.Advance(seconds(60));
  ASSERT_TRUE(sim.Retry(run, {.duration = seconds(30)}));
  EXPECT_EQ(sim.Truth().retries, 0) << "it counts when it ends";
  sim.simulator.Advance(seconds(30));

  const PipelineTruth truth = sim.Truth();
  ASSERT_EQ(truth.attempts.size(), 2u);
  EXPECT_EQ(truth.attempts[0].run_id, truth.attempts[1].run_id);
  EXPECT_EQ(truth.attempts[0].replaced_at, kTestStart + seconds(60));
  EXPECT_EQ(truth.attempts[1].start, kTestStart);
  EXPECT_EQ(truth.attempts[1].end, kTestStart + seconds(90));
  EXPECT_EQ(truth.attempts[1].replaced_at, std::nullopt);
  EXPECT_EQ(truth.retries, 1);
  EXPECT_EQ(truth.latest_run_number, 1);
}

TEST(PipelineTest, AttemptsOfARunNeverEndAtTheSameTime) {
  OnePipeline sim;
  const auto run = sim.Start({.hold = true});
  sim.simulator.Advance(seconds(10));
  ASSERT_TRUE(sim.End(run, Outcome::kFailure));
  ASSERT_TRUE(sim.Retry(run, {.hold = true}));
  ASSERT_TRUE(sim.End(run, Outcome::kFailure));
  EXPECT_EQ(sim.Truth().attempts.size(), 1u);
  sim.simulator.Advance(seconds(1));

  const PipelineTruth truth = sim.Truth();
  ASSERT_EQ(truth.attempts.size(), 2u);
  EXPECT_EQ(truth.attempts[1].end - truth.attempts[0].end, seconds(1));
}

TEST(PipelineTest, QueuedRunWaitsAndThenDoesWhatWasAskedFor) {
  OnePipeline sim;
  sim.Start({.outcome = Outcome::kFailure, .duration = seconds(60), .queued = seconds(120)});
  sim.simulator.Advance(seconds(119));
  EXPECT_EQ(sim.Truth().active["queued"], 1);
  sim.simulator.Advance(seconds(61));

  const PipelineTruth truth = sim.Truth();
  ASSERT_EQ(truth.attempts.size(), 1u);
  EXPECT_EQ(truth.attempts[0].start, kTestStart + seconds(120));
  EXPECT_EQ(truth.attempts[0].end, kTestStart + seconds(180));
  EXPECT_EQ(truth.attempts[0].outcome, Outcome::kFailure);
}

TEST(PipelineTest, QueuedRunCanBeCancelled) {
  OnePipeline sim;
  const auto run = sim.Start({.queued = seconds(120)});
  sim.simulator.Advance(seconds(10));
  EXPECT_TRUE(sim.End(run, Outcome::kCancellation));
  sim.simulator.Advance(seconds(500));

  const PipelineTruth truth = sim.Truth();
  ASSERT_EQ(truth.attempts.size(), 1u);
  EXPECT_EQ(truth.attempts[0].start, kTestStart + seconds(10));
  EXPECT_EQ(truth.attempts[0].end, kTestStart + seconds(10));
}

TEST(PipelineTest, TruthFollowsFailuresToTheNextSuccess) {
  OnePipeline sim;
  sim.Start({.outcome = Outcome::kFailure, .duration = seconds(10)});
  sim.Start({.outcome = Outcome::kCancellation, .duration = seconds(15)});
  sim.Start({.outcome = Outcome::kFailure, .duration = seconds(20)});
  sim.simulator.Advance(seconds(30));
  EXPECT_EQ(sim.Truth().broken_since, kTestStart + seconds(10));
  EXPECT_EQ(sim.Truth().consecutive_failures, 2);

  sim.Start({.duration = seconds(70)});
  sim.simulator.Advance(seconds(70));

  const PipelineTruth truth = sim.Truth();
  EXPECT_EQ(truth.broken_since, std::nullopt);
  EXPECT_EQ(truth.consecutive_failures, 0);
  EXPECT_THAT(truth.times_to_restore, ElementsAre(Duration(seconds(90))));
}

TEST(PipelineTest, TruthCountsStagesOnlyInTheAttemptThatRanThem) {
  OnePipeline sim(3, 1);
  const auto run = sim.Start({.outcome = Outcome::kFailure, .duration = seconds(60), .stage = 1});
  sim.simulator.Advance(seconds(60));
  sim.Retry(run, {.duration = seconds(60)});
  sim.simulator.Advance(seconds(60));

  const PipelineTruth truth = sim.Truth({.stages = true});
  const auto names = [&](std::size_t attempt) {
    std::vector<std::string> result;
    for (const Occurrence& stage : truth.attempts[attempt].stages) result.push_back(stage.name);
    return result;
  };
  EXPECT_THAT(names(0), ElementsAre("stage-1", "stage-2"));
  EXPECT_THAT(names(1), ElementsAre("stage-2", "stage-3"));
}

TEST(PipelineTest, TruthSinceAMomentCountsWhatEndedFromThenOn) {
  OnePipeline sim;
  sim.Start({.duration = seconds(10)});
  sim.Start({.duration = seconds(20)});
  sim.simulator.Advance(seconds(20));

  EXPECT_EQ(sim.Truth({.since = kTestStart + seconds(10)}).runs.at(Outcome::kSuccess), 2);
  EXPECT_EQ(sim.Truth({.since = kTestStart + seconds(11)}).runs.at(Outcome::kSuccess), 1);
}

TEST(PipelineTest, BannedAndDeletedPipelinesStartNothingByThemselves) {
  OnePipeline sim;
  sim.simulator.With([&](World& world) {
    world.SetInterval(sim.pipeline_id, seconds(60));
    world.FindPipeline(sim.pipeline_id)->SetBanned(true);
  });
  sim.simulator.Advance(hours(5));
  EXPECT_EQ(sim.Truth().latest_run_number, 0);

  sim.simulator.With([&](World& world) { world.FindPipeline(sim.pipeline_id)->SetBanned(false); });
  sim.simulator.Advance(hours(5));
  EXPECT_GT(sim.Truth().latest_run_number, 100);
}

TEST(PipelineTest, ChangingTheIntervalLeavesOneChainOfRuns) {
  OnePipeline sim;
  for (int i = 0; i < 10; ++i) {
    sim.simulator.With([&](World& world) { world.SetInterval(sim.pipeline_id, seconds(3600)); });
  }
  sim.simulator.Advance(hours(500));
  EXPECT_NEAR(sim.Truth().latest_run_number, 500, 100);
}

}  // namespace
}  // namespace codearts::sim
