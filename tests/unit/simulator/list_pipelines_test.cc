#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "sim_testing.h"

namespace codearts::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// A project with five plain pipelines named "a" to "e" in order of creation, a minute apart.
class ListPipelinesTest : public ::testing::Test {
 protected:
  ListPipelinesTest() : simulator_(QuietOptions(), clock_) {
    for (const std::string name : {"b", "a", "d", "c", "E-stage"}) {
      simulator_.With([&](World& world) {
        Project& project = *world.projects()[0];
        project_id_ = project.id;
        ids_.push_back(world.AddPipeline(project, name, MakePlainTemplate(1, 1), seconds(0)).id());
      });
      simulator_.Advance(minutes(1));
    }
  }

  rapidjson::Document List(const std::string& body) {
    return Body(simulator_.Handle(Post("/v5/" + project_id_ + "/api/pipelines/list", body)));
  }

  std::vector<std::string> Names(const std::string& body) {
    const rapidjson::Document answer = List(body);
    std::vector<std::string> names;
    if (!answer.HasMember("pipelines")) return {"no list"};
    for (const auto& pipeline : answer["pipelines"].GetArray()) {
      names.emplace_back(pipeline["name"].GetString());
    }
    return names;
  }

  void Start(std::size_t index, const RunSpec& spec) {
    simulator_.With([&](World& world) { world.StartRun(ids_[index], spec); });
  }

  FakeClock clock_;
  Simulator simulator_;
  std::string project_id_;
  std::vector<std::string> ids_;
};

TEST_F(ListPipelinesTest, SortsByEachKeyInBothDirections) {
  EXPECT_THAT(Names(R"({"sort_key":"create_time","sort_dir":"asc"})"),
              ElementsAre("b", "a", "d", "c", "E-stage"));
  EXPECT_THAT(Names(R"({"sort_key":"create_time","sort_dir":"desc"})"),
              ElementsAre("E-stage", "c", "d", "a", "b"));
  EXPECT_THAT(Names(R"({"sort_key":"name","sort_dir":"asc"})"),
              ElementsAre("E-stage", "a", "b", "c", "d"));
  EXPECT_THAT(Names("{}"), ElementsAre("E-stage", "c", "d", "a", "b")) << "newest first";
}

TEST_F(ListPipelinesTest, SortsByUpdateTime) {
  simulator_.With([&](World& world) { world.RenamePipeline(ids_[0], "b2"); });
  EXPECT_THAT(Names(R"({"sort_key":"update_time","sort_dir":"desc","limit":2})"),
              ElementsAre("b2", "E-stage"));
}

TEST_F(ListPipelinesTest, PagesByOffsetAndLimit) {
  const std::string order = R"("sort_key":"create_time","sort_dir":"asc")";
  EXPECT_THAT(Names("{" + order + R"(,"offset":0,"limit":2})"), ElementsAre("b", "a"));
  EXPECT_THAT(Names("{" + order + R"(,"offset":4,"limit":2})"), ElementsAre("E-stage"));
  EXPECT_THAT(Names("{" + order + R"(,"offset":5,"limit":2})"), IsEmpty());
  EXPECT_THAT(Names("{" + order + R"(,"offset":500,"limit":2})"), IsEmpty());

  const rapidjson::Document page = List("{" + order + R"(,"offset":2,"limit":2})");
  EXPECT_EQ(page["total"].GetInt(), 5);
  EXPECT_EQ(page["offset"].GetInt(), 2);
  EXPECT_EQ(page["limit"].GetInt(), 2);
}

TEST_F(ListPipelinesTest, ClampsTheLimitIfTold) {
  simulator_.SetMaxLimit(3);
  const rapidjson::Document page = List(R"({"limit":100})");
  EXPECT_EQ(page["pipelines"].Size(), 3u);
  EXPECT_EQ(page["limit"].GetInt(), 3);
  EXPECT_EQ(page["total"].GetInt(), 5);
}

TEST_F(ListPipelinesTest, RefusesBadParameters) {
  for (const std::string body :
       {R"({"sort_key":"start_time"})", R"({"sort_dir":"up"})", R"({"offset":-1})", "[]", "{"}) {
    const Reply reply = simulator_.Handle(Post("/v5/" + project_id_ + "/api/pipelines/list", body));
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_STREQ(Body(reply)["error_code"].GetString(), "DEVCP.00021400");
  }
}

TEST_F(ListPipelinesTest, FindsByNameAnywhereAndInAnyCase) {
  EXPECT_THAT(Names(R"({"name":"STAGE"})"), ElementsAre("E-stage"));
  EXPECT_THAT(Names(R"({"name":"nothing"})"), IsEmpty());
}

TEST_F(ListPipelinesTest, FindsByStatusOfTheLatestRun) {
  Start(0, {.outcome = Outcome::kFailure, .duration = seconds(10)});
  Start(1, {.hold = true});
  Start(2, {.outcome = Outcome::kFailure, .duration = seconds(10)});
  simulator_.Advance(seconds(60));
  Start(2, {.hold = true});
  simulator_.Advance(seconds(60));

  EXPECT_THAT(Names(R"({"status":["FAILED"]})"), ElementsAre("b"));
  EXPECT_THAT(Names(R"({"status":["RUNNING","FAILED"]})"), UnorderedElementsAre("a", "b", "d"));
  EXPECT_EQ(List(R"({"status":["RUNNING"],"limit":1})")["total"].GetInt(), 2);
}

TEST_F(ListPipelinesTest, HidesBannedDeletedAndOldStylePipelines) {
  simulator_.With([&](World& world) {
    world.FindPipeline(ids_[0])->SetBanned(true);
    world.FindPipeline(ids_[1])->SetDeleted(true);
    world.FindPipeline(ids_[2])->SetManifestVersion("2.0");
  });

  EXPECT_THAT(Names("{}"), UnorderedElementsAre("c", "E-stage"));
  EXPECT_THAT(Names(R"({"is_banned":true})"), UnorderedElementsAre("b", "c", "E-stage"));
  EXPECT_THAT(Names(R"({"query_new":false})"), UnorderedElementsAre("d", "c", "E-stage"));

  simulator_.With([&](World& world) { world.FindPipeline(ids_[1])->SetDeleted(false); });
  EXPECT_THAT(Names("{}"), UnorderedElementsAre("a", "c", "E-stage"));
}

TEST_F(ListPipelinesTest, FindsByGroupAndThoseBelowIt) {
  std::string path;
  std::set<std::string> wanted;
  simulator_.With([&](World& world) {
    const Project& project = *world.projects()[0];
    path = project.groups[0].path_id;
    for (const auto& pipeline : project.pipelines) {
      for (const Group& group : project.groups) {
        if (group.id == pipeline->spec().group_id && group.path_id.starts_with(path)) {
          wanted.insert(pipeline->name());
        }
      }
    }
  });

  const std::vector<std::string> names =
      Names(R"({"by_group":true,"group_path_id":")" + path + "\"}");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), wanted);
  EXPECT_THAT(Names(R"({"by_group":true,"group_path_id":"none"})"), IsEmpty());
}

TEST_F(ListPipelinesTest, EntryFollowsTheRunAsTimePasses) {
  Start(0, {.duration = seconds(100)});
  const auto latest = [&] { return List(R"({"name":"b"})"); };

  EXPECT_STREQ(latest()["pipelines"][0]["latest_run"]["status"].GetString(), "INIT");
  simulator_.Advance(seconds(50));
  EXPECT_STREQ(latest()["pipelines"][0]["latest_run"]["status"].GetString(), "RUNNING");
  simulator_.Advance(seconds(49));
  EXPECT_STREQ(latest()["pipelines"][0]["latest_run"]["status"].GetString(), "RUNNING");
  simulator_.Advance(seconds(1));
  const rapidjson::Document ended = latest();
  const rapidjson::Value& run = ended["pipelines"][0]["latest_run"];
  EXPECT_STREQ(run["status"].GetString(), "COMPLETED");
  EXPECT_EQ(run["end_time"].GetInt64() - run["start_time"].GetInt64(), 100'000);
  EXPECT_TRUE(run["stage_status_list"][0]["start_time"].IsString());
  EXPECT_EQ(run["stage_status_list"][0]["end_time"].GetString(),
            std::to_string(run["end_time"].GetInt64()));
  simulator_.Advance(hours(24 * 91));
  EXPECT_TRUE(latest()["pipelines"][0]["latest_run"].IsNull());
}

TEST_F(ListPipelinesTest, UnknownProjectIsAnError) {
  const Reply reply = simulator_.Handle(Post("/v5/nothing/api/pipelines/list", "{}"));
  EXPECT_EQ(reply.status, 400);
  EXPECT_STREQ(Body(reply)["error_code"].GetString(), "DEVPIPE.30021001");
}

TEST_F(ListPipelinesTest, LatestStatusIsABareArrayWithoutThoseThatNeverRan) {
  Start(0, {.duration = seconds(10)});
  Start(2, {.hold = true});
  const std::string body = "[\"" + ids_[0] + "\",\"" + ids_[1] + "\",\"" + ids_[2] + "\",\"x\"]";

  const rapidjson::Document answer =
      Body(simulator_.Handle(Post("/v5/" + project_id_ + "/api/pipelines/status", body)));

  ASSERT_TRUE(answer.IsArray());
  ASSERT_EQ(answer.Size(), 2u);
  EXPECT_EQ(answer[0]["pipeline_id"].GetString(), ids_[0]);
  EXPECT_EQ(answer[1]["pipeline_id"].GetString(), ids_[2]);
  EXPECT_FALSE(answer[0]["stage_status_list"][0].HasMember("id"));
}

TEST_F(ListPipelinesTest, GroupTreeIsABareArrayOfTrees) {
  const rapidjson::Document answer =
      Body(simulator_.Handle(Get("/v5/" + project_id_ + "/api/pipeline-group/tree")));

  ASSERT_TRUE(answer.IsArray());
  ASSERT_EQ(answer.Size(), 2u);
  ASSERT_EQ(answer[0]["children"].Size(), 1u);
  EXPECT_EQ(
      answer[0]["children"][0]["path_id"].GetString(),
      std::string(answer[0]["id"].GetString()) + "." + answer[0]["children"][0]["id"].GetString());
}

}  // namespace
}  // namespace codearts::sim
