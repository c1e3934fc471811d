#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "metrics/family_exposition.h"
#include "metrics/metrics_page.h"
#include "support/exposition_parser.h"
#include "support/fake_clock.h"
#include "support/status_matchers.h"
#include "support/typical_snapshot.h"
#include "unit/metrics/gunzip.h"
#include "unit/metrics/random_snapshot.h"
#include "unit/metrics/reference_translation.h"

namespace codearts::testing {
namespace {

// Returns the families of a page in an order that does not depend on how it was made, without what
// prometheus-cpp's model has no place for.
std::vector<ParsedFamily> Normalise(const std::string& page) {
  Result<std::vector<ParsedFamily>> families = ParseExposition(page);
  EXPECT_THAT(families, IsOk()) << page;
  if (!families.ok()) return {};
  for (ParsedFamily& family : *families) {
    std::vector<ParsedSample>& samples = family.samples;
    samples.erase(
        std::remove_if(samples.begin(), samples.end(),
                       [](const ParsedSample& s) { return s.name.ends_with("_created"); }),
        samples.end());
    for (ParsedSample& sample : samples) sample.exemplar.clear();
    std::sort(samples.begin(), samples.end(), [](const ParsedSample& a, const ParsedSample& b) {
      return std::tie(a.name, a.labels) < std::tie(b.name, b.labels);
    });
  }
  std::sort(families->begin(), families->end(),
            [](const ParsedFamily& a, const ParsedFamily& b) { return a.name < b.name; });
  return std::move(*families);
}

std::unique_ptr<ExporterMetrics> MakeOwnMetrics() {
  static const testing::FakeClock clock;
  return *ExporterMetrics::Create({"1", "x", "g++"}, {}, clock);
}

// Cuts off what the exporter says of itself, which the reference does not write.
std::string PipelinesAndProjects(const std::string& page, TextFormat format) {
  std::string text = page.substr(0, page.find("# HELP codearts_exporter_unknown_status"));
  AppendPageEnd(format, text);
  return text;
}

// Returns the page as a client sees it, compressed or not.
std::string Fetch(MetricsPage& page, const Snapshot& snapshot, TextFormat format, bool gzip) {
  if (!gzip) return PipelinesAndProjects(page.Render(snapshot, format).Join(), format);
  const auto text = Gunzip(page.Render(snapshot, format, PageEncoding::kGzip).Join());
  EXPECT_TRUE(text);
  return PipelinesAndProjects(text.value_or(""), format);
}

std::string RenderByReference(const Snapshot& snapshot, const MetricsConfig& options,
                              TextFormat format) {
  std::string page;
  AppendFamilies(TranslateToFamilies(snapshot, options), format, page);
  AppendPageEnd(format, page);
  return page;
}

class DifferentialTest : public ::testing::TestWithParam<TextFormat> {};

TEST_P(DifferentialTest, PagesEqualTheReferenceOverRandomSnapshots) {
  std::mt19937 random(20240601);
  const auto own = MakeOwnMetrics();
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    const MetricsConfig options = RandomOptions(random);
    const auto snapshot = RandomSnapshot(random, options);
    MetricsPage page(options, *own);

    const std::string text = Fetch(page, *snapshot, GetParam(), i % 2 == 0);

    ASSERT_EQ(Normalise(text), Normalise(RenderByReference(*snapshot, options, GetParam())));
  }
}

TEST_P(DifferentialTest, PagesOfASequenceEqualThoseOfAnEmptyCache) {
  std::mt19937 random(7);
  const auto own = MakeOwnMetrics();
  const MetricsConfig options = RandomOptions(random);
  MetricsPage page(options, *own);
  std::vector<std::shared_ptr<const ProjectSnapshot>> seen;
  for (int i = 0; i < 200; ++i) {
    SCOPED_TRACE(i);
    const auto snapshot = RandomSnapshot(random, options);
    // Some projects are as they were, some have pipelines that were there before.
    for (auto& project : snapshot->projects) {
      if (seen.empty() || random() % 2 == 0) continue;
      const auto& old = seen[random() % seen.size()];
      auto changed = std::make_shared<ProjectSnapshot>(*old);
      changed->pipelines.erase(std::remove_if(changed->pipelines.begin(), changed->pipelines.end(),
                                              [&random](const auto&) { return random() % 3 == 0; }),
                               changed->pipelines.end());
      project = random() % 2 == 0 ? old : changed;
    }
    for (const auto& project : snapshot->projects) seen.push_back(project);
    MetricsPage fresh_page(options, *own);

    const std::string expected = Fetch(fresh_page, *snapshot, GetParam(), false);
    EXPECT_EQ(Fetch(page, *snapshot, GetParam(), i % 3 == 0), expected);
    EXPECT_EQ(Fetch(page, *snapshot, GetParam(), true), expected);
  }
}

// Pages of many chunks, of which few change.
TEST_P(DifferentialTest, GreatPagesEqualThoseOfAnEmptyCache) {
  std::mt19937 random(3);
  const auto own = MakeOwnMetrics();
  auto snapshot = MakeTypicalSnapshot(2, 150);
  MetricsPage page({}, *own);
  for (std::size_t i = 0; i < 8; ++i) {
    SCOPED_TRACE(i);
    snapshot = std::make_shared<Snapshot>(*snapshot);
    auto project = std::make_shared<ProjectSnapshot>(*snapshot->projects[i % 2]);
    for (int change = 0; change < 3; ++change) {
      auto& pipeline = project->pipelines[random() % project->pipelines.size()];
      PipelineState changed = *pipeline;
      changed.retries += 1;
      changed.consecutive_failures += 10;
      if (i % 4 == 1) changed.name += "-renamed";
      pipeline = std::make_shared<PipelineState>(std::move(changed));
    }
    if (i % 4 == 2) project->pipelines.erase(project->pipelines.begin() + 20);
    snapshot->projects[i % 2] = project;
    MetricsPage fresh_page({}, *own);

    const std::string expected = Fetch(fresh_page, *snapshot, GetParam(), false);
    EXPECT_TRUE(Fetch(page, *snapshot, GetParam(), false) == expected);
    EXPECT_TRUE(Fetch(page, *snapshot, GetParam(), true) == expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, DifferentialTest,
                         ::testing::Values(TextFormat::kPrometheusText, TextFormat::kOpenMetrics),
                         [](const auto& instance) {
                           return instance.param == TextFormat::kOpenMetrics ? "OpenMetrics"
                                                                             : "Text";
                         });

}  // namespace
}  // namespace codearts::testing
