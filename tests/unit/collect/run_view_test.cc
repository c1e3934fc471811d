#include "collect/run_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::Optional;
using testing::RunBuilder;
using ::testing::SizeIs;

StageRun MakeStage(std::string name, std::int32_t sequence) {
  StageRun stage;
  stage.name = std::move(name);
  stage.sequence = sequence;
  return stage;
}

TEST(StageNamesTest, NumbersRepeatedNamesBySequence) {
  EXPECT_THAT(StageNames({MakeStage("a", 2), MakeStage("a", 0), MakeStage("b", 1)}),
              ElementsAre("a #2", "a", "b"));
}

TEST(StageNamesTest, StaysUniqueWhereSomebodyNamedAStageLikeARepeat) {
  EXPECT_THAT(StageNames({MakeStage("a", 0), MakeStage("a #2", 1), MakeStage("a", 2)}),
              ElementsAre("a", "a #2", "a #3"));
}

TEST(StageNamesTest, FallsBackToIdentifierAndSequence) {
  StageRun identified = MakeStage("", 3);
  identified.identifier = "abc";

  EXPECT_THAT(StageNames({identified, MakeStage("", 4)}), ElementsAre("abc", "#4"));
}

TEST(StepNamesTest, GoesByThePlugInWhereThereIsNoName) {
  StepRun gate;
  gate.task = "official_devcloud_autoTrigger";

  EXPECT_THAT(StepNames({gate}), ElementsAre("official_devcloud_autoTrigger"));
}

TEST(DurationOfTest, NeedsBothTimesInOrder) {
  EXPECT_EQ(DurationOf(At(1), At(1)), Duration(0));
  EXPECT_EQ(DurationOf(At(2), At(1)), std::nullopt);
  EXPECT_EQ(DurationOf(std::nullopt, At(1)), std::nullopt);
  EXPECT_EQ(DurationOf(At(1), std::nullopt), std::nullopt);
}

TEST(ViewStagesTest, PutsGateStepsIntoJobsOfTheirOwn) {
  StageRun stage = MakeStage("deploy", 0);
  StepRun gate;
  gate.name = "review";
  gate.status = ExecutionStatus::kCompleted;
  gate.start_time = At(1);
  gate.end_time = At(4);
  stage.pre.push_back(gate);
  stage.post.push_back(gate);

  const std::vector<StageView> views = ViewStages(RunBuilder(1).Stage(stage).Build());

  ASSERT_THAT(views, SizeIs(1));
  ASSERT_THAT(views[0].jobs, SizeIs(2));
  EXPECT_EQ(views[0].jobs[0].name, "_pre");
  EXPECT_EQ(views[0].jobs[1].name, "_post");
  EXPECT_EQ(views[0].jobs[0].status, std::nullopt);
  EXPECT_THAT(views[0].jobs[0].steps[0].duration, Optional(Duration(3000)));
}

TEST(CarryOverTest, KeepsTheLastDurationOfWhatHasNotFinishedYet) {
  const std::vector<StageView> previous = {
      {"build", ExecutionStatus::kCompleted, Duration(5000), {}},
      {"deploy", ExecutionStatus::kCompleted, Duration(7000), {}}};
  std::vector<StageView> views = {{"build", ExecutionStatus::kRunning, std::nullopt, {}}};

  CarryOver(previous, /*run_is_active=*/true, views);

  ASSERT_THAT(views, SizeIs(2));
  EXPECT_EQ(views[0].status, ExecutionStatus::kRunning);
  EXPECT_THAT(views[0].duration, Optional(Duration(5000)));
  EXPECT_EQ(views[1].name, "deploy");
  EXPECT_EQ(views[1].status, std::nullopt);
  EXPECT_THAT(views[1].duration, Optional(Duration(7000)));
}

TEST(CarryOverTest, DropsWhatAFinishedRunDoesNotHave) {
  const std::vector<StageView> previous = {
      {"removed", ExecutionStatus::kCompleted, Duration(5000), {}}};
  std::vector<StageView> views = {{"build", ExecutionStatus::kCompleted, Duration(1000), {}}};

  CarryOver(previous, /*run_is_active=*/false, views);

  ASSERT_THAT(views, SizeIs(1));
  EXPECT_EQ(views[0].name, "build");
}

}  // namespace
}  // namespace codearts
