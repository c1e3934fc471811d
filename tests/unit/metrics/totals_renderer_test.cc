#include "metrics/totals_renderer.h"

#include <gtest/gtest.h>

#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using testing::kTestStart;
using testing::MakeHistogramOf;
using testing::SmallBounds;

ProjectTotals MakeTotals() {
  ProjectTotals totals;
  totals.step_durations[{"official_build", "Build", RunResult::kSuccess}] =
      MakeHistogramOf(SmallBounds().step, {Duration(250), Duration(750)});
  totals.dispatch_wait = MakeHistogramOf(SmallBounds().stage, {Duration(31'000)});
  return totals;
}

TEST(TotalsRendererTest, WritesStepsByPluginAtTheirLevel) {
  MetricsConfig options;
  options.histogram_level = MetricsLevel::kStep;
  TotalsRenderer renderer(options, SmallBounds(), TextFormat::kPrometheusText);

  const FamilyBlocks blocks = renderer.Render("shop", MakeTotals());

  EXPECT_EQ(blocks.TextOf(0),
            "codearts_pipeline_step_duration_seconds_bucket{project=\"shop\",plugin=\"official_"
            "build\",business_type=\"Build\",result=\"success\",le=\"0.5\"} 1\n"
            "codearts_pipeline_step_duration_seconds_bucket{project=\"shop\",plugin=\"official_"
            "build\",business_type=\"Build\",result=\"success\",le=\"+Inf\"} 2\n"
            "codearts_pipeline_step_duration_seconds_sum{project=\"shop\",plugin=\"official_"
            "build\",business_type=\"Build\",result=\"success\"} 1\n"
            "codearts_pipeline_step_duration_seconds_count{project=\"shop\",plugin=\"official_"
            "build\",business_type=\"Build\",result=\"success\"} 2\n");
  EXPECT_EQ(blocks.series, 4U + 5U);
}

TEST(TotalsRendererTest, WritesTheWaitForTheFirstJob) {
  TotalsRenderer renderer({}, SmallBounds(), TextFormat::kPrometheusText);

  EXPECT_EQ(renderer.Render("shop", MakeTotals()).text,
            "codearts_pipeline_run_dispatch_wait_seconds_bucket{project=\"shop\",le=\"30.0\"} 0\n"
            "codearts_pipeline_run_dispatch_wait_seconds_bucket{project=\"shop\",le=\"300.0\"} 1\n"
            "codearts_pipeline_run_dispatch_wait_seconds_bucket{project=\"shop\",le=\"+Inf\"} 1\n"
            "codearts_pipeline_run_dispatch_wait_seconds_sum{project=\"shop\"} 31\n"
            "codearts_pipeline_run_dispatch_wait_seconds_count{project=\"shop\"} 1\n");
}

TEST(TotalsRendererTest, WritesNothingWhereNothingWasCounted) {
  TotalsRenderer renderer({}, SmallBounds(), TextFormat::kPrometheusText);

  const FamilyBlocks blocks = renderer.Render("shop", ProjectTotals());

  EXPECT_EQ(blocks.text, "");
  EXPECT_EQ(blocks.ends.size(), kTotalsMetrics.size());
  EXPECT_EQ(blocks.series, 0U);
}

}  // namespace
}  // namespace codearts
