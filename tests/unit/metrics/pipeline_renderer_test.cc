#include "metrics/pipeline_renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/snapshot_builder.h"
#include "support/typical_snapshot.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::kTestStart;
using testing::MakeHistogramOf;
using testing::MakePipeline;
using testing::MakeRun;
using ::testing::Not;
using testing::SmallBounds;

const std::string kIdentity = "project=\"shop\",pipeline=\"deploy\",pipeline_id=\"id-deploy\"";

ProjectSnapshot MakeProject() {
  ProjectSnapshot project;
  project.id = {"p1"};
  project.name = "shop";
  return project;
}

// Returns the part of the text that belongs to `id`, with "I" for the labels of identity.
std::string Samples(MetricId id, const PipelineState& pipeline, const MetricsConfig& options = {},
                    const ProjectSnapshot& project = MakeProject()) {
  PipelineRenderer renderer(options, SmallBounds(), TextFormat::kPrometheusText);
  const FamilyBlocks blocks = renderer.Render(project, pipeline);
  std::string samples(blocks.TextOf(static_cast<std::size_t>(id)));
  for (std::size_t at = 0; (at = samples.find(kIdentity, at)) != std::string::npos;) {
    samples.replace(at, kIdentity.size(), "I");
  }
  const std::string name(SpecOf(id).name);
  for (std::size_t at = 0; (at = samples.find(name, at)) != std::string::npos;) {
    samples.erase(at, name.size());
  }
  return samples;
}

TEST(PipelineRendererTest, ShowsAPipelineThatNeverRan) {
  PipelineRenderer renderer({}, SmallBounds(), TextFormat::kPrometheusText);

  const FamilyBlocks blocks = renderer.Render(MakeProject(), MakePipeline("deploy"));

  std::vector<MetricId> present;
  for (std::size_t i = 0; i < kPipelineMetrics.size(); ++i) {
    if (!blocks.TextOf(i).empty()) present.push_back(static_cast<MetricId>(i));
  }
  EXPECT_EQ(present,
            (std::vector<MetricId>{MetricId::kPipelineInfo, MetricId::kConsecutiveFailures,
                                   MetricId::kActiveRuns, MetricId::kRuns, MetricId::kRunRetries,
                                   MetricId::kRunsMissed, MetricId::kRunPaused}));
  EXPECT_EQ(blocks.series, 14U);
}

// The metric reference and the benchmark tell this number.
TEST(PipelineRendererTest, WritesAsManySeriesAsTheReferenceSays) {
  const HistogramBounds bounds = testing::DefaultBounds();
  PipelineRenderer renderer({}, bounds, TextFormat::kPrometheusText);

  EXPECT_EQ(renderer.Render(MakeProject(), testing::MakeTypicalPipeline(1, bounds)).series, 266U);
}

TEST(PipelineRendererTest, TellsTheFactsOfAPipeline) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.region = "cn-east-3";
  pipeline.group = "backend";
  pipeline.component_id = "c1";
  pipeline.repository = "shop.git";
  pipeline.default_branch = "master";

  EXPECT_EQ(Samples(MetricId::kPipelineInfo, pipeline),
            "{I,project_id=\"p1\",region=\"cn-east-3\",group=\"backend\",component_id=\"c1\","
            "repository=\"shop.git\",default_branch=\"master\",manifest_version=\"3.0\"} 1\n");
}

TEST(PipelineRendererTest, PrefersTheConfiguredRegion) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.region = "cn-east-3";
  ProjectSnapshot project = MakeProject();
  project.region = "cn-north-4";

  EXPECT_THAT(Samples(MetricId::kPipelineInfo, pipeline, {}, project),
              HasSubstr("region=\"cn-north-4\""));
}

TEST(PipelineRendererTest, ShowsExactlyOneStatusOfTheLatestRun) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(3, ExecutionStatus::kFailed);

  EXPECT_EQ(Samples(MetricId::kLastRunStatus, pipeline),
            "{I,status=\"COMPLETED\"} 0\n"
            "{I,status=\"RUNNING\"} 0\n"
            "{I,status=\"FAILED\"} 1\n"
            "{I,status=\"CANCELED\"} 0\n"
            "{I,status=\"PAUSED\"} 0\n"
            "{I,status=\"SUSPEND\"} 0\n"
            "{I,status=\"IGNORED\"} 0\n"
            "{I,status=\"INIT\"} 0\n"
            "{I,status=\"QUEUED\"} 0\n"
            "{I,status=\"UNKNOWN\"} 0\n");
}

TEST(PipelineRendererTest, ShowsStatusesThatRunsDoNotHaveAsUnknown) {
  for (const ExecutionStatus status :
       {ExecutionStatus::kSkipped, ExecutionStatus::kUnknown, ExecutionStatus::kAsyncRunning}) {
    PipelineState pipeline = MakePipeline("deploy");
    pipeline.latest = MakeRun(3, status);

    const std::string samples = Samples(MetricId::kLastRunStatus, pipeline);

    EXPECT_THAT(samples, HasSubstr("{I,status=\"UNKNOWN\"} 1\n"));
    EXPECT_EQ(samples.find("} 1\n"), samples.rfind("} 1\n"));
  }
}

TEST(PipelineRendererTest, TellsTimesOfTheLatestRunAsFarAsTheyAreKnown) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(1, ExecutionStatus::kCompleted);

  EXPECT_EQ(Samples(MetricId::kLastRunNumber, pipeline), "{I} 1\n");
  EXPECT_EQ(Samples(MetricId::kLastRunStart, pipeline), "{I} 1717203600\n");
  EXPECT_EQ(Samples(MetricId::kLastRunEnd, pipeline), "{I} 1717203690.5\n");

  pipeline.latest->start_time.reset();
  pipeline.latest->end_time.reset();
  EXPECT_EQ(Samples(MetricId::kLastRunStart, pipeline), "");
  EXPECT_EQ(Samples(MetricId::kLastRunEnd, pipeline), "");
}

// A run that is retried may keep its old end for a while.
TEST(PipelineRendererTest, TellsNoEndOfARunInProgress) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(1, ExecutionStatus::kCompleted);
  pipeline.latest->status = ExecutionStatus::kRunning;

  EXPECT_EQ(Samples(MetricId::kLastRunEnd, pipeline), "");
}

TEST(PipelineRendererTest, TellsTheDurationOfTheLatestFinishedRunWhileAnotherRuns) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(2, ExecutionStatus::kRunning);
  pipeline.last_finished = FinishedRun{1, Duration(90500), std::nullopt};

  EXPECT_EQ(Samples(MetricId::kLastRunDuration, pipeline), "{I} 90.5\n");
  EXPECT_EQ(Samples(MetricId::kLastRunPaused, pipeline), "");

  pipeline.last_finished = FinishedRun{1, std::nullopt, Duration(0)};
  EXPECT_EQ(Samples(MetricId::kLastRunDuration, pipeline), "");
  EXPECT_EQ(Samples(MetricId::kLastRunPaused, pipeline), "{I} 0\n");
}

TEST(PipelineRendererTest, TellsTheFactsOfTheLatestRunUnlessTheyAreUnwanted) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(7, ExecutionStatus::kRunning);
  MetricsConfig without;
  without.run_info = false;

  EXPECT_EQ(Samples(MetricId::kLastRunInfo, pipeline),
            "{I,run_id=\"run-7\",run_number=\"7\",trigger=\"Manual\",branch=\"main\","
            "commit=\"0123abc\",executor=\"somebody\",url=\"https://devcloud.example/run/7\"} "
            "1\n");
  EXPECT_EQ(Samples(MetricId::kLastRunInfo, pipeline, without), "");
}

TEST(PipelineRendererTest, TellsOutcomesAsFarAsTheyAreKnown) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.last_failure = kTestStart + Duration(1500);
  pipeline.broken_since = kTestStart;
  pipeline.consecutive_failures = 2;

  EXPECT_EQ(Samples(MetricId::kLastSuccess, pipeline), "");
  EXPECT_EQ(Samples(MetricId::kLastFailure, pipeline), "{I} 1717200001.5\n");
  EXPECT_EQ(Samples(MetricId::kBrokenSince, pipeline), "{I} 1717200000\n");
  EXPECT_EQ(Samples(MetricId::kConsecutiveFailures, pipeline), "{I} 2\n");

  pipeline.broken_since.reset();
  pipeline.last_success = kTestStart;
  EXPECT_EQ(Samples(MetricId::kLastSuccess, pipeline), "{I} 1717200000\n");
  EXPECT_EQ(Samples(MetricId::kBrokenSince, pipeline), "");
}

TEST(PipelineRendererTest, CountsActiveRunsByState) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.open[4].status = ExecutionStatus::kQueued;
  pipeline.open[2] = {{"a"}, kTestStart, ExecutionStatus::kRunning, {}, 0};
  pipeline.open[3] = {{"b"}, kTestStart + Duration(1000), ExecutionStatus::kRunning, {}, 0};
  pipeline.open[1] = {{"c"}, kTestStart, ExecutionStatus::kFailed, kTestStart, 0};  // Unread.

  EXPECT_EQ(Samples(MetricId::kActiveRuns, pipeline),
            "{I,state=\"queued\"} 1\n"
            "{I,state=\"running\"} 2\n"
            "{I,state=\"paused\"} 0\n");
  EXPECT_EQ(Samples(MetricId::kActiveRunStart, pipeline), "{I,state=\"running\"} 1717200000\n");
}

PipelineState PipelineWithParts() {
  PipelineState pipeline = MakePipeline("deploy");
  StageView build{"build", ExecutionStatus::kRunning, std::nullopt, {}};
  build.jobs.push_back(
      {"_pre", std::nullopt, std::nullopt, {{"check", ExecutionStatus::kCompleted, Duration(20)}}});
  build.jobs.push_back({"linux",
                        ExecutionStatus::kCompleted,
                        Duration(1500),
                        {{"compile", ExecutionStatus::kCompleted, Duration(1000)},
                         {"gone", std::nullopt, Duration(7)}}});
  pipeline.stages = {build, {"old", std::nullopt, Duration(3000), {}}};
  return pipeline;
}

TEST(PipelineRendererTest, ShowsThePartsOfTheLatestRun) {
  MetricsConfig options;
  options.level = MetricsLevel::kStep;
  const PipelineState pipeline = PipelineWithParts();

  EXPECT_EQ(Samples(MetricId::kStageStatus, pipeline, options),
            "{I,stage=\"build\",status=\"RUNNING\"} 1\n");
  EXPECT_EQ(Samples(MetricId::kStageDuration, pipeline, options), "{I,stage=\"old\"} 3\n");
  EXPECT_EQ(Samples(MetricId::kJobStatus, pipeline, options),
            "{I,stage=\"build\",job_name=\"linux\",status=\"COMPLETED\"} 1\n");
  EXPECT_EQ(Samples(MetricId::kJobDuration, pipeline, options),
            "{I,stage=\"build\",job_name=\"linux\"} 1.5\n");
  EXPECT_EQ(Samples(MetricId::kStepStatus, pipeline, options),
            "{I,stage=\"build\",job_name=\"_pre\",step=\"check\",status=\"COMPLETED\"} 1\n"
            "{I,stage=\"build\",job_name=\"linux\",step=\"compile\",status=\"COMPLETED\"} 1\n");
  EXPECT_EQ(Samples(MetricId::kStepDuration, pipeline, options),
            "{I,stage=\"build\",job_name=\"_pre\",step=\"check\"} 0.02\n"
            "{I,stage=\"build\",job_name=\"linux\",step=\"compile\"} 1\n"
            "{I,stage=\"build\",job_name=\"linux\",step=\"gone\"} 0.007\n");
}

TEST(PipelineRendererTest, GoesNoDeeperThanTheLevel) {
  struct LevelCase {
    MetricsLevel level;
    bool stages;
    bool jobs;
    bool steps;
  };
  const PipelineState pipeline = PipelineWithParts();
  for (const LevelCase& c : {LevelCase{MetricsLevel::kRun, false, false, false},
                             LevelCase{MetricsLevel::kStage, true, false, false},
                             LevelCase{MetricsLevel::kJob, true, true, false},
                             LevelCase{MetricsLevel::kStep, true, true, true}}) {
    MetricsConfig options;
    options.level = c.level;
    EXPECT_EQ(!Samples(MetricId::kStageStatus, pipeline, options).empty(), c.stages);
    EXPECT_EQ(!Samples(MetricId::kStageDuration, pipeline, options).empty(), c.stages);
    EXPECT_EQ(!Samples(MetricId::kJobStatus, pipeline, options).empty(), c.jobs);
    EXPECT_EQ(!Samples(MetricId::kJobDuration, pipeline, options).empty(), c.jobs);
    EXPECT_EQ(!Samples(MetricId::kStepStatus, pipeline, options).empty(), c.steps);
    EXPECT_EQ(!Samples(MetricId::kStepDuration, pipeline, options).empty(), c.steps);
  }
}

TEST(PipelineRendererTest, ShowsTheQueueOnlyIfAskedTo) {
  MetricsConfig options;
  options.queue = true;
  PipelineState pipeline = MakePipeline("deploy");

  EXPECT_EQ(Samples(MetricId::kQueueLength, pipeline, options), "");
  pipeline.queue = QueueFacts{2, kTestStart};
  EXPECT_EQ(Samples(MetricId::kQueueLength, pipeline, options), "{I} 2\n");
  EXPECT_EQ(Samples(MetricId::kQueueOldest, pipeline, options), "{I} 1717200000\n");
  EXPECT_EQ(Samples(MetricId::kQueueLength, pipeline), "");
  pipeline.queue = QueueFacts{0, std::nullopt};
  EXPECT_EQ(Samples(MetricId::kQueueLength, pipeline, options), "{I} 0\n");
  EXPECT_EQ(Samples(MetricId::kQueueOldest, pipeline, options), "");
}

TEST(PipelineRendererTest, StartsRunCountersAtZero) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.runs[{RunResult::kFailure, "", ""}].count = 4;
  pipeline.runs[{RunResult::kSkip, "", ""}].count = 1;

  EXPECT_EQ(Samples(MetricId::kRuns, pipeline),
            "{I,result=\"success\"} 0\n"
            "{I,result=\"failure\"} 4\n"
            "{I,result=\"cancellation\"} 0\n"
            "{I,result=\"skip\"} 1\n");
}

TEST(PipelineRendererTest, CountsRunsByTheLabelsThatAreAskedFor) {
  MetricsConfig options;
  options.trigger_label = true;
  options.branch_label = true;
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.runs[{RunResult::kSuccess, "Manual", "main"}].count = 4;
  pipeline.runs[{RunResult::kSuccess, "Webhook", ""}].count = 5;

  EXPECT_EQ(Samples(MetricId::kRuns, pipeline, options),
            "{I,result=\"success\",trigger=\"Manual\",branch=\"main\"} 4\n"
            "{I,result=\"success\",trigger=\"Webhook\",branch=\"\"} 5\n");
}

// Totals that were counted by a label stay when the configuration drops it.
TEST(PipelineRendererTest, SumsOverLabelsThatAreNotExportedAnyMore) {
  MetricsConfig options;
  options.trigger_label = true;
  PipelineState pipeline = MakePipeline("deploy");
  const BucketBounds bounds = SmallBounds().run;
  pipeline.runs[{RunResult::kSuccess, "Manual", "main"}] = {
      kTestStart, 4, MakeHistogramOf(bounds, {Duration(1000)})};
  pipeline.runs[{RunResult::kSuccess, "Manual", "dev"}] = {
      kTestStart, 5, MakeHistogramOf(bounds, {Duration(100'000)})};

  EXPECT_EQ(Samples(MetricId::kRuns, pipeline, options),
            "{I,result=\"success\",trigger=\"Manual\"} 9\n");
  EXPECT_EQ(Samples(MetricId::kRunDurations, pipeline, options),
            "_bucket{I,result=\"success\",trigger=\"Manual\",le=\"60.0\"} 1\n"
            "_bucket{I,result=\"success\",trigger=\"Manual\",le=\"600.0\"} 2\n"
            "_bucket{I,result=\"success\",trigger=\"Manual\",le=\"+Inf\"} 2\n"
            "_sum{I,result=\"success\",trigger=\"Manual\"} 101\n"
            "_count{I,result=\"success\",trigger=\"Manual\"} 2\n");
  EXPECT_EQ(Samples(MetricId::kRuns, pipeline),
            "{I,result=\"success\"} 9\n"
            "{I,result=\"failure\"} 0\n"
            "{I,result=\"cancellation\"} 0\n");
}

TEST(PipelineRendererTest, WritesTheOtherCounters) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.retries = 2;
  pipeline.missed = {1, 2, 3, 4};
  pipeline.paused_total = Duration(2500);
  pipeline.deployments[RunResult::kSuccess] = {kTestStart, 6};

  EXPECT_EQ(Samples(MetricId::kRunRetries, pipeline), "{I} 2\n");
  EXPECT_EQ(Samples(MetricId::kRunsMissed, pipeline),
            "{I,reason=\"vanished\"} 1\n"
            "{I,reason=\"deleted\"} 2\n"
            "{I,reason=\"expired\"} 3\n"
            "{I,reason=\"unreadable\"} 4\n");
  EXPECT_EQ(Samples(MetricId::kRunPaused, pipeline), "{I} 2.5\n");
  EXPECT_EQ(Samples(MetricId::kDeployments, pipeline), "{I,result=\"success\"} 6\n");
}

TEST(PipelineRendererTest, WritesHistogramsDownToTheirLevel) {
  const HistogramBounds bounds = SmallBounds();
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.runs[{RunResult::kFailure, "", ""}] = {kTestStart, 1, MakeHistogram(bounds.run, {})};
  pipeline.stage_durations[{"build", RunResult::kSuccess}] = MakeHistogram(bounds.stage, {});
  pipeline.job_durations[{"build", "linux", RunResult::kSuccess}] = MakeHistogram(bounds.job, {});
  pipeline.time_to_restore = MakeHistogram(bounds.run, {});

  EXPECT_THAT(Samples(MetricId::kRunDurations, pipeline),
              HasSubstr("_bucket{I,result=\"failure\",le=\"600.0\"} 0\n"));
  EXPECT_THAT(Samples(MetricId::kStageDurations, pipeline),
              HasSubstr("_bucket{I,stage=\"build\",result=\"success\",le=\"300.0\"} 0\n"));
  EXPECT_THAT(
      Samples(MetricId::kJobDurations, pipeline),
      HasSubstr("_bucket{I,stage=\"build\",job_name=\"linux\",result=\"success\",le=\"100.0\"} "
                "0\n"));
  EXPECT_THAT(Samples(MetricId::kTimeToRestore, pipeline), HasSubstr("_bucket{I,le=\"600.0\"} 0"));

  MetricsConfig options;
  options.histogram_level = MetricsLevel::kStage;
  EXPECT_THAT(Samples(MetricId::kStageDurations, pipeline, options), Not(::testing::IsEmpty()));
  EXPECT_EQ(Samples(MetricId::kJobDurations, pipeline, options), "");
  options.histogram_level = MetricsLevel::kRun;
  EXPECT_EQ(Samples(MetricId::kStageDurations, pipeline, options), "");
  EXPECT_THAT(Samples(MetricId::kRunDurations, pipeline, options), Not(::testing::IsEmpty()));
}

TEST(PipelineRendererTest, TellsWhenItsCountersWereCreated) {
  PipelineRenderer renderer({}, SmallBounds(), TextFormat::kOpenMetrics);
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.first_seen = kTestStart + Duration(250);
  pipeline.deployments[RunResult::kSuccess] = {kTestStart, 6};

  const std::string text = renderer.Render(MakeProject(), pipeline).text;

  EXPECT_THAT(text, HasSubstr("codearts_pipeline_runs_created{" + kIdentity +
                              ",result=\"failure\"} 1717200000.25\n"));
  EXPECT_THAT(
      text, HasSubstr("codearts_pipeline_run_retries_created{" + kIdentity + "} 1717200000.25\n"));
  EXPECT_THAT(text, HasSubstr("codearts_pipeline_deployments_created{" + kIdentity +
                              ",result=\"success\"} 1717200000\n"));
}

}  // namespace
}  // namespace codearts
