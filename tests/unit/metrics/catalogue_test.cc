#include "metrics/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace codearts {
namespace {

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
  });
}

TEST(CatalogueTest, HasEachNameOnce) {
  std::set<std::string_view> names;
  std::set<std::string_view> families;
  for (const MetricSpec& spec : MetricCatalogue()) {
    EXPECT_TRUE(IsName(spec.name)) << spec.name;
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_TRUE(families.insert(FamilyName(spec)).second) << FamilyName(spec);
    EXPECT_EQ(FindMetric(spec.name), &spec);
    EXPECT_EQ(&SpecOf(spec.id), &spec);
  }
  EXPECT_EQ(FindMetric("codearts_pipeline"), nullptr);
}

TEST(CatalogueTest, FollowsTheNamingRulesOfPrometheus) {
  for (const MetricSpec& spec : MetricCatalogue()) {
    EXPECT_TRUE(spec.name.starts_with("codearts_pipeline_") ||
                spec.name.starts_with("codearts_exporter_") || spec.name.starts_with("process_"))
        << spec.name;
    EXPECT_EQ(spec.name.ends_with("_total"), spec.type == MetricType::kCounter) << spec.name;
    for (const std::string_view suffix : {"_count", "_sum", "_bucket", "_created"}) {
      EXPECT_FALSE(spec.name.ends_with(suffix)) << spec.name;
    }
  }
}

TEST(CatalogueTest, TellsTheUnitThatEndsTheName) {
  for (const MetricSpec& spec : MetricCatalogue()) {
    const std::string_view family = FamilyName(spec);
    EXPECT_EQ(!spec.unit.empty(), family.ends_with("_seconds") || family.ends_with("_bytes"))
        << spec.name;
    if (!spec.unit.empty()) {
      EXPECT_TRUE(family.ends_with("_" + std::string(spec.unit))) << spec.name;
    }
  }
}

TEST(CatalogueTest, HasLabelsThatPrometheusLeavesToUs) {
  const std::set<std::string_view> reserved = {"job", "instance", "le", "quantile", "__name__"};
  for (const MetricSpec& spec : MetricCatalogue()) {
    std::set<std::string_view> seen;
    for (const auto& labels : {spec.labels, spec.optional_labels}) {
      for (const std::string_view label : labels) {
        EXPECT_TRUE(IsName(label)) << spec.name;
        EXPECT_FALSE(reserved.contains(label)) << spec.name << " " << label;
        EXPECT_TRUE(seen.insert(label).second) << spec.name << " " << label;
      }
    }
  }
}

TEST(CatalogueTest, ExplainsEachMetricInOneSentence) {
  std::set<std::string_view> texts;
  for (const MetricSpec& spec : MetricCatalogue()) {
    EXPECT_GT(spec.help.size(), 10U) << spec.name;
    EXPECT_TRUE(spec.help.ends_with('.')) << spec.name;
    EXPECT_EQ(spec.help.find('\n'), std::string_view::npos) << spec.name;
    EXPECT_EQ(spec.help.find(". "), std::string_view::npos) << spec.name;
    EXPECT_TRUE(texts.insert(spec.help).second) << "twice: " << spec.help;
    EXPECT_FALSE(spec.absent.ends_with('.')) << spec.name;
  }
}

TEST(CatalogueTest, CutsRangesThatMeet) {
  EXPECT_EQ(kPipelineMetrics.end, kTotalsMetrics.first);
  EXPECT_EQ(kTotalsMetrics.size(), 2U);
  for (const MetricSpec& spec : MetricCatalogue()) {
    const bool of_pipeline = spec.labels.size() >= 3 && spec.labels[2] == "pipeline_id";
    EXPECT_EQ(of_pipeline, spec.id < kPipelineMetrics.end) << spec.name;
  }
}

}  // namespace
}  // namespace codearts
