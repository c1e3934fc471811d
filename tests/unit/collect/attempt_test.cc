#include "collect/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/name_patterns.h"
#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::Optional;
using testing::RunBuilder;
using ::testing::SizeIs;

CountingRules MakeStepRules() {
  CountingRules rules;
  rules.histogram_level = MetricsLevel::kStep;
  HistogramBounds bounds{{10, 60}, {10, 60}, {10, 60}, {10, 60}};
  rules.bounds = std::make_shared<HistogramBounds>(bounds);
  return rules;
}

StepRun MakeStep(std::string business_type, Timestamp start, Timestamp end) {
  StepRun step;
  step.task = "official_step";
  step.business_type = std::move(business_type);
  step.status = ExecutionStatus::kCompleted;
  step.start_time = start;
  step.end_time = end;
  return step;
}

StageRun MakeStage(std::string name, Timestamp start, Timestamp end) {
  StageRun stage;
  stage.name = std::move(name);
  stage.status = ExecutionStatus::kCompleted;
  stage.start_time = start;
  stage.end_time = end;
  return stage;
}

struct Counted {
  PipelineState pipeline;
  ProjectTotals project;

  void Count(const PipelineRun& run, std::optional<Timestamp> previous_end = std::nullopt,
             const CountingRules& rules = MakeStepRules()) {
    CountAttempt(run, previous_end, rules, pipeline, project);
  }
};

TEST(CountAttemptTest, CountsRunStageAndJobWithTheirDurations) {
  Counted counted;

  counted.Count(RunBuilder(1).Started(At(0)).Failed(At(30)).Build());

  const RunTotals& totals = counted.pipeline.runs.at({RunResult::kFailure, "", ""});
  EXPECT_EQ(totals.count, 1U);
  EXPECT_THAT(totals.duration.counts, ElementsAre(0, 1, 0));
  EXPECT_EQ(totals.duration.exemplars.at(0).run_number, 1);
  EXPECT_THAT(counted.pipeline.stage_durations.at({"build", RunResult::kFailure}).counts,
              ElementsAre(0, 1, 0));
  EXPECT_THAT(counted.pipeline.job_durations.at({"build", "compile", RunResult::kFailure}).counts,
              ElementsAre(0, 1, 0));
  EXPECT_EQ(counted.pipeline.retries, 0U);
}

TEST(CountAttemptTest, CountsARunWithoutAStartButNotItsDuration) {
  Counted counted;
  PipelineRun run = RunBuilder(1).Canceled(At(30)).Build();
  run.start_time.reset();

  counted.Count(run);

  const RunTotals& totals = counted.pipeline.runs.at({RunResult::kCancellation, "", ""});
  EXPECT_EQ(totals.count, 1U);
  EXPECT_EQ(TotalCount(totals.duration), 0U);
}

TEST(CountAttemptTest, CountsOnlyWhatRanInTheRetry) {
  Counted counted;
  const PipelineRun run = RunBuilder(1)
                              .Started(At(0))
                              .Completed(At(200))
                              .Stage(MakeStage("build", At(0), At(50)))
                              .Stage(MakeStage("deploy", At(150), At(200)))
                              .Build();

  counted.Count(run, At(100));

  EXPECT_EQ(counted.pipeline.retries, 1U);
  ASSERT_THAT(counted.pipeline.stage_durations, SizeIs(1));
  EXPECT_EQ(counted.pipeline.stage_durations.begin()->first.stage, "deploy");
}

TEST(CountAttemptTest, CountsADeploymentOnlyIfItsStepRanInThisAttempt) {
  Counted counted;
  StageRun stage = MakeStage("deploy", At(0), At(200));
  JobRun job;
  job.name = "roll out";
  job.steps = {MakeStep("Deploy", At(10), At(50))};
  stage.jobs = {job};
  const PipelineRun run = RunBuilder(1).Started(At(0)).Completed(At(200)).Stage(stage).Build();

  counted.Count(run, At(100));
  EXPECT_THAT(counted.pipeline.deployments, SizeIs(0));

  counted.Count(run);
  EXPECT_EQ(counted.pipeline.deployments.at(RunResult::kSuccess).count, 1U);
}

TEST(CountAttemptTest, CountsStepsByPlugInOverTheProject) {
  Counted counted;
  StageRun stage = MakeStage("deploy", At(0), At(200));
  stage.pre = {MakeStep("", At(0), At(5))};
  stage.post = {MakeStep("Check", At(190), At(200))};
  const PipelineRun run = RunBuilder(1).Started(At(0)).Completed(At(200)).Stage(stage).Build();

  counted.Count(run);

  EXPECT_EQ(
      TotalCount(counted.project.step_durations.at({"official_step", "", RunResult::kSuccess})),
      1U);
  EXPECT_EQ(TotalCount(
                counted.project.step_durations.at({"official_step", "Check", RunResult::kSuccess})),
            1U);
}

TEST(CountAttemptTest, LeavesOutHistogramsBelowTheLevel) {
  Counted counted;
  CountingRules rules = MakeStepRules();
  rules.histogram_level = MetricsLevel::kRun;

  counted.Count(RunBuilder(1).Started(At(0)).Completed(At(30)).Build(), std::nullopt, rules);

  EXPECT_EQ(TotalCount(counted.pipeline.runs.at({RunResult::kSuccess, "", ""}).duration), 1U);
  EXPECT_THAT(counted.pipeline.stage_durations, SizeIs(0));
  EXPECT_THAT(counted.pipeline.job_durations, SizeIs(0));
}

TEST(CountAttemptTest, AddsPausesOnceOverRetries) {
  Counted counted;
  StageRun first = MakeStage("build", At(0), At(50));
  first.pause_time = Duration(4000);
  StageRun second = MakeStage("deploy", At(150), At(200));
  second.pause_time = Duration(3000);
  PipelineRun run =
      RunBuilder(1).Started(At(0)).Completed(At(200)).Stage(first).Stage(second).Build();
  run.pause_time = Duration(7000);

  counted.Count(run, At(100));
  EXPECT_EQ(counted.pipeline.paused_total, Duration(3000));

  counted.Count(run);
  EXPECT_EQ(counted.pipeline.paused_total, Duration(10000));
}

TEST(CountAttemptTest, MeasuresTheWaitForTheFirstJob) {
  Counted counted;
  PipelineRun run = RunBuilder(1).Started(At(0)).Completed(At(200)).Build();
  run.stages[0].jobs[0].start_time = At(15);

  counted.Count(run);
  counted.Count(run, At(100));

  ASSERT_TRUE(counted.project.dispatch_wait.has_value());
  EXPECT_EQ(counted.project.dispatch_wait->sum, Duration(15000));
  EXPECT_EQ(TotalCount(*counted.project.dispatch_wait), 1U);
}

TEST(CountAttemptTest, LabelsTriggerAndBranchAsAskedFor) {
  Counted counted;
  CountingRules rules = MakeStepRules();
  rules.trigger_label = true;
  rules.branch_label = true;
  rules.branches = std::make_shared<NamePatterns>(std::vector<std::string>{"^main$"});
  PipelineRun run = RunBuilder(1).Started(At(0)).Completed(At(30)).Build();
  run.sources.emplace_back().build_params.target_branch = "main";
  counted.Count(run, std::nullopt, rules);
  run.sources[0].build_params.target_branch = "feature/1";
  counted.Count(run, std::nullopt, rules);

  EXPECT_EQ(counted.pipeline.runs.count({RunResult::kSuccess, "Manual", "main"}), 1U);
  EXPECT_EQ(counted.pipeline.runs.count({RunResult::kSuccess, "Manual", "other"}), 1U);
}

TEST(NoteOutcomeTest, BreaksAtTheFirstFailureAndRestoresAtTheNextSuccess) {
  PipelineState pipeline;

  NoteOutcome(RunResult::kFailure, At(100), pipeline);
  NoteOutcome(RunResult::kCancellation, At(150), pipeline);
  NoteOutcome(RunResult::kFailure, At(200), pipeline);
  EXPECT_EQ(pipeline.consecutive_failures, 2U);
  EXPECT_THAT(pipeline.broken_since, Optional(At(100)));

  EXPECT_THAT(NoteOutcome(RunResult::kSuccess, At(300), pipeline), Optional(Duration(200'000)));
  EXPECT_EQ(pipeline.consecutive_failures, 0U);
  EXPECT_EQ(pipeline.broken_since, std::nullopt);
  EXPECT_THAT(pipeline.last_success, Optional(At(300)));
  EXPECT_THAT(pipeline.last_failure, Optional(At(200)));
}

TEST(NoteOutcomeTest, GoesByEndTimesWhateverTheOrderOfArrival) {
  PipelineState pipeline;
  NoteOutcome(RunResult::kFailure, At(100), pipeline);
  NoteOutcome(RunResult::kFailure, At(300), pipeline);
  NoteOutcome(RunResult::kFailure, At(400), pipeline);

  NoteOutcome(RunResult::kSuccess, At(200), pipeline);
  EXPECT_EQ(pipeline.consecutive_failures, 2U);
  EXPECT_THAT(pipeline.broken_since, Optional(At(300)));

  NoteOutcome(RunResult::kFailure, At(150), pipeline);
  EXPECT_EQ(pipeline.consecutive_failures, 2U);
  EXPECT_THAT(pipeline.broken_since, Optional(At(300)));
  EXPECT_THAT(pipeline.last_failure, Optional(At(400)));
}

}  // namespace
}  // namespace codearts
