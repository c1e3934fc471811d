#include "api/list_decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::ReadTestFile;
using ::codearts::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename T>
Page<T> Unwrap(Result<Page<T>> page) {
  EXPECT_THAT(page, IsOk());
  return page.ok() ? *std::move(page) : Page<T>();
}

TEST(DecodePipelinesTest, DecodesEveryMember) {
  Pipeline first;
  first.id.value = "e5460d1d403146a1935c2d4b68ef506c";
  first.name = "部署 (deploy)";
  first.project_id.value = "54f90b75fc1447b1b65e8d3a9f77923d";
  first.project_name = "payments";
  first.is_publish = false;
  first.manifest_version = "3.0";
  first.create_time = FromEpochMillis(1674207161000);
  first.banned = false;
  RunSummary run;
  run.id.value = "25adfa6784124cfc9b9274ceaecf9957";
  run.run_number = 12;
  run.status = ExecutionStatus::kCompleted;
  run.trigger_type = "Manual";
  run.executor_name = "li.wei";
  run.branch = "master";
  run.commit_id = "990ea057751d299f5575aac25bf97e88a60b461e";
  run.detail_url = "https://example.com/detail";
  run.start_time = FromEpochMillis(1674207197000);
  run.end_time = FromEpochMillis(1674207199000);
  StageSummary one{"aac8063fbf084eec9722c77ece6dd283",
                   "阶段_1",
                   0,
                   ExecutionStatus::kCompleted,
                   FromEpochMillis(1674207197000),
                   FromEpochMillis(1674207198000)};
  StageSummary two{"", "阶段_2", 1, ExecutionStatus::kSkipped, std::nullopt, std::nullopt};
  run.stages = {one, two};
  first.latest_run = run;

  const Page<Pipeline> page = Unwrap(DecodePipelines(ReadTestFile("data/pipelines_page.json")));

  EXPECT_EQ(page.total, 3);
  EXPECT_EQ(page.skipped, 0);
  ASSERT_THAT(page.items, SizeIs(3));
  EXPECT_TRUE(page.items[0] == first);
}

TEST(DecodePipelinesTest, TakesARunOfNullsForNone) {
  const Page<Pipeline> page = Unwrap(DecodePipelines(ReadTestFile("data/pipelines_page.json")));

  ASSERT_THAT(page.items, SizeIs(3));
  EXPECT_EQ(page.items[1].latest_run, std::nullopt);
  EXPECT_EQ(page.items[2].latest_run, std::nullopt);
  EXPECT_EQ(page.items[2].banned, true);
  for (const char* none : {"null", "\"\"", "{}"}) {
    const Page<Pipeline> odd = Unwrap(DecodePipelines(
        std::string(R"({"pipelines":[{"pipeline_id":"p","latest_run":)") + none + "}]}"));
    ASSERT_THAT(odd.items, SizeIs(1)) << none;
    EXPECT_EQ(odd.items[0].latest_run, std::nullopt) << none;
  }
}

TEST(DecodePipelinesTest, SkipsWhatItCannotDecodeAndKeepsTheOthers) {
  const Page<Pipeline> page = Unwrap(DecodePipelines(R"({"total":5,"pipelines":[
      {"pipeline_id":"a"},
      {"name":"no id","latest_run":null},
      null,
      {"pipeline_id":"c","latest_run":{"pipeline_run_id":"r","run_number":1}},
      {"pipeline_id":"d","latest_run":[]}]})"));

  ASSERT_THAT(page.items, SizeIs(1));
  EXPECT_EQ(page.items[0].id.value, "a");
  EXPECT_EQ(page.skipped, 4);
  EXPECT_EQ(page.skip_reason, "pipelines[1]: pipeline_id is missing or invalid");
}

TEST(DecodePipelinesTest, NamesTheMemberOfTheLatestRun) {
  const Page<Pipeline> page = Unwrap(DecodePipelines(
      R"([{"pipeline_id":"c","latest_run":{"pipeline_run_id":"r","run_number":1}}])"));

  EXPECT_EQ(page.skip_reason, "pipelines[0]: latest_run.status is missing or invalid");
}

TEST(DecodePipelinesTest, ReadsTheTotalInEveryTypeItComesIn) {
  const auto total = [](const std::string& members) {
    return Unwrap(DecodePipelines("{" + members + R"("pipelines":[]})")).total;
  };
  EXPECT_EQ(total(""), std::nullopt);
  EXPECT_EQ(total(R"("total":null,)"), std::nullopt);
  EXPECT_EQ(total(R"("total":0,)"), 0);
  EXPECT_EQ(total(R"("total":12,)"), 12);
  EXPECT_EQ(total(R"("total":"12",)"), 12);
  EXPECT_EQ(total(R"("total":-1,)"), std::nullopt);
  EXPECT_EQ(total(R"("total":"many",)"), std::nullopt);
}

TEST(DecodePipelinesTest, TakesABareArray) {
  const Page<Pipeline> page = Unwrap(DecodePipelines(R"([{"pipeline_id":"a"}])"));

  EXPECT_THAT(page.items, SizeIs(1));
  EXPECT_EQ(page.total, std::nullopt);
}

TEST(DecodePipelinesTest, TakesANullListForAnEmptyPage) {
  EXPECT_THAT(Unwrap(DecodePipelines(R"({"total":0,"pipelines":[]})")).items, IsEmpty());
  EXPECT_THAT(Unwrap(DecodePipelines(R"({"pipelines":null})")).items, IsEmpty());
  EXPECT_THAT(Unwrap(DecodePipelines(R"({"total":0})")).items, IsEmpty());
}

TEST(DecodePipelinesTest, RefusesAnAnswerWithoutAList) {
  for (const char* body : {"{}", R"({"result":"ok"})", R"({"total":null})", "7", "null", "\"x\""}) {
    EXPECT_THAT(DecodePipelines(body),
                StatusIs(StatusCode::kInvalidResponse, "pipelines is missing or invalid"))
        << body;
  }
  EXPECT_THAT(DecodePipelines(R"({"total":1,"pipelines":{"a":1}})"),
              StatusIs(StatusCode::kInvalidResponse, "pipelines is missing or invalid"));
  EXPECT_THAT(DecodePipelines("<html>"), StatusIs(StatusCode::kInvalidResponse));
  EXPECT_THAT(DecodePipelines(""), StatusIs(StatusCode::kInvalidResponse));
}

TEST(DecodeRunsTest, DecodesAPage) {
  const Page<RunSummary> page = Unwrap(DecodeRuns(ReadTestFile("data/runs_page.json")));

  EXPECT_EQ(page.total, 7);
  ASSERT_THAT(page.items, SizeIs(2));
  EXPECT_EQ(page.items[0].run_number, 7);
  EXPECT_EQ(page.items[0].status, ExecutionStatus::kRunning);
  EXPECT_EQ(page.items[0].end_time, std::nullopt);
  ASSERT_THAT(page.items[0].stages, SizeIs(1));
  EXPECT_EQ(page.items[0].stages[0].start_time, FromEpochMillis(1717200000000));
  EXPECT_EQ(page.items[1].id.value, "00000000000000000000000000000006");
  EXPECT_EQ(page.items[1].run_number, 6);
  EXPECT_EQ(page.items[1].status, ExecutionStatus::kQueued);
}

TEST(DecodeRunsTest, TakesTheTargetBranchThenTheSourceBranchThenTheTag) {
  const auto branch = [](const std::string& params) {
    return Unwrap(
               DecodeRuns(
                   R"([{"pipeline_run_id":"r","run_number":1,"status":"FAILED","build_params":)" +
                   params + "}]"))
        .items.at(0)
        .branch;
  };
  EXPECT_EQ(branch(R"({"target_branch":"t","source_branch":"s","tag":"v"})"), "t");
  EXPECT_EQ(branch(R"({"target_branch":null,"source_branch":"s","tag":"v"})"), "s");
  EXPECT_EQ(branch(R"({"target_branch":"","tag":"v"})"), "v");
  EXPECT_EQ(branch("{}"), "");
  EXPECT_EQ(branch("null"), "");
}

TEST(DecodeRunsTest, SkipsARunWithoutItsNumber) {
  const Page<RunSummary> page = Unwrap(DecodeRuns(
      R"({"pipeline_runs":[{"pipeline_run_id":"a","status":"FAILED"},
                           {"pipeline_run_id":"b","status":"ODD","run_number":2}]})"));

  EXPECT_EQ(page.skipped, 1);
  EXPECT_EQ(page.skip_reason, "pipeline_runs[0]: run_number is missing or invalid");
  ASSERT_THAT(page.items, SizeIs(1));
  EXPECT_EQ(page.items[0].status, ExecutionStatus::kUnknown);
}

TEST(DecodeRunsTest, TakesTheListInCamelCase) {
  EXPECT_THAT(
      Unwrap(DecodeRuns(
                 R"({"pipelineRuns":[{"pipeline_run_id":"b","status":"INIT","run_number":2}]})"))
          .items,
      SizeIs(1));
}

TEST(DecodeQueueTest, SortsByArrivalAndLeavesOutWhatTimedOut) {
  const Page<QueuedRun> page = Unwrap(DecodeQueue(ReadTestFile("data/queue_page.json")));

  EXPECT_EQ(page.total, 2);
  EXPECT_THAT(page.items, ElementsAre(QueuedRun{{"r1"}, FromEpochMillis(1717200001000)},
                                      QueuedRun{{"r2"}, FromEpochMillis(1717200002000)}));
}

TEST(DecodeQueueTest, PutsEntriesWithoutATimeLast) {
  const Page<QueuedRun> page = Unwrap(DecodeQueue(
      R"({"queued_pipelines":[{"pipeline_run_id":"x"},{"pipeline_run_id":"y","enqueue_time":"5"}]})"));

  EXPECT_THAT(page.items,
              ElementsAre(QueuedRun{{"y"}, FromEpochMillis(5)}, QueuedRun{{"x"}, std::nullopt}));
  EXPECT_EQ(page.total, std::nullopt);
}

TEST(DecodeQueueTest, CountsAnEntryThatIsNoObject) {
  const Page<QueuedRun> page = Unwrap(DecodeQueue(R"({"total":1,"queuedPipelines":[null]})"));

  EXPECT_EQ(page.skipped, 1);
  EXPECT_EQ(page.skip_reason, "queuedPipelines[0]: the item is not an object");
}

TEST(DecodeProjectsTest, DecodesAPage) {
  const Page<Project> page = Unwrap(DecodeProjects(ReadTestFile("data/projects_page.json")));

  EXPECT_EQ(page.total, 2);
  EXPECT_THAT(page.items, ElementsAre(Project{{"54f90b75fc1447b1b65e8d3a9f77923d"}, "payments"},
                                      Project{{"6428c2e2b4b64affa14ec80896695c49"}, "理赔"}));
}

TEST(DecodeProjectsTest, SkipsAProjectWithoutAnId) {
  const Page<Project> page =
      Unwrap(DecodeProjects(R"({"projects":[{"project_name":"x"},{"project_id":"p"}]})"));

  EXPECT_THAT(page.items, ElementsAre(Project{{"p"}, ""}));
  EXPECT_EQ(page.skip_reason, "projects[0]: project_id is missing or invalid");
}

}  // namespace
}  // namespace codearts
