// The controls under /_sim/, as a test in another process uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim_testing.h"

namespace codearts::sim {
namespace {

using ::testing::HasSubstr;

class ControlTest : public ::testing::Test {
 protected:
  Reply Do(const Request& request) { return sim_.simulator.Handle(request); }
  int Status(const std::string& path, const std::string& body = "{}") {
    return Do(Post("/_sim" + path, body)).status;
  }
  rapidjson::Document Answer(const std::string& path, const std::string& body = "{}") {
    const Reply reply = Do(Post("/_sim" + path, body));
    EXPECT_EQ(reply.status, 200) << path << " " << reply.body;
    return Body(reply);
  }
  std::string Pipeline(const std::string& rest) const {
    return "/pipelines/" + sim_.pipeline_id + rest;
  }
  rapidjson::Document Truth(const std::string& query = "") {
    return Body(Do(Get("/_sim/truth", query)));
  }
  std::string RunStatus() { return sim_.Detail()["status"].GetString(); }

  OnePipeline sim_{2, 2};
};

TEST_F(ControlTest, RunsAreStartedEndedAndRetried) {
  const auto run = Answer(Pipeline("/runs"), R"({"hold":true,"trigger":"MR","branch":"b"})");
  EXPECT_EQ(run["run_number"].GetInt(), 1);
  Answer("/advance", R"({"seconds":600})");
  EXPECT_EQ(RunStatus(), "RUNNING");
  EXPECT_STREQ(sim_.Detail()["trigger_type"].GetString(), "MR");

  Answer(Pipeline("/runs/latest/fail"));
  EXPECT_EQ(RunStatus(), "FAILED");
  Answer(Pipeline("/runs/1/retry"), R"({"duration_seconds":30})");
  EXPECT_EQ(RunStatus(), "INIT");
  Answer("/advance", R"({"seconds":30})");
  EXPECT_EQ(RunStatus(), "COMPLETED");

  const auto truth = Truth();
  const auto& pipeline = truth["projects"][0]["pipelines"][0];
  EXPECT_EQ(pipeline["runs"]["success"].GetInt(), 1);
  EXPECT_EQ(pipeline["runs"]["failure"].GetInt(), 1);
  EXPECT_EQ(pipeline["runs"]["skip"].GetInt(), 0);
  EXPECT_EQ(pipeline["retries"].GetInt(), 1);
  EXPECT_EQ(pipeline["attempts"].Size(), 2u);
  EXPECT_EQ(pipeline["attempts"][0]["run_id"].GetString(), std::string(run["run_id"].GetString()));
  EXPECT_EQ(pipeline["attempts"][0]["end_time"].GetInt64(),
            ToEpochMillis(kTestStart + seconds(600)));
  EXPECT_TRUE(pipeline["attempts"][1]["replaced_at"].IsNull());
}

TEST_F(ControlTest, EveryEndingIsAvailable) {
  for (const auto& [action, status] :
       {std::pair("finish", "COMPLETED"), std::pair("fail", "FAILED"),
        std::pair("cancel", "CANCELED"), std::pair("skip", "IGNORED")}) {
    Answer(Pipeline("/runs"), R"({"hold":true})");
    Answer("/advance", R"({"seconds":60})");
    Answer(Pipeline(std::string("/runs/latest/") + action));
    EXPECT_EQ(RunStatus(), status);
    EXPECT_EQ(Status(Pipeline("/runs/latest/finish")), 409);
  }
}

TEST_F(ControlTest, OutcomesAreThoseOfTheBody) {
  Answer(Pipeline("/runs"), R"({"outcome":"failure","duration_seconds":60,"stage":1})");
  Answer("/advance", R"({"seconds":60})");
  const auto detail = sim_.Detail();
  EXPECT_STREQ(detail["status"].GetString(), "FAILED");
  EXPECT_STREQ(detail["stages"][0]["status"].GetString(), "COMPLETED");
  EXPECT_STREQ(detail["stages"][1]["status"].GetString(), "FAILED");
  EXPECT_EQ(Status(Pipeline("/runs"), R"({"outcome":"maybe"})"), 400);
}

TEST_F(ControlTest, PipelinesAreMadeAndChanged) {
  const auto made =
      Answer("/pipelines",
             R"({"project":")" + sim_.project_id +
                 R"(","name":"x","deploy":true,"stages":[{"name":"Bau","jobs":["a","a"]}]})");
  const std::string id = made["pipeline_id"].GetString();
  Answer("/pipelines/" + id + "/runs", R"({"duration_seconds":10})");
  Answer("/advance", R"({"seconds":10})");
  Answer("/pipelines/" + id + "/rename", R"({"name":"y"})");

  const auto list = sim_.ListPipelines(R"({"name":"y"})");
  EXPECT_EQ(list["pipelines"][0]["pipeline_id"].GetString(), id);
  const auto truth = Truth("pipeline=" + id + "&stages=1");
  const auto& pipeline = truth["projects"][0]["pipelines"][0];
  EXPECT_EQ(pipeline["deployments"]["success"].GetInt(), 1);
  EXPECT_STREQ(pipeline["attempts"][0]["stages"][0]["name"].GetString(), "Bau");
  EXPECT_EQ(pipeline["attempts"][0]["stages"][0]["children"].Size(), 2u);

  const auto total = [&](const std::string& body) {
    return sim_.ListPipelines(body)["total"].GetInt();
  };
  EXPECT_EQ(total("{}"), 2);
  Answer("/pipelines/" + id + "/delete");
  EXPECT_EQ(total("{}"), 1);
  Answer("/pipelines/" + id + "/restore");
  Answer("/pipelines/" + id + "/ban");
  EXPECT_EQ(total("{}"), 1);
  EXPECT_EQ(total(R"({"is_banned":true})"), 2);
  Answer("/pipelines/" + id + "/unban");
  Answer("/pipelines/" + id + "/never_run");
  const auto quiet = sim_.ListPipelines(R"({"name":"y"})");
  EXPECT_TRUE(quiet["pipelines"][0]["latest_run"].IsNull());
}

TEST_F(ControlTest, IntervalBringsAPipelineToLife) {
  Answer(Pipeline("/interval"), R"({"seconds":60})");
  Answer("/advance", R"({"seconds":36000})");
  EXPECT_GT(Truth("attempts=0")["projects"][0]["pipelines"][0]["latest_run_number"].GetInt(), 300);
}

TEST_F(ControlTest, RunsAreDeleted) {
  Answer(Pipeline("/runs"), R"({"duration_seconds":10})");
  Answer("/advance", R"({"seconds":10})");
  Answer(Pipeline("/runs/1/delete"));
  EXPECT_EQ(sim_.ListRuns()["total"].GetInt(), 0);
  EXPECT_TRUE(Truth()["projects"][0]["pipelines"][0]["attempts"][0]["deleted"].GetBool());
}

TEST_F(ControlTest, ProjectsComeAndGo) {
  const auto added = Answer("/projects", R"({"name":"extra","pipelines":3})");
  const std::string id = added["id"].GetString();
  const auto list = [&] { return Body(Do(Get("/v4/projects", "offset=0&limit=10"))); };
  EXPECT_EQ(list()["total"].GetInt(), 2);
  EXPECT_STREQ(Body(Do(Get("/v4/projects/" + id)))["project"]["project_name"].GetString(), "extra");
  EXPECT_EQ(Do(Delete("/_sim/projects/" + id)).status, 200);
  EXPECT_EQ(list()["total"].GetInt(), 1);
  EXPECT_EQ(Do(Get("/v4/projects/" + id)).status, 404);
}

TEST_F(ControlTest, ProjectListWantsItsParametersAndItsLimits) {
  EXPECT_EQ(Do(Get("/v4/projects")).status, 400);
  EXPECT_EQ(Do(Get("/v4/projects", "offset=0&limit=0")).status, 400);
  EXPECT_EQ(Do(Get("/v4/projects", "offset=0&limit=1001")).status, 400);
  EXPECT_EQ(Do(Get("/v4/projects", "offset=0&limit=1000")).status, 200);
}

TEST_F(ControlTest, RelatedProjectsArePagedFromOne) {
  Answer("/projects", R"({"name":"two"})");
  const auto page = [&](const std::string& query) {
    return Body(Do(Get("/v5/domain/api/project/query-related-project", query)));
  };
  const auto second = page("page_index=2&page_size=1");
  EXPECT_EQ(second["total"].GetInt(), 2);
  ASSERT_EQ(second["project_info_list"].Size(), 1u);
  EXPECT_STREQ(second["project_info_list"][0]["name"].GetString(), "two");
  EXPECT_EQ(page("page_index=3&page_size=1")["project_info_list"].Size(), 0u);
}

TEST_F(ControlTest, PipelineDetailIsServed) {
  const auto detail = Body(Do(Get(sim_.Path(""))));
  EXPECT_EQ(detail["id"].GetString(), sim_.pipeline_id);
  EXPECT_TRUE(detail["definition"].IsString());
}

TEST_F(ControlTest, RequestsAreCountedByEndpointAndStatus) {
  sim_.ListPipelines();
  sim_.Detail();
  Do(Get("/v5/nothing"));
  Do(Post(sim_.Path("/run"), "{}"));
  Do(Get("/_sim/status"));
  const auto counts = Body(Do(Get("/_sim/requests")));
  EXPECT_EQ(counts["total"].GetInt(), 4);
  EXPECT_EQ(counts["by_endpoint"]["list_pipelines"]["status"]["200"].GetInt(), 1);
  EXPECT_EQ(counts["by_endpoint"]["write"]["total"].GetInt(), 1);
  EXPECT_EQ(counts["by_status"]["404"].GetInt(), 2);
  EXPECT_EQ(counts["recent"].Size(), 4u);

  Answer("/requests/reset");
  EXPECT_EQ(Body(Do(Get("/_sim/requests")))["total"].GetInt(), 0);
}

TEST_F(ControlTest, FaultsAreAddedListedAndCleared) {
  Answer("/faults", R"({"endpoint":"detail","kind":429,"count":5,"retry_after":7})");
  EXPECT_EQ(Body(Do(Get("/_sim/faults")))["faults"][0]["count"].GetInt(), 5);
  const Reply reply = Do(Get(sim_.Path("/pipeline-runs/detail")));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(*FindHeader(reply.headers, "Retry-After"), "7");
  Do(Delete("/_sim/faults"));
  EXPECT_EQ(Body(Do(Get("/_sim/faults")))["faults"].Size(), 0u);

  const Reply bad = Do(Post("/_sim/faults", R"({"kind":"explode"})"));
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("known: "));
  EXPECT_EQ(Status("/faults", "["), 400);
}

TEST_F(ControlTest, SettingsTakeEffect) {
  Answer("/settings", R"({"latency_ms":250,"max_limit":1,"chunked":true,"clock_skew_seconds":60})");
  const Reply reply = Do(Post("/v5/" + sim_.project_id + "/api/pipelines/list", "{}"));
  EXPECT_EQ(reply.delivery.delay, Duration(250));
  EXPECT_TRUE(reply.delivery.chunked);
  EXPECT_EQ(Body(reply)["limit"].GetInt(), 1);
  EXPECT_EQ(Body(Do(Get("/_sim/status")))["server_time"].GetInt64(),
            ToEpochMillis(kTestStart + seconds(60)));
}

TEST_F(ControlTest, KeysAreAddedAndRemoved) {
  Answer("/keys", R"({"access_key":"A","secret_key":"S"})");
  EXPECT_EQ(Do(Get("/v4/projects", "offset=0&limit=1")).status, 401);
  EXPECT_EQ(Do(Delete("/_sim/keys/A")).status, 200);
  EXPECT_EQ(Do(Delete("/_sim/keys/A")).status, 404);
  EXPECT_EQ(Do(Get("/v4/projects", "offset=0&limit=1")).status, 200);
}

TEST_F(ControlTest, TruthIsFiltered) {
  Answer(Pipeline("/runs"), R"({"duration_seconds":10})");
  Answer(Pipeline("/runs"), R"({"duration_seconds":20})");
  Answer("/advance", R"({"seconds":60})");
  const auto successes = [&](const std::string& query) {
    return Truth(query)["projects"][0]["pipelines"][0]["runs"]["success"].GetInt();
  };
  EXPECT_EQ(successes(""), 2);
  EXPECT_EQ(successes("since=" + std::to_string(ToEpochMillis(kTestStart + seconds(15)))), 1);
  EXPECT_EQ(Truth("project=none")["projects"].Size(), 0u);
  EXPECT_EQ(Truth("pipeline=none")["projects"][0]["pipelines"].Size(), 0u);
  EXPECT_FALSE(Truth("attempts=0")["projects"][0]["pipelines"][0].HasMember("attempts"));
}

TEST_F(ControlTest, UnknownControlsAre404) {
  for (const std::string path :
       {"/nothing", "/pipelines/none/ban", "/projects/x/y", "/pipelines/x"}) {
    EXPECT_EQ(Status(path), 404) << path;
  }
  EXPECT_EQ(Status(Pipeline("/explode")), 404);
  EXPECT_EQ(Status(Pipeline("/runs/99/finish")), 404);
  EXPECT_EQ(Status("/advance", "{}"), 400);
}

TEST(VirtualClockTest, GoesByItsScaleAndByAdvances) {
  FakeClock real;
  VirtualClock clock(real, kTestStart + hours(1), 60);
  real.Advance(seconds(2));
  EXPECT_EQ(clock.Now(), kTestStart + hours(1) + seconds(120));
  clock.Advance(hours(1));
  EXPECT_EQ(clock.Now(), kTestStart + hours(2) + seconds(120));

  VirtualClock frozen(real, kTestStart, 0);
  real.Advance(hours(1));
  EXPECT_EQ(frozen.Now(), kTestStart);
}

}  // namespace
}  // namespace codearts::sim
