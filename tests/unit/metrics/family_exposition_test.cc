#include "metrics/family_exposition.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace codearts {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

MetricFamily MakeFamily(prometheus::MetricType type, std::string name, std::string help) {
  MetricFamily family;
  family.type = type;
  family.name = std::move(name);
  family.help = std::move(help);
  return family;
}

std::string Text(const std::vector<MetricFamily>& families, TextFormat format) {
  std::string text;
  AppendFamilies(families, format, text);
  return text;
}

TEST(FamilyExpositionTest, WritesGaugesInOrderOfTheirLabels) {
  MetricFamily family = MakeFamily(prometheus::MetricType::Gauge, "g", "Gauge.");
  ClientMetric b;
  b.label = {{"x", "b"}};
  b.gauge.value = 0.5;
  ClientMetric a;
  a.label = {{"x", "a\"\n\\\xFF"}};
  a.gauge.value = 2;
  family.metric = {b, a};

  EXPECT_EQ(Text({family}, TextFormat::kPrometheusText),
            "# HELP g Gauge.\n"
            "# TYPE g gauge\n"
            "g{x=\"a\\\"\\n\\\\\uFFFD\"} 2\n"
            "g{x=\"b\"} 0.5\n");
}

TEST(FamilyExpositionTest, WritesFamiliesInOrderOfTheCatalogue) {
  std::vector<MetricFamily> families;
  for (const char* name : {"process_threads", "unknown", "process_open_fds"}) {
    families.push_back(MakeFamily(prometheus::MetricType::Gauge, name, "G."));
    families.back().metric.emplace_back();
  }

  const std::string text = Text(families, TextFormat::kPrometheusText);
  EXPECT_LT(text.find("\nunknown 0"), text.find("\nprocess_open_fds 0"));
  EXPECT_LT(text.find("\nprocess_open_fds 0"), text.find("\nprocess_threads 0"));
}

TEST(FamilyExpositionTest, NamesCountersAsTheFormatWants) {
  MetricFamily family =
      MakeFamily(prometheus::MetricType::Counter, "process_cpu_seconds_total", "C\\P\nU \"x\".");
  family.metric.emplace_back().counter.value = 1.25;

  EXPECT_EQ(Text({family}, TextFormat::kPrometheusText),
            "# HELP process_cpu_seconds_total C\\\\P\\nU \"x\".\n"
            "# TYPE process_cpu_seconds_total counter\n"
            "process_cpu_seconds_total 1.25\n");
  EXPECT_EQ(Text({family}, TextFormat::kOpenMetrics),
            "# HELP process_cpu_seconds C\\\\P\\nU \\\"x\\\".\n"
            "# TYPE process_cpu_seconds counter\n"
            "# UNIT process_cpu_seconds seconds\n"
            "process_cpu_seconds_total 1.25\n");
}

TEST(FamilyExpositionTest, WritesHistograms) {
  MetricFamily family = MakeFamily(prometheus::MetricType::Histogram, "h", "Histogram.");
  ClientMetric& metric = family.metric.emplace_back();
  metric.histogram = {3, 12.5, {{1, 0.5}, {2, 1}, {3, std::numeric_limits<double>::infinity()}}};
  family.metric.push_back(metric);
  family.metric.back().label = {{"a", "1"}};

  EXPECT_EQ(Text({family}, TextFormat::kPrometheusText),
            "# HELP h Histogram.\n"
            "# TYPE h histogram\n"
            "h_bucket{le=\"0.5\"} 1\n"
            "h_bucket{le=\"1.0\"} 2\n"
            "h_bucket{le=\"+Inf\"} 3\n"
            "h_sum 12.5\n"
            "h_count 3\n"
            "h_bucket{a=\"1\",le=\"0.5\"} 1\n"
            "h_bucket{a=\"1\",le=\"1.0\"} 2\n"
            "h_bucket{a=\"1\",le=\"+Inf\"} 3\n"
            "h_sum{a=\"1\"} 12.5\n"
            "h_count{a=\"1\"} 3\n");
}

TEST(FamilyExpositionTest, LeavesOutEmptyAndForeignFamilies) {
  MetricFamily summary = MakeFamily(prometheus::MetricType::Summary, "s", "Summary.");
  summary.metric.emplace_back();

  EXPECT_EQ(Text({summary, MakeFamily(prometheus::MetricType::Gauge, "g", "Gauge.")},
                 TextFormat::kOpenMetrics),
            "");
}

}  // namespace
}  // namespace codearts
