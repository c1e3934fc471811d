#include "exporter/plan_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exporter/wiring.h"
#include "support/fake_clock.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Timestamp kSurveyed = FromEpochMillis(1'700'000'000'000);

Pipeline Ran(const std::string& name, Duration ago) {
  Pipeline pipeline;
  pipeline.id = {name};
  pipeline.name = name;
  RunSummary run;
  run.id = {"run of " + name};
  run.run_number = 7;
  run.status = ExecutionStatus::kCompleted;
  run.start_time = kSurveyed - ago;
  run.end_time = kSurveyed - ago + Duration(1000);
  run.stages.resize(2);
  run.stages[0].name = "build";
  run.stages[1].name = "deploy";
  pipeline.latest_run = run;
  return pipeline;
}

PipelineRun DetailOf(const Pipeline& pipeline) {
  PipelineRun run;
  run.id = pipeline.latest_run->id;
  run.pipeline_id = pipeline.id;
  run.run_number = pipeline.latest_run->run_number;
  run.status = pipeline.latest_run->status;
  run.start_time = pipeline.latest_run->start_time;
  run.end_time = pipeline.latest_run->end_time;
  run.stages.resize(1);
  run.stages[0].name = "build";
  run.stages[0].jobs.resize(3);
  for (std::size_t i = 0; i < run.stages[0].jobs.size(); ++i) {
    run.stages[0].jobs[i].name = "job " + std::to_string(i);
  }
  return run;
}

class PlanEstimateTest : public ::testing::Test {
 protected:
  PlanEstimateTest() : own_(*ExporterMetrics::Create({"1", "r", "c"}, {}, clock_)) {
    auto plan = std::make_shared<ProjectPlan>();
    plan->target.project = {"p"};
    plan->exclude = std::make_shared<const NamePatterns>(std::vector<std::string>{"^test"});
    SurveyedProject project;
    project.plan = plan;
    project.name = "payments";
    project.calls = 2;
    project.pipelines = {Ran("lately", std::chrono::hours(1)), Ran("once", std::chrono::hours(99)),
                         Ran("test", std::chrono::hours(1))};
    project.pipelines.emplace_back();
    project.pipelines.back().id = {"never"};
    project.pipelines.back().name = "never";
    survey_.projects.push_back(std::move(project));
    plan_ = MakeRefreshPlan(config_, {});
  }

  PlanEstimate Estimate(const SampledRuns& samples) {
    return EstimatePlan(survey_, samples, plan_, {config_.metrics, *own_, kSurveyed});
  }

  Config config_;
  const testing::FakeClock clock_;
  std::unique_ptr<ExporterMetrics> own_;
  Survey survey_;
  RefreshPlan plan_;
};

TEST_F(PlanEstimateTest, CountsWhatIsTakenAndDroppedByRule) {
  const ProjectCounts counts = Estimate({}).projects.at(0);

  EXPECT_EQ(counts.pipelines, 4);
  EXPECT_EQ(counts.matched, 3);
  EXPECT_EQ(counts.never_ran, 1);
  EXPECT_THAT(counts.dropped, ElementsAre(Pair("dropped: exclude \"^test\" matches its name", 1)));
}

TEST_F(PlanEstimateTest, CountsCallsAsARefreshMakesThem) {
  const PlanEstimate estimate = Estimate({});

  EXPECT_THAT(estimate.cold,
              ElementsAre(Pair("detail", 2), Pair("list_pipelines", 2), Pair("list_runs", 1)));
  EXPECT_THAT(estimate.quiet, ElementsAre(Pair("list_pipelines", 2)));
  EXPECT_THAT(estimate.busy, ElementsAre(Pair("detail", 2), Pair("list_pipelines", 2)));
}

TEST_F(PlanEstimateTest, LendsTheJobsOfASampledRunToTheStagesOfTheOthers) {
  const Pipeline& sampled = survey_.projects[0].pipelines[0];

  const PlanEstimate estimate = Estimate({{sampled.id, DetailOf(sampled)}});

  // The sampled pipeline has one stage of three jobs, the other two stages of three jobs each.
  EXPECT_EQ(estimate.first.series.at("codearts_pipeline_last_run_stage_status"), 3);
  EXPECT_EQ(estimate.first.series.at("codearts_pipeline_last_run_job_status"), 9);
  EXPECT_EQ(estimate.first.series.count("codearts_pipeline_job_duration_seconds"), 0U);
  EXPECT_GT(estimate.grown.series.at("codearts_pipeline_job_duration_seconds"), 9);
  EXPECT_GT(estimate.grown.bytes, estimate.first.bytes);
  EXPECT_GT(estimate.first.bytes, estimate.first.gzip_bytes);
}

TEST_F(PlanEstimateTest, SpreadsSamplesOverMatchedPipelinesThatRan) {
  const std::vector<SampleChoice> all = ChooseSamples(survey_, 10);
  const std::vector<SampleChoice> one = ChooseSamples(survey_, 1);

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].pipeline->name, "lately");
  EXPECT_EQ(all[1].pipeline->name, "once");
  EXPECT_EQ(one.size(), 1U);
}

}  // namespace
}  // namespace codearts
