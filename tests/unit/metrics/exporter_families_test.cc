#include "metrics/exporter_families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/exposition_parser.h"
#include "support/snapshot_builder.h"
#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::kTestStart;
using testing::MakePipeline;
using testing::SnapshotBuilder;

std::string ProjectText(const Snapshot& snapshot) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  std::string text;
  AppendProjectFamilies(cache.Render(snapshot), snapshot.discoveries, TextFormat::kPrometheusText,
                        text);
  EXPECT_THAT(testing::ParseExposition(text), testing::IsOk());
  return text;
}

TEST(ExporterFamiliesTest, TellsHowEachProjectIs) {
  SnapshotBuilder builder;
  builder.Project("shop");
  PipelineState behind = MakePipeline("b");
  behind.history_unread = true;
  builder.Pipeline(MakePipeline("a")).Pipeline(behind);
  builder.project().health.clock_skew = Duration(-1500);

  const std::string text = ProjectText(*builder.Build());

  const std::string labels = "{project_id=\"id-shop\",project=\"shop\"} ";
  EXPECT_THAT(text, HasSubstr("codearts_exporter_up" + labels + "1\n"));
  EXPECT_THAT(text, HasSubstr("codearts_exporter_pipelines" + labels + "2\n"));
  EXPECT_THAT(text, HasSubstr("codearts_exporter_pipelines_behind" + labels + "1\n"));
  EXPECT_THAT(text, HasSubstr("codearts_exporter_last_refresh_timestamp_seconds" + labels +
                              "1717200000\n"));
  EXPECT_THAT(text, HasSubstr("codearts_exporter_refresh_duration_seconds" + labels + "0.25\n"));
  EXPECT_THAT(text, HasSubstr("codearts_exporter_clock_skew_seconds" + labels + "-1.5\n"));
}

TEST(ExporterFamiliesTest, CountsErrorsOfDiscoveriesWithoutAProjectId) {
  SnapshotBuilder builder;
  builder.Project("shop");
  Snapshot snapshot = *builder.Build();
  DiscoveryHealth discovery;
  discovery.label = "discovery[0]";
  discovery.errors[StatusCode::kPermissionDenied] = 3;
  snapshot.discoveries = {discovery};

  const std::string text = ProjectText(snapshot);

  const std::string labels = "refresh_errors_total{project_id=\"\",project=\"discovery[0]\",";
  EXPECT_THAT(text, HasSubstr(labels + "reason=\"permission_denied\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(labels + "reason=\"throttled\"} 0\n"));
}

TEST(ExporterFamiliesTest, LeavesOutWhatIsNotKnownYet) {
  SnapshotBuilder builder;
  builder.Project("shop");
  builder.project().listed = false;
  builder.project().health = ProjectHealth();

  const auto families = testing::ParseExposition(ProjectText(*builder.Build()));

  ASSERT_THAT(families, testing::IsOk());
  std::vector<std::string> names;
  for (const testing::ParsedFamily& family : *families) names.push_back(family.name);
  EXPECT_EQ(names, (std::vector<std::string>{"codearts_exporter_up",
                                             "codearts_exporter_refresh_errors_total"}));
  EXPECT_EQ(FindSample(*families, "codearts_exporter_up")->value, "0");
}

TEST(ExporterFamiliesTest, CountsErrorsByReasonFromZero) {
  SnapshotBuilder builder;
  builder.Project("shop");
  builder.project().health.errors = {
      {StatusCode::kThrottled, 2}, {StatusCode::kInternal, 1}, {StatusCode::kInvalidArgument, 3}};

  const std::string text = ProjectText(*builder.Build());

  const auto families = *testing::ParseExposition(text);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"unauthenticated", "0"},  {"permission_denied", "0"}, {"not_found", "0"},
      {"throttled", "2"},        {"deadline_exceeded", "0"}, {"unavailable", "0"},
      {"invalid_response", "0"}, {"credentials", "0"},       {"ledger", "0"},
      {"internal", "4"},
  };
  std::vector<std::pair<std::string, std::string>> reasons;
  for (const testing::ParsedFamily& family : families) {
    if (family.name != "codearts_exporter_refresh_errors_total") continue;
    for (const auto& sample : family.samples) {
      reasons.emplace_back(sample.Label("reason"), sample.value);
    }
  }
  EXPECT_EQ(reasons, expected);
}

TEST(ExporterFamiliesTest, WritesNoFamilyWithoutProjects) {
  EXPECT_EQ(ProjectText(*SnapshotBuilder().Build()), "");
}

TEST(ExporterFamiliesTest, TellsAboutTheExporterAsAWhole) {
  SnapshotBuilder builder;
  builder.Project("a");
  builder.project().health.unknown_statuses = {1, 2, 3, 4};
  builder.Project("b");
  builder.project().health.unknown_statuses = {10, 0, 0, 0};
  const auto snapshot = builder.Build();
  snapshot->series_overflow = 5;
  snapshot->ledger_bytes = 4096;
  snapshot->ledger_resets = 1;
  std::string text;

  AppendExporterFamilies(*snapshot, {77, 1000, 12345, 678}, TextFormat::kOpenMetrics, text);

  EXPECT_THAT(text, HasSubstr("codearts_exporter_unknown_status_total{level=\"run\"} 11\n"
                              "codearts_exporter_unknown_status_total{level=\"stage\"} 2\n"
                              "codearts_exporter_unknown_status_total{level=\"job\"} 3\n"
                              "codearts_exporter_unknown_status_total{level=\"step\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("\ncodearts_exporter_series 77\n"));
  EXPECT_THAT(text, HasSubstr("\ncodearts_exporter_series_limit 1000\n"));
  EXPECT_THAT(text, HasSubstr("\ncodearts_exporter_series_overflow_total 5\n"));
  EXPECT_THAT(text, HasSubstr("\ncodearts_exporter_page_cache_bytes{form=\"text\"} 12345\n"
                              "codearts_exporter_page_cache_bytes{form=\"gzip\"} 678\n"));
  EXPECT_THAT(text, HasSubstr("# UNIT codearts_exporter_ledger_bytes bytes\n"
                              "codearts_exporter_ledger_bytes 4096\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE codearts_exporter_ledger_reset counter\n"
                              "codearts_exporter_ledger_reset_total 1\n"));
}

}  // namespace
}  // namespace codearts
