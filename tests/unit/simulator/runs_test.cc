#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim_testing.h"

namespace codearts::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> Numbers(const rapidjson::Document& list) {
  std::vector<int> numbers;
  for (const auto& run : list["pipeline_runs"].GetArray()) {
    numbers.push_back(run["run_number"].GetInt());
  }
  return numbers;
}

std::string Millis(Timestamp t) {
  return std::to_string(ToEpochMillis(t));
}

// Five runs that start a minute apart; 2 fails, 4 is cancelled, 5 goes on; 1 ends last of the
// ended.
OnePipeline& FiveRuns(OnePipeline& sim) {
  const RunSpec specs[] = {{.duration = seconds(1000)},
                           {.outcome = Outcome::kFailure, .duration = seconds(20)},
                           {.duration = seconds(20)},
                           {.outcome = Outcome::kCancellation, .duration = seconds(20)},
                           {.hold = true}};
  for (const RunSpec& spec : specs) {
    sim.Start(spec);
    sim.simulator.Advance(minutes(1));
  }
  sim.simulator.Advance(hours(1));
  return sim;
}

TEST(ListRunsTest, SortsByEachKeyInBothDirections) {
  OnePipeline sim;
  FiveRuns(sim);
  EXPECT_THAT(Numbers(sim.ListRuns("{}")), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"sort_key":"start_time","sort_dir":"asc"})")),
              ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"sort_key":"end_time","sort_dir":"asc"})")),
              ElementsAre(2, 3, 4, 1, 5));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"sort_key":"update_time","sort_dir":"desc"})")),
              ElementsAre(1, 5, 4, 3, 2));
}

TEST(ListRunsTest, PagesByOffsetAndLimit) {
  OnePipeline sim;
  FiveRuns(sim);
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"offset":0,"limit":2})")), ElementsAre(5, 4));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"offset":4,"limit":2})")), ElementsAre(1));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"offset":5,"limit":2})")), IsEmpty());
  EXPECT_EQ(sim.ListRuns(R"({"offset":5,"limit":2})")["total"].GetInt(), 5);
}

TEST(ListRunsTest, FiltersByStatusAndTime) {
  OnePipeline sim;
  FiveRuns(sim);
  const std::string first = Millis(kTestStart + minutes(1));
  const std::string last = Millis(kTestStart + minutes(3));

  EXPECT_THAT(Numbers(sim.ListRuns(R"({"status":["FAILED","RUNNING"]})")), ElementsAre(5, 2));
  EXPECT_THAT(
      Numbers(sim.ListRuns(R"({"start_time":")" + first + R"(","end_time":")" + last + "\"}")),
      ElementsAre(4, 3, 2));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"start_time":)" + last + "}")), ElementsAre(5, 4));
  // kTestStart is 2024-06-01 00:00 UTC, 08:00 in China.
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"start_time":"2024-06-01 08:03:00"})")), ElementsAre(5, 4));
  EXPECT_THAT(Numbers(sim.ListRuns(R"({"update_time":)" + Millis(kTestStart + minutes(4)) + "}")),
              ElementsAre(5, 1));
}

TEST(ListRunsTest, RefusesBadParameters) {
  OnePipeline sim;
  for (const std::string body :
       {R"({"sort_key":"name"})", R"({"sort_dir":"x"})", R"({"limit":-1})"}) {
    EXPECT_EQ(sim.simulator.Handle(Post(sim.Path("/pipeline-runs/list"), body)).status, 400)
        << body;
  }
}

TEST(ListRunsTest, LacksDeletedRunsAndKeepsTheirNumbersFree) {
  OnePipeline sim;
  FiveRuns(sim);
  sim.simulator.With([&](World& world) {
    const auto& runs = world.FindPipeline(sim.pipeline_id)->runs();
    world.DeleteRun(sim.pipeline_id, runs[1].id);
    world.DeleteRun(sim.pipeline_id, runs[4].id);
  });

  EXPECT_THAT(Numbers(sim.ListRuns()), ElementsAre(4, 3, 1));
  EXPECT_EQ(sim.ListPipelines()["pipelines"][0]["latest_run"]["run_number"].GetInt(), 4);
  EXPECT_EQ(sim.Detail()["run_number"].GetInt(), 4);
  const auto next = sim.Start({.duration = seconds(1)});
  EXPECT_EQ(next.number, 6);
  EXPECT_EQ(sim.Truth().latest_run_number, 6);
}

TEST(RunDetailTest, IsTheLatestRunUnlessNamed) {
  OnePipeline sim;
  const auto first = sim.Start({.duration = seconds(10)});
  sim.Start({.hold = true});

  EXPECT_EQ(sim.Detail()["run_number"].GetInt(), 2);
  EXPECT_EQ(sim.DetailOf(first)["run_number"].GetInt(), 1);
  EXPECT_EQ(sim.Detail("pipeline_run_number=1")["id"].GetString(), first.id);
}

TEST(RunDetailTest, RetryOfAnOlderRunLeavesTheLatestAlone) {
  OnePipeline sim;
  const auto first = sim.Start({.outcome = Outcome::kFailure, .duration = seconds(10)});
  sim.Start({.duration = seconds(10)});
  sim.simulator.Advance(seconds(10));
  sim.Retry(first, {.hold = true});
  sim.simulator.Advance(minutes(1));

  EXPECT_EQ(sim.Detail()["run_number"].GetInt(), 2);
  const rapidjson::Document detail = sim.DetailOf(first);
  EXPECT_STREQ(detail["status"].GetString(), "RUNNING");
  EXPECT_TRUE(detail["end_time"].IsNull());
  EXPECT_EQ(detail["id"].GetString(), first.id);
  EXPECT_EQ(detail["start_time"].GetInt64(), ToEpochMillis(kTestStart));
}

TEST(RunDetailTest, MissingThingsAreErrorsWithStatus200) {
  OnePipeline sim;
  const auto code = [&](const Request& request) {
    const Reply reply = sim.simulator.Handle(request);
    EXPECT_EQ(reply.status, 200);
    return std::string(Body(reply)["error_code"].GetString());
  };
  EXPECT_EQ(code(Get(sim.Path("/pipeline-runs/detail"))), "DEVCP.00012002") << "never run";
  EXPECT_EQ(code(Get(sim.Path("/pipeline-runs/detail"), "pipeline_run_id=x")), "DEVCP.00012002");
  EXPECT_EQ(code(Get("/v5/" + sim.project_id + "/api/pipelines/x/pipeline-runs/detail")),
            "DEVPIPE.00011401");
}

TEST(RunDetailTest, ShowsWhatHasNotComeInTheStyleOfThePipeline) {
  for (const NotYet style : {NotYet::kNull, NotYet::kZero, NotYet::kAbsent}) {
    OnePipeline sim;
    PipelineTemplate definition = MakePlainTemplate(2, 1);
    definition.style.not_yet = style;
    sim.simulator.With([&](World& world) {
      sim.pipeline_id =
          world.AddPipeline(*world.projects()[0], "styled", definition, seconds(0)).id();
    });
    sim.Start({.hold = true});
    sim.simulator.Advance(minutes(1));

    const rapidjson::Document detail = sim.Detail();
    const rapidjson::Value& stage = detail["stages"][1];
    EXPECT_STREQ(stage["status"].GetString(), "INIT");
    EXPECT_EQ(stage.HasMember("start_time"), style != NotYet::kAbsent);
    if (style == NotYet::kNull) {
      EXPECT_TRUE(detail["end_time"].IsNull());
    } else if (style == NotYet::kZero) {
      EXPECT_EQ(detail["end_time"].GetInt(), 0);
    }
    EXPECT_GT(detail["start_time"].GetInt64(), 0);
  }
}

TEST(RunDetailTest, PauseShowsAndThenCounts) {
  OnePipeline sim(1, 1);
  sim.Start({.duration = seconds(1000), .pause = seconds(900)});
  sim.simulator.Advance(seconds(500));
  EXPECT_STREQ(sim.Detail()["status"].GetString(), "PAUSED");
  EXPECT_STREQ(sim.Detail()["stages"][0]["status"].GetString(), "PAUSED");
  EXPECT_EQ(sim.Truth().active["paused"], 1);

  sim.simulator.Advance(seconds(500));
  const rapidjson::Document detail = sim.Detail();
  EXPECT_STREQ(detail["status"].GetString(), "COMPLETED");
  EXPECT_EQ(detail["pause_time"].GetInt64(), 900'000);
  EXPECT_EQ(detail["stages"][0]["pause_time"].GetInt64(), 900'000);
  EXPECT_EQ(sim.Truth().paused, seconds(900));
}

TEST(RunDetailTest, HidesNothingThatMustNotLeak) {
  OnePipeline sim(1, 1);
  sim.Start({.outcome = Outcome::kFailure, .duration = seconds(10)});
  sim.simulator.Advance(seconds(10));
  const std::string body = sim.simulator.Handle(Get(sim.Path("/pipeline-runs/detail"))).body;

  const rapidjson::Document detail = sim.Detail();
  const rapidjson::Value& job = detail["stages"][0]["jobs"][0];
  const auto leaks = [](const rapidjson::Value& value) {
    return std::string(value.GetString()).find(kLeakSentinel) != std::string::npos;
  };
  EXPECT_TRUE(leaks(job["message"]));
  EXPECT_TRUE(leaks(job["resource"]));
  EXPECT_TRUE(leaks(job["steps"][0]["inputs"][0]["value"]));
  EXPECT_TRUE(leaks(detail["sources"][0]["params"]["build_params"]["message"]));
}

TEST(QueueTest, ShowsQueuedRunsAndWantsItsParameters) {
  OnePipeline sim;
  const auto run = sim.Start({.queued = seconds(600)});
  sim.simulator.Advance(seconds(60));

  const rapidjson::Document queue =
      Body(sim.simulator.Handle(Get(sim.Path("/queued-pipeline"), "offset=0&limit=10")));
  ASSERT_EQ(queue["queuedPipelines"].Size(), 1u);
  EXPECT_EQ(queue["total"].GetInt(), 1);
  const rapidjson::Value& entry = queue["queuedPipelines"][0];
  EXPECT_EQ(entry["pipeline_run_id"].GetString(), run.id);
  EXPECT_EQ(entry["enqueue_time"].GetInt64(), ToEpochMillis(kTestStart));
  EXPECT_STREQ(entry["status"].GetString(), "QUEUED");
  EXPECT_EQ(sim.simulator.Handle(Get(sim.Path("/queued-pipeline"), "offset=0")).status, 400);
  EXPECT_STREQ(sim.Detail()["status"].GetString(), "QUEUED");
  EXPECT_TRUE(sim.Detail()["start_time"].IsNull());

  sim.simulator.Advance(seconds(600));
  EXPECT_EQ(
      Body(sim.simulator.Handle(Get(sim.Path("/queued-pipeline"), "offset=0&limit=10")))["total"]
          .GetInt(),
      0);
}

TEST(QueueTest, MayHideQueuedRunsFromEverythingElse) {
  OnePipeline sim;
  PipelineTemplate definition = MakePlainTemplate(1, 1);
  definition.style.queued_visible = false;
  sim.simulator.With([&](World& world) {
    sim.pipeline_id = world.AddPipeline(*world.projects()[0], "h", definition, seconds(0)).id();
  });
  const auto shown = sim.Start({.duration = seconds(10)});
  const auto hidden = sim.Start({.duration = seconds(10), .queued = seconds(100)});
  sim.simulator.Advance(seconds(50));

  EXPECT_EQ(sim.Detail()["id"].GetString(), shown.id);
  EXPECT_EQ(sim.ListRuns()["total"].GetInt(), 1);
  EXPECT_TRUE(sim.DetailOf(hidden).HasMember("error_code"));
  sim.simulator.Advance(seconds(60));
  EXPECT_EQ(sim.Detail()["id"].GetString(), hidden.id);
}

}  // namespace
}  // namespace codearts::sim
