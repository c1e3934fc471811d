#include "metrics/sample_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using testing::kTestStart;
using testing::MakeHistogramOf;

const BucketBounds kBounds = {1, 2.5};

Exemplar MakeExemplar(std::size_t bucket, std::string run_id) {
  return {bucket, {std::move(run_id)}, 7, Duration(1250), kTestStart + Duration(5)};
}

TEST(SampleWriterTest, WritesLabelsOnlyWhereThereAreSome) {
  std::string out;
  SampleWriter writer(TextFormat::kPrometheusText, out);
  writer.Start(MetricId::kSeries);
  writer.Gauge("", std::uint64_t{1});
  writer.Gauge("a=\"1\"", std::uint64_t{2});
  writer.SetCommonLabels("c=\"3\"");
  writer.Gauge("", std::uint64_t{3});
  writer.Gauge("a=\"1\"", Duration(4500));

  EXPECT_EQ(out,
            "codearts_exporter_series 1\n"
            "codearts_exporter_series{a=\"1\"} 2\n"
            "codearts_exporter_series{c=\"3\"} 3\n"
            "codearts_exporter_series{c=\"3\",a=\"1\"} 4.5\n");
  EXPECT_EQ(writer.series(), 4U);
}

TEST(SampleWriterTest, WritesCreationTimesInOpenMetrics) {
  std::string text;
  std::string open_metrics;
  for (const auto& [format, out] : {std::pair(TextFormat::kPrometheusText, &text),
                                    std::pair(TextFormat::kOpenMetrics, &open_metrics)}) {
    SampleWriter writer(format, *out);
    writer.Start(MetricId::kRunRetries);
    writer.Counter("", std::uint64_t{3}, kTestStart + Duration(500));
    EXPECT_EQ(writer.series(), 1U);
  }

  EXPECT_EQ(text, "codearts_pipeline_run_retries_total 3\n");
  EXPECT_EQ(open_metrics,
            "codearts_pipeline_run_retries_total 3\n"
            "codearts_pipeline_run_retries_created 1717200000.5\n");
}

TEST(SampleWriterTest, AddsUpBuckets) {
  std::string out;
  SampleWriter writer(TextFormat::kPrometheusText, out);
  writer.Start(MetricId::kTimeToRestore);
  writer.SetCommonLabels("p=\"x\"");
  Histogram histogram =
      MakeHistogramOf(kBounds, {Duration(500), Duration(1000), Duration(2500), Duration(9001)});
  histogram.exemplars.push_back(MakeExemplar(0, "run"));
  writer.WriteHistogram("", histogram, BoundTexts(kBounds));

  EXPECT_EQ(out,
            "codearts_pipeline_time_to_restore_seconds_bucket{p=\"x\",le=\"1.0\"} 2\n"
            "codearts_pipeline_time_to_restore_seconds_bucket{p=\"x\",le=\"2.5\"} 3\n"
            "codearts_pipeline_time_to_restore_seconds_bucket{p=\"x\",le=\"+Inf\"} 4\n"
            "codearts_pipeline_time_to_restore_seconds_sum{p=\"x\"} 13.001\n"
            "codearts_pipeline_time_to_restore_seconds_count{p=\"x\"} 4\n");
  EXPECT_EQ(writer.series(), 5U);
}

TEST(SampleWriterTest, WritesExemplarsOfTheirBucketsInOpenMetrics) {
  std::string out;
  SampleWriter writer(TextFormat::kOpenMetrics, out);
  writer.Start(MetricId::kTimeToRestore);
  Histogram histogram = MakeHistogramOf(kBounds, {Duration(1250), Duration(9000)});
  histogram.exemplars = {MakeExemplar(2, "a\"b"), MakeExemplar(1, "c")};
  writer.WriteHistogram("", histogram, BoundTexts(kBounds));

  EXPECT_EQ(out,
            "codearts_pipeline_time_to_restore_seconds_bucket{le=\"1.0\"} 0\n"
            "codearts_pipeline_time_to_restore_seconds_bucket{le=\"2.5\"} 1 "
            "# {run_id=\"c\",run_number=\"7\"} 1.25 1717200000.005\n"
            "codearts_pipeline_time_to_restore_seconds_bucket{le=\"+Inf\"} 2 "
            "# {run_id=\"a\\\"b\",run_number=\"7\"} 1.25 1717200000.005\n"
            "codearts_pipeline_time_to_restore_seconds_sum 10.25\n"
            "codearts_pipeline_time_to_restore_seconds_count 2\n"
            "codearts_pipeline_time_to_restore_seconds_created 1717200000\n");
}

// The limit is 128 characters for names and values; "run_id", "run_number" and "7" take 17.
TEST(SampleWriterTest, NamesTheRunThatACounterCountedLastInOpenMetrics) {
  const Exemplar last = MakeExemplar(0, "run");
  std::string text;
  std::string open_metrics;
  for (const auto& [format, out] : {std::pair(TextFormat::kPrometheusText, &text),
                                    std::pair(TextFormat::kOpenMetrics, &open_metrics)}) {
    SampleWriter writer(format, *out);
    writer.Start(MetricId::kRuns);
    writer.Counter("", std::uint64_t{3}, kTestStart, &last);
  }

  EXPECT_EQ(text, "codearts_pipeline_runs_total 3\n");
  EXPECT_EQ(open_metrics,
            "codearts_pipeline_runs_total 3 # {run_id=\"run\",run_number=\"7\"} 1 1717200000.005\n"
            "codearts_pipeline_runs_created 1717200000\n");
}

TEST(SampleWriterTest, LeavesOutExemplarsThatAreTooLong) {
  for (const auto& [length, fits] : {std::pair(111, true), std::pair(112, false)}) {
    std::string out;
    SampleWriter writer(TextFormat::kOpenMetrics, out);
    writer.Start(MetricId::kTimeToRestore);
    Histogram histogram = MakeHistogramOf(kBounds, {Duration(1)});
    histogram.exemplars = {MakeExemplar(0, std::string(static_cast<std::size_t>(length), 'x'))};
    writer.WriteHistogram("", histogram, BoundTexts(kBounds));

    EXPECT_EQ(out.find(" # {") != std::string::npos, fits) << length;
  }
}

TEST(SampleWriterTest, LeavesOutAHistogramOfOtherBounds) {
  std::string out;
  SampleWriter writer(TextFormat::kOpenMetrics, out);
  writer.Start(MetricId::kTimeToRestore);
  writer.WriteHistogram("", MakeHistogramOf({1, 2, 3}, {Duration(1)}), BoundTexts(kBounds));
  writer.WriteHistogram("", Histogram(), BoundTexts(kBounds));

  EXPECT_EQ(out, "");
  EXPECT_EQ(writer.series(), 0U);
}

}  // namespace
}  // namespace codearts
