#include "simulator/world.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "simulator/truth.h"
#include "support/fake_clock.h"

namespace codearts::sim {
namespace {

using std::chrono::hours;
using testing::kTestStart;

WorldOptions Lively(std::uint64_t seed = 1) {
  WorldOptions options;
  options.seed = seed;
  options.projects = 2;
  options.pipelines = 8;
  options.start = kTestStart;
  options.history = hours(6);
  options.run_interval = seconds(900);
  return options;
}

std::string Everything(const World& world) {
  TruthFilter filter;
  filter.query.stages = true;
  return TruthJson(world, filter);
}

TEST(WorldTest, SameSeedGivesTheSameHistory) {
  EXPECT_EQ(Everything(World(Lively(5))), Everything(World(Lively(5))));
  EXPECT_NE(Everything(World(Lively(5))), Everything(World(Lively(6))));
}

TEST(WorldTest, HistoryDoesNotDependOnTheSizeOfSteps) {
  World one_leap(Lively());
  World small_steps(Lively());
  World uneven_steps(Lively());

  one_leap.Advance(hours(2));
  for (int i = 0; i < 7200; ++i) small_steps.Advance(seconds(1));
  for (int i = 0; i < 7'200'000; i += 4500) uneven_steps.Advance(Duration(4500));

  EXPECT_EQ(Everything(one_leap), Everything(small_steps));
  EXPECT_EQ(Everything(one_leap), Everything(uneven_steps));
}

TEST(WorldTest, HistoryEqualsLivingThroughIt) {
  WorldOptions options = Lively();
  const World with_history(options);
  options.start -= options.history;
  options.history = seconds(0);
  World lived(options);
  lived.Advance(hours(6));

  EXPECT_EQ(Everything(with_history), Everything(lived));
}

TEST(WorldTest, DoingSomethingToOnePipelineChangesNoOther) {
  World touched(Lively());
  World untouched(Lively());
  const std::string id = touched.projects()[0]->pipelines[0]->id();
  touched.StartRun(id, {.hold = true});
  touched.RenamePipeline(id, "other");
  touched.Advance(hours(3));
  untouched.Advance(hours(3));

  for (std::size_t i = 1; i < untouched.projects()[0]->pipelines.size(); ++i) {
    const Pipeline& a = *touched.projects()[0]->pipelines[i];
    const Pipeline& b = *untouched.projects()[0]->pipelines[i];
    EXPECT_EQ(TruthOf(touched, a).runs, TruthOf(untouched, b).runs);
  }
}

TEST(WorldTest, AWeekShowsEverythingThatLifeHolds) {
  WorldOptions options = Lively();
  options.history = hours(24 * 7);
  const World world(options);

  std::map<Outcome, int> outcomes;
  int retries = 0;
  int pauses = 0;
  int overtakings = 0;
  int never_run = 0;
  for (const auto& project : world.projects()) {
    for (const auto& pipeline : project->pipelines) {
      const PipelineTruth truth = TruthOf(world, *pipeline);
      if (truth.latest_run_number == 0) ++never_run;
      retries += truth.retries;
      int highest = 0;
      for (const AttemptTruth& attempt : truth.attempts) {
        ++outcomes[attempt.outcome];
        if (attempt.paused > Duration(0)) ++pauses;
        if (attempt.attempt == 0 && attempt.run_number < highest) ++overtakings;
        if (attempt.attempt == 0) highest = std::max(highest, attempt.run_number);
      }
    }
  }
  EXPECT_EQ(outcomes.size(), 4u);
  EXPECT_GT(retries, 100);
  EXPECT_GT(pauses, 100);
  EXPECT_GT(overtakings, 100);
  EXPECT_LT(never_run, 8);
}

TEST(WorldTest, RunNumbersHaveNoGapsAndIdsAreUnique) {
  const World world(Lively());

  std::set<std::string> ids;
  std::size_t runs = 0;
  for (const auto& project : world.projects()) {
    for (const auto& pipeline : project->pipelines) {
      int number = 0;
      for (const auto& run : pipeline->runs()) {
        EXPECT_EQ(run.number, ++number);
        EXPECT_EQ(run.id.size(), 32u);
        ids.insert(run.id);
        ++runs;
      }
    }
  }
  EXPECT_GT(runs, 100u);
  EXPECT_EQ(ids.size(), runs);
}

TEST(WorldTest, MeanTimeBetweenRunsIsAsConfigured) {
  WorldOptions options = Lively();
  options.history = hours(24 * 5);
  const World world(options);

  double runs = 0;
  double pipelines = 0;
  for (const auto& project : world.projects()) {
    for (const auto& pipeline : project->pipelines) {
      if (pipeline->runs().empty()) continue;
      runs += static_cast<double>(pipeline->runs().size());
      ++pipelines;
    }
  }
  EXPECT_NEAR(runs / pipelines, 480, 30);
}

TEST(WorldTest, NothingHappensByItselfWithoutAnInterval) {
  WorldOptions options = Lively();
  options.run_interval = seconds(0);
  World world(options);
  world.Advance(hours(1000));

  for (const auto& pipeline : world.projects()[0]->pipelines) {
    EXPECT_TRUE(pipeline->runs().empty());
  }
}

TEST(WorldTest, RunsAreGoneNinetyDaysAfterTheirEnd) {
  WorldOptions options = Lively();
  options.run_interval = seconds(0);
  World world(options);
  const std::string id = world.projects()[0]->pipelines[0]->id();
  const auto run = world.StartRun(id, {.duration = seconds(60)});
  const Pipeline& pipeline = *world.FindPipeline(id);

  world.AdvanceTo(kTestStart + seconds(60) + hours(24 * 90));
  EXPECT_NE(world.LatestRun(pipeline), nullptr);
  world.Advance(seconds(1));
  EXPECT_EQ(world.LatestRun(pipeline), nullptr);
  EXPECT_EQ(TruthOf(world, pipeline).attempts.size(), 1u);
}

TEST(WorldTest, PipelinesAndProjectsComeAndGo) {
  World world(Lively());
  Project& added = world.AddProject("new", 3);
  Pipeline& pipeline = world.AddPipeline(added, "mine", MakePlainTemplate(1, 1), seconds(0));

  EXPECT_EQ(added.pipelines.size(), 4u);
  EXPECT_EQ(world.FindPipeline(pipeline.id()), &pipeline);
  EXPECT_EQ(world.ProjectOf(pipeline.id()), &added);
  EXPECT_EQ(pipeline.spec().create_time, kTestStart);

  const std::string project_id = added.id;
  const std::string pipeline_id = pipeline.id();
  EXPECT_TRUE(world.RemoveProject(project_id));
  EXPECT_EQ(world.FindPipeline(pipeline_id), nullptr);
  EXPECT_FALSE(world.RemoveProject(project_id));
  world.Advance(hours(1));
}

}  // namespace
}  // namespace codearts::sim
