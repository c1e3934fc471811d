#include "api/run_detail_decode.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::ReadTestFile;
using ::codearts::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string RunWith(const std::string& members) {
  return R"({"id":"r1","run_number":1,"status":"COMPLETED",)" + members + "}";
}

PipelineRun DecodeOk(std::string body) {
  Result<PipelineRun> run = DecodeRunDetail(std::move(body));
  EXPECT_THAT(run, IsOk());
  return run.ok() ? *run : PipelineRun();
}

TEST(RunDetailDecodeTest, DecodesTheDocumentedExample) {
  const Timestamp t = FromEpochMillis(1674207197000);
  PipelineRun expected;
  expected.id.value = "25adfa6784124cfc9b9274ceaecf9957";
  expected.pipeline_id.value = "98b6ea1536374df883bcc3b129bca4e9";
  expected.manifest_version = "3.0";
  expected.name = "子流水线qqq";
  expected.is_publish = false;
  expected.executor_id = "847a5317086c41798469d0868535943a";
  expected.executor_name = "beta环境账号";
  expected.status = ExecutionStatus::kCompleted;
  expected.trigger_type = "Manual";
  expected.run_number = 1;
  expected.start_time = t;
  expected.end_time = t;
  expected.domain_id = "ce8df55870164338a72d7e828a966a2a";
  expected.project_id.value = "6428c2e2b4b64affa14ec80896695c49";
  expected.region = "region01";
  expected.language = "zh-cn";
  expected.subject_id = "25adfa6784124cfc9b9274ceaecf9957";

  StageRun stage;
  stage.id = "aac8063fbf084eec9722c77ece6dd283";
  stage.name = "阶段_1";
  stage.identifier = "0";
  stage.run_always = false;
  stage.is_select = true;
  stage.sequence = 0;
  stage.status = ExecutionStatus::kCompleted;
  stage.start_time = t;
  stage.end_time = t;
  StepRun pre;
  pre.task = "official_devcloud_autoTrigger";
  pre.sequence = 0;
  pre.multi_step_editable = false;
  pre.id = "5a03bdb6ad2848ac972ba21744627a8c";
  pre.last_dispatch_id = "6b3fa4c664844f33abc02053ddd76f62";
  pre.status = ExecutionStatus::kCompleted;
  pre.start_time = t;
  pre.end_time = t;
  stage.pre = {pre};
  JobRun job;
  job.id = "1cde6a3815164cd18d0fa4038f876e46";
  job.sequence = 0;
  job.name = "新建任务";
  job.identifier = "1674207161661b4a41d77-a478-4538-870b-ffb589c1af06";
  job.is_select = true;
  job.status = ExecutionStatus::kCompleted;
  job.start_time = t;
  job.end_time = t;
  stage.jobs = {job};
  expected.stages = {stage};

  RunSource source;
  source.type = "code";
  source.git_type = "codehub";
  source.git_url = "https://example.com/clsyz00001/aaaaa.git";
  source.ssh_git_url = "git@example.com:clsyz00001/aaaaa.git";
  source.repo_name = "aaaaa";
  source.default_branch = "master";
  source.codehub_id = "2111677704";
  source.build_params.build_type = "branch";
  source.build_params.commit_id = "990ea057751d299f5575aac25bf97e88a60b461e";
  source.build_params.event_type = "Manual";
  source.build_params.target_branch = "master";
  source.build_params.codehub_id = "2111677704";
  expected.sources = {source};

  const PipelineRun run = DecodeOk(ReadTestFile("data/run_detail_documented_example.json"));

  EXPECT_TRUE(run == expected);
}

// The example leaves most members null; this body fills every one.
TEST(RunDetailDecodeTest, DecodesEveryMemberOfARunInProgress) {
  const PipelineRun run = DecodeOk(ReadTestFile("data/run_in_progress.json"));

  EXPECT_EQ(run.description, "hot fix");
  EXPECT_EQ(run.is_publish, true);
  EXPECT_EQ(run.status, ExecutionStatus::kRunning);
  EXPECT_EQ(run.trigger_type, "Push");
  EXPECT_EQ(run.run_number, 42);
  EXPECT_EQ(run.pause_time, Duration(90000));
  EXPECT_EQ(run.start_time, FromEpochMillis(1717200000000));
  EXPECT_EQ(run.end_time, std::nullopt);
  EXPECT_EQ(run.component_id, "c1");
  EXPECT_EQ(run.group_id, "g1");
  EXPECT_EQ(run.group_name, "payments");
  EXPECT_EQ(run.detail_url, "https://devcloud.example.com/run/42");
  EXPECT_EQ(run.current_system_time, FromEpochMillis(1717200100000));
  EXPECT_THAT(run.artifacts,
              ElementsAre(PackageInfo{"pay.tgz", "generic", "1.2", "https://example.com/pay.tgz"}));
}

TEST(RunDetailDecodeTest, DecodesEveryMemberOfAStage) {
  const PipelineRun run = DecodeOk(ReadTestFile("data/run_in_progress.json"));
  ASSERT_EQ(run.stages.size(), 3U);

  const StageRun& build = run.stages[0];
  EXPECT_EQ(build.category, "build");
  EXPECT_EQ(build.name, "构建 (Build)");
  EXPECT_EQ(build.run_always, true);
  EXPECT_EQ(build.parallel, true);
  EXPECT_EQ(build.condition, "${{ default() }}");
  EXPECT_EQ(build.end_time, FromEpochMillis(1717200061000));
  EXPECT_EQ(build.pause_time, Duration(30000));
  EXPECT_THAT(build.pre, IsEmpty());
  EXPECT_EQ(build.jobs.size(), 1U);
  const StageRun& review = run.stages[1];
  EXPECT_EQ(review.status, ExecutionStatus::kPaused);
  EXPECT_EQ(review.start_time, FromEpochMillis(1717200062000));
  EXPECT_EQ(review.end_time, std::nullopt);
  EXPECT_THAT(review.jobs, IsEmpty());
  ASSERT_EQ(review.post.size(), 1U);
  EXPECT_EQ(review.post[0].status, ExecutionStatus::kInit);
  const StageRun& deploy = run.stages[2];
  EXPECT_EQ(deploy.status, ExecutionStatus::kUnknown);
  EXPECT_EQ(deploy.start_time, std::nullopt);
  EXPECT_EQ(run.unknown_stage_statuses, 0) << "a missing word is not an unknown one";
}

TEST(RunDetailDecodeTest, DecodesEveryMemberOfAJobAndAStep) {
  JobRun expected;
  expected.id = "j1";
  expected.category = "ci";
  expected.sequence = 1;
  expected.async = false;
  expected.name = "compile";
  expected.identifier = "JOB_a";
  expected.depends_on = {"JOB_z"};
  expected.condition = "${{ completed() }}";
  expected.is_select = true;
  expected.timeout = "3600";
  expected.last_dispatch_id = "d1";
  expected.status = ExecutionStatus::kCompleted;
  expected.start_time = FromEpochMillis(1717200002000);
  expected.end_time = FromEpochMillis(1717200060000);
  expected.exec_id = "e1";
  StepRun step;
  step.name = "Maven";
  step.task = "official_devcloud_cloudBuild";
  step.business_type = "Build";
  step.input_keys = {"jobId", "artifact"};
  step.sequence = 2;
  step.official_task_version = "0.0.19";
  step.identifier = "STEP_a";
  step.multi_step_editable = true;
  step.id = "t1";
  step.endpoint_ids = {"ep1", "ep2"};
  step.last_dispatch_id = "d2";
  step.status = ExecutionStatus::kCompleted;
  step.start_time = FromEpochMillis(1717200003000);
  step.end_time = FromEpochMillis(1717200059000);
  expected.steps = {step};

  const PipelineRun run = DecodeOk(ReadTestFile("data/run_in_progress.json"));

  ASSERT_FALSE(run.stages.empty());
  ASSERT_EQ(run.stages[0].jobs.size(), 1U);
  EXPECT_TRUE(run.stages[0].jobs[0] == expected);
}

TEST(RunDetailDecodeTest, DecodesEveryMemberOfASource) {
  RunSource expected{.type = "code",
                     .git_type = "gitlab",
                     .git_url = "https://git.example.com/pay.git",
                     .ssh_git_url = "git@git.example.com:pay.git",
                     .web_url = "https://git.example.com/pay",
                     .repo_name = "pay",
                     .default_branch = "main",
                     .endpoint_id = "ep9",
                     .codehub_id = "2111677704",
                     .alias = "PAY",
                     .build_params = {.action = "merge",
                                      .build_type = "branch",
                                      .commit_id = "990ea057751d299f5575aac25bf97e88a60b461e",
                                      .event_type = "MR",
                                      .merge_id = "7",
                                      .source_branch = "fix/1",
                                      .tag = "v1",
                                      .target_branch = "main",
                                      .codehub_id = "2111677704",
                                      .source_codehub_id = "5",
                                      .source_codehub_url = "https://git.example.com/fork.git",
                                      .source_codehub_http_url = "https://git.example.com/fork"}};

  const PipelineRun run = DecodeOk(ReadTestFile("data/run_in_progress.json"));

  ASSERT_EQ(run.sources.size(), 2U);
  EXPECT_TRUE(run.sources[0] == expected);
  RunSource bare;
  bare.type = "artifact";
  EXPECT_TRUE(run.sources[1] == bare);
}

TEST(RunDetailDecodeTest, CountsUnknownStatusesByLevel) {
  const PipelineRun run = DecodeOk(R"({"id":"r","run_number":1,"status":"EXPLODED","stages":[
      {"status":"ODD","pre":[{"status":"S1"}],"post":[{"status":"S2"}],
       "jobs":[{"status":"J"},{"status":"UNKNOWN","steps":[{"status":"S3"},{"status":"RUNNING"}]}]}]})");

  EXPECT_EQ(run.status, ExecutionStatus::kUnknown);
  EXPECT_EQ(run.unknown_run_statuses, 1);
  EXPECT_EQ(run.unknown_stage_statuses, 1);
  EXPECT_EQ(run.unknown_job_statuses, 2);
  EXPECT_EQ(run.unknown_step_statuses, 3);
}

TEST(RunDetailDecodeTest, TakesAStatusThatIsDocumentedForAnotherLevel) {
  const PipelineRun run = DecodeOk(
      R"({"id":"r","run_number":1,"status":"REDISPATCH","stages":[{"status":"ASYNC_FAILED"}]})");

  EXPECT_EQ(run.status, ExecutionStatus::kRedispatch);
  EXPECT_EQ(run.stages[0].status, ExecutionStatus::kAsyncFailed);
  EXPECT_EQ(run.unknown_run_statuses + run.unknown_stage_statuses, 0);
}

TEST(RunDetailDecodeTest, TreatsMembersOfAWrongTypeAsAbsent) {
  const PipelineRun run = DecodeOk(RunWith(
      R"("name":["x"],"is_publish":"maybe","start_time":{},"end_time":true,"pause_time":[],
         "stages":{"a":1},"sources":"code","artifacts":7,"group_name":false,"project_id":{})"));

  PipelineRun expected;
  expected.id.value = "r1";
  expected.run_number = 1;
  expected.status = ExecutionStatus::kCompleted;
  EXPECT_TRUE(run == expected);
}

TEST(RunDetailDecodeTest, LeavesOutElementsThatAreNoObjects) {
  const PipelineRun run = DecodeOk(RunWith(
      R"("stages":[null,{"name":"a","jobs":[1,{"name":"j","steps":["x",{"name":"s","inputs":[null,{"key":"k"}]}]}]},[]])"));

  ASSERT_EQ(run.stages.size(), 1U);
  ASSERT_EQ(run.stages[0].jobs.size(), 1U);
  ASSERT_EQ(run.stages[0].jobs[0].steps.size(), 1U);
  EXPECT_THAT(run.stages[0].jobs[0].steps[0].input_keys, ElementsAre("k"));
}

TEST(RunDetailDecodeTest, TakesTheFirstOfMembersOfOneName) {
  EXPECT_EQ(DecodeOk(RunWith(R"("name":"first","name":"second")")).name, "first");
}

TEST(RunDetailDecodeTest, DecodesTheLargestRunThatTheServiceAllows) {
  std::string steps;
  for (int i = 0; i < 16; ++i) steps += fmt::format(R"({}{{"sequence":{}}})", i > 0 ? "," : "", i);
  std::string jobs;
  for (int i = 0; i < 32; ++i) {
    jobs += fmt::format(R"({}{{"name":"j{}","steps":[{}]}})", i > 0 ? "," : "", i, steps);
  }

  const PipelineRun run = DecodeOk(RunWith(R"("stages":[{"jobs":[)" + jobs + "]}]"));

  ASSERT_EQ(run.stages.size(), 1U);
  ASSERT_EQ(run.stages[0].jobs.size(), 32U);
  EXPECT_EQ(run.stages[0].jobs[31].name, "j31");
  for (const JobRun& job : run.stages[0].jobs) {
    ASSERT_EQ(job.steps.size(), 16U);
    EXPECT_EQ(job.steps[15].sequence, 15);
  }
}

TEST(RunDetailDecodeTest, MendsTextThatIsNotUtf8) {
  const PipelineRun run =
      DecodeOk(RunWith("\"name\":\"a\xff\xc3(\",\"group_name\":\"\\ud83d cut\""));

  EXPECT_EQ(run.name, "a\uFFFD\uFFFD(");
  EXPECT_EQ(run.group_name, "\uFFFD cut");
}

struct RequiredCase {
  const char* name;
  const char* body;
  const char* message;
};

class RunDetailRequiredTest : public ::testing::TestWithParam<RequiredCase> {};

TEST_P(RunDetailRequiredTest, RefusesTheRunAndNamesTheMember) {
  EXPECT_THAT(DecodeRunDetail(GetParam().body),
              StatusIs(StatusCode::kInvalidResponse, GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RunDetailRequiredTest,
    ::testing::Values(
        RequiredCase{"NoId", R"({"run_number":1,"status":"FAILED"})", "id is missing or invalid"},
        RequiredCase{"NullId", R"({"id":null,"run_number":1,"status":"FAILED"})",
                     "id is missing or invalid"},
        RequiredCase{"EmptyId", R"({"id":"","run_number":1,"status":"FAILED"})",
                     "id is missing or invalid"},
        RequiredCase{"NumberAsId", R"({"id":7,"run_number":1,"status":"FAILED"})",
                     "id is missing or invalid"},
        RequiredCase{"DotsAsId", R"({"id":"..","run_number":1,"status":"FAILED"})",
                     "id is missing or invalid"},
        RequiredCase{"NoRunNumber", R"({"id":"r","status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"RunNumberZero", R"({"id":"r","run_number":0,"status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"RunNumberNegative", R"({"id":"r","run_number":-1,"status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"RunNumberBeyondInt32",
                     R"({"id":"r","run_number":2147483648,"status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"RunNumberBroken", R"({"id":"r","run_number":1.5,"status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"RunNumberWord", R"({"id":"r","run_number":"secret","status":"FAILED"})",
                     "run_number is missing or invalid"},
        RequiredCase{"NoStatus", R"({"id":"r","run_number":1})", "status is missing or invalid"},
        RequiredCase{"StatusNumber", R"({"id":"r","run_number":1,"status":3})",
                     "status is missing or invalid"},
        RequiredCase{"StatusEmpty", R"({"id":"r","run_number":1,"status":""})",
                     "status is missing or invalid"},
        RequiredCase{"Array", "[]", "the body is not a JSON object"},
        RequiredCase{"Null", "null", "the body is not a JSON object"},
        RequiredCase{"Nothing", "", "the body is empty"},
        RequiredCase{"Html", "<html>", "the body is not JSON from byte 0 of 6 on"}),
    [](const auto& test) { return test.param.name; });

TEST(RunDetailDecodeTest, TakesRunNumbersUpToInt32) {
  EXPECT_EQ(DecodeOk(R"({"id":"r","run_number":"2147483647","status":"INIT"})").run_number,
            2147483647);
}

}  // namespace
}  // namespace codearts
