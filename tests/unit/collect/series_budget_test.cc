#include "collect/series_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/attempt.h"
#include "collect/run_view.h"
#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::At;
using testing::RunBuilder;
using ::testing::SizeIs;

HistogramBounds MakeBounds() {
  return {{60}, {60}, {60}, {60}};
}

SeriesCosts MakeCosts() {
  return SeriesCosts(MetricsLevel::kJob, MetricsLevel::kJob, MakeBounds());
}

StageRun MakeStageWithJobs(std::string name, int jobs) {
  StageRun stage;
  stage.name = std::move(name);
  stage.status = ExecutionStatus::kCompleted;
  stage.start_time = At(0);
  stage.end_time = At(10);
  for (int i = 0; i < jobs; ++i) {
    JobRun job;
    job.name = "job";
    job.sequence = i;
    job.status = ExecutionStatus::kCompleted;
    job.start_time = At(0);
    job.end_time = At(10);
    stage.jobs.push_back(job);
  }
  return stage;
}

PipelineRun MakeRun() {
  return RunBuilder(1)
      .Started(At(0))
      .Completed(At(20))
      .Stage(MakeStageWithJobs("build", 2))
      .Stage(MakeStageWithJobs("deploy", 1))
      .Build();
}

TEST(SeriesCostsTest, CountsOnlyWhatTheLevelsExport) {
  const SeriesCosts stages(MetricsLevel::kStage, MetricsLevel::kRun, MakeBounds());

  EXPECT_EQ(stages.stage, 2);
  EXPECT_EQ(stages.job, 0);
  EXPECT_EQ(MakeCosts().job, 2 + 1 + 3);
}

TEST(SeriesBudgetTest, LeavesNamesAloneWhereThereIsRoomForAll) {
  const SeriesCosts costs = MakeCosts();
  SeriesBudget budget(2 * costs.stage + 3 * costs.job, costs, 0);
  PipelineRun run = MakeRun();

  budget.Fold(PipelineState(), run);

  EXPECT_EQ(budget.folded(), 0U);
  EXPECT_EQ(run.stages[1].jobs[0].name, "job");
  EXPECT_EQ(run.stages[0].jobs[1].name, "job #2");
}

TEST(SeriesBudgetTest, FoldsTheFirstThatThereIsNoRoomFor) {
  const SeriesCosts costs = MakeCosts();
  SeriesBudget budget(2 * costs.stage + 3 * costs.job - 1, costs, 0);
  PipelineRun run = MakeRun();

  budget.Fold(PipelineState(), run);

  EXPECT_EQ(budget.folded(), 1U);
  EXPECT_EQ(run.stages[1].name, "deploy");
  EXPECT_EQ(run.stages[1].jobs[0].name, "_overflow");
}

TEST(SeriesBudgetTest, ShowsAndCountsFoldedOnesTogether) {
  SeriesBudget budget(0, MakeCosts(), 0);
  PipelineRun run = MakeRun();
  CountingRules rules;
  rules.bounds = std::make_shared<HistogramBounds>(MakeBounds());
  PipelineState pipeline;
  ProjectTotals project;

  budget.Fold(pipeline, run);
  CountAttempt(run, std::nullopt, rules, pipeline, project);

  const std::vector<StageView> views = ViewStages(run);
  ASSERT_THAT(views, SizeIs(1));
  EXPECT_EQ(views[0].name, "_overflow");
  EXPECT_THAT(views[0].jobs, SizeIs(1));
  EXPECT_EQ(TotalCount(pipeline.stage_durations.at({"_overflow", RunResult::kSuccess})), 2U);
  EXPECT_EQ(TotalCount(pipeline.job_durations.at({"_overflow", "_overflow", RunResult::kSuccess})),
            3U);
}

TEST(SeriesBudgetTest, KeepsTheNamesThatAPipelineHasAlready) {
  SeriesBudget budget(0, MakeCosts(), 0);
  PipelineRun run = MakeRun();
  PipelineState pipeline;
  pipeline.stages = ViewStages(run);

  budget.Fold(pipeline, run);

  EXPECT_EQ(budget.folded(), 0U);
  EXPECT_EQ(run.stages[0].name, "build");
}

}  // namespace
}  // namespace codearts
