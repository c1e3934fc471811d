#include "metrics/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "metrics/catalogue.h"
#include "support/exposition_parser.h"
#include "support/fake_clock.h"
#include "support/full_snapshot.h"
#include "support/status_matchers.h"
#include "unit/metrics/gunzip.h"

namespace codearts {
namespace {

using testing::FakeClock;
using testing::FindSample;
using testing::FullOptions;
using testing::Gunzip;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kTestStart;
using testing::MakeFullSnapshot;
using testing::MakeHistogramOf;
using testing::MakePipeline;
using ::testing::Not;
using testing::ParsedFamily;
using testing::ParsedSample;
using testing::ParseExposition;
using testing::SnapshotBuilder;

using TextFormat::kOpenMetrics;
using TextFormat::kPrometheusText;

std::unique_ptr<ExporterMetrics> MakeOwnMetrics() {
  static const FakeClock clock;
  auto own = ExporterMetrics::Create({"1.2.3", "abc", "g++"}, {"list_pipelines"}, clock);
  EXPECT_THAT(own, IsOk());
  (*own)->OnBudget("pipeline.example", 20);
  (*own)->OnConfigLoad(true, kTestStart);
  (*own)->SetShard(0, 1);
  (*own)->SetCredentialExpiries({{"default", kTestStart}});
  return std::move(*own);
}

std::vector<ParsedFamily> Parse(const std::string& page) {
  Result<std::vector<ParsedFamily>> families = ParseExposition(page);
  EXPECT_THAT(families, IsOk());
  return families.ok() ? *families : std::vector<ParsedFamily>();
}

// The part of a page that does not change from scrape to scrape.
std::string StablePart(const std::string& page) {
  return page.substr(0, page.find("# HELP codearts_exporter_page_cache_bytes"));
}

std::set<std::string> LabelNames(const ParsedSample& sample) {
  std::set<std::string> names;
  for (const auto& [name, value] : sample.labels) {
    if (name != "le") names.insert(name);
  }
  return names;
}

std::set<std::string> LabelNames(const MetricSpec& spec, bool with_optional) {
  std::set<std::string> names(spec.labels.begin(), spec.labels.end());
  if (with_optional) names.insert(spec.optional_labels.begin(), spec.optional_labels.end());
  return names;
}

class MetricsPageTest : public ::testing::Test {
 protected:
  std::unique_ptr<ExporterMetrics> own_ = MakeOwnMetrics();
};

TEST_F(MetricsPageTest, HasEveryMetricOfTheCatalogueInItsOrder) {
  MetricsPage page(FullOptions(), *own_);

  const std::vector<ParsedFamily> families =
      Parse(page.Render(*MakeFullSnapshot(), kPrometheusText).Join());

  std::vector<std::string> names;
  for (const ParsedFamily& family : families) names.push_back(family.name);
  std::vector<std::string> expected;
  for (const MetricSpec& spec : MetricCatalogue()) expected.emplace_back(spec.name);
  // A limit that this machine may not have set.
  names.erase(std::remove(names.begin(), names.end(), "process_virtual_memory_max_bytes"),
              names.end());
  expected.erase(std::remove(expected.begin(), expected.end(), "process_virtual_memory_max_bytes"),
                 expected.end());
  EXPECT_EQ(names, expected);
}

TEST_F(MetricsPageTest, HasTheLabelsTypesAndTextsOfTheCatalogue) {
  for (const bool run_labels : {false, true}) {
    MetricsConfig options = FullOptions();
    options.trigger_label = run_labels;
    options.branch_label = run_labels;
    MetricsPage page(options, *own_);

    for (const ParsedFamily& family :
         Parse(page.Render(*MakeFullSnapshot(), kPrometheusText).Join())) {
      const MetricSpec* spec = FindMetric(family.name);
      ASSERT_NE(spec, nullptr) << family.name;
      EXPECT_EQ(family.type, MetricTypeName(spec->type)) << family.name;
      EXPECT_EQ(family.help, spec->help);
      for (const ParsedSample& sample : family.samples) {
        EXPECT_EQ(LabelNames(sample), LabelNames(*spec, run_labels)) << sample.name;
      }
    }
  }
}

TEST_F(MetricsPageTest, HasTheSameSeriesInOpenMetrics) {
  MetricsPage page(FullOptions(), *own_);
  const auto snapshot = MakeFullSnapshot();

  const std::vector<ParsedFamily> text =
      Parse(StablePart(page.Render(*snapshot, kPrometheusText).Join()));
  const std::vector<ParsedFamily> open_metrics =
      Parse(StablePart(page.Render(*snapshot, kOpenMetrics).Join()) + "# EOF\n");

  ASSERT_EQ(text.size(), open_metrics.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::vector<ParsedSample> samples = open_metrics[i].samples;
    samples.erase(
        std::remove_if(samples.begin(), samples.end(),
                       [](const ParsedSample& s) { return s.name.ends_with("_created"); }),
        samples.end());
    for (ParsedSample& sample : samples) sample.exemplar.clear();
    EXPECT_EQ(samples, text[i].samples);
    EXPECT_EQ(open_metrics[i].unit, FindMetric(text[i].name)->unit);
  }
}

TEST_F(MetricsPageTest, CountsTheSeriesOfPipelines) {
  MetricsPage page(FullOptions(), *own_);

  const auto families = Parse(page.Render(*MakeFullSnapshot(), kOpenMetrics).Join());

  std::size_t series = 0;
  for (const ParsedFamily& family : families) {
    if (!family.name.starts_with("codearts_pipeline_")) continue;
    for (const ParsedSample& sample : family.samples) {
      if (!sample.name.ends_with("_created")) ++series;
    }
  }
  EXPECT_EQ(FindSample(families, "codearts_exporter_series")->value, std::to_string(series));
}

TEST_F(MetricsPageTest, ServesItsOwnMetricsBeforeThereIsAnyData) {
  MetricsPage page({}, *own_);

  const auto families = Parse(page.Render(*SnapshotBuilder().Build(), kPrometheusText).Join());

  EXPECT_EQ(FindSample(families, "codearts_exporter_up"), nullptr);
  EXPECT_NE(FindSample(families, "codearts_exporter_build_info", {{"version", "1.2.3"}}), nullptr);
  EXPECT_EQ(FindSample(families, "codearts_exporter_series")->value, "0");
}

TEST_F(MetricsPageTest, KeepsProjectsApartThatHaveTheSamePipelines) {
  SnapshotBuilder builder;
  builder.Project("a").Pipeline(MakePipeline("x")).Project("b").Pipeline(MakePipeline("x"));
  MetricsPage page({}, *own_);

  const auto families = Parse(page.Render(*builder.Build(), kPrometheusText).Join());

  EXPECT_NE(FindSample(families, "codearts_pipeline_info", {{"project", "a"}}), nullptr);
  EXPECT_NE(FindSample(families, "codearts_pipeline_info", {{"project", "b"}}), nullptr);
}

TEST_F(MetricsPageTest, AddsUpTheTotalsOfProjectsOfOneName) {
  SnapshotBuilder builder;
  for (const char* id : {"1", "2", "3"}) {
    builder.Project("shop");
    builder.project().id = {id};
    builder.project().listed = id != std::string("3");
    builder.totals().dispatch_wait = MakeHistogramOf(builder.bounds().stage, {Duration(1000)});
  }
  builder.Project("other");
  builder.totals().dispatch_wait = MakeHistogramOf(builder.bounds().stage, {Duration(5000)});
  MetricsPage page({}, *own_);

  const auto families = Parse(page.Render(*builder.Build(), kPrometheusText).Join());

  const std::string sum = "codearts_pipeline_run_dispatch_wait_seconds_sum";
  EXPECT_EQ(FindSample(families, sum, {{"project", "shop"}})->value, "2");
  EXPECT_EQ(FindSample(families, sum, {{"project", "other"}})->value, "5");
  EXPECT_EQ(FindSample(families, "codearts_exporter_series")->value, "10");
}

TEST_F(MetricsPageTest, ServesOneProjectAlone) {
  SnapshotBuilder builder;
  builder.Project("a").Pipeline(MakePipeline("x")).Project("b").Pipeline(MakePipeline("y"));
  const auto snapshot = builder.Build();
  MetricsPage page({}, *own_);

  const auto text = page.RenderProject(*snapshot, {"id-b"}, kPrometheusText);
  const auto open_metrics = page.RenderProject(*snapshot, {"id-b"}, kOpenMetrics);

  ASSERT_TRUE(text && open_metrics);
  const std::string body = text->Join();
  const auto families = Parse(body);
  EXPECT_NE(FindSample(families, "codearts_pipeline_info", {{"pipeline", "y"}}), nullptr);
  EXPECT_NE(FindSample(families, "codearts_exporter_up", {{"project", "b"}}), nullptr);
  EXPECT_THAT(body, Not(HasSubstr("\"a\"")));
  EXPECT_THAT(body, Not(HasSubstr("codearts_exporter_series")));
  EXPECT_THAT(body, Not(HasSubstr("process_")));
  EXPECT_TRUE(open_metrics->Join().ends_with("# EOF\n"));
  EXPECT_EQ(
      Gunzip(page.RenderProject(*snapshot, {"id-b"}, kPrometheusText, PageEncoding::kGzip)->Join()),
      body);
  EXPECT_FALSE(page.RenderProject(*snapshot, {"id-c"}, kPrometheusText));
}

TEST_F(MetricsPageTest, FollowsNewOptions) {
  const auto snapshot = MakeFullSnapshot();
  MetricsConfig options = FullOptions();
  MetricsPage page(options, *own_);
  EXPECT_THAT(page.Render(*snapshot, kPrometheusText).Join(),
              HasSubstr("codearts_pipeline_last_run_info{"));
  options.run_info = false;
  options.series_limit = 5;

  page.SetOptions(options);

  const std::string changed = page.Render(*snapshot, kPrometheusText).Join();
  EXPECT_THAT(changed, Not(HasSubstr("codearts_pipeline_last_run_info")));
  EXPECT_THAT(changed, HasSubstr("codearts_exporter_series_limit 5\n"));
}

TEST_F(MetricsPageTest, CompressesTheSamePage) {
  const auto snapshot = MakeFullSnapshot();
  for (const TextFormat format : {kPrometheusText, kOpenMetrics}) {
    MetricsPage page(FullOptions(), *own_);

    const std::string text = page.Render(*snapshot, format).Join();
    const auto gzip = Gunzip(page.Render(*snapshot, format, PageEncoding::kGzip).Join());

    ASSERT_TRUE(gzip);
    EXPECT_EQ(StablePart(*gzip), StablePart(text));
    EXPECT_EQ(gzip->ends_with("# EOF\n"), format == kOpenMetrics);
  }
}

TEST_F(MetricsPageTest, OutlivesItsMaker) {
  const auto snapshot = MakeFullSnapshot();
  auto page = std::make_unique<MetricsPage>(FullOptions(), *own_);
  const std::string expected = StablePart(page->Render(*snapshot, kPrometheusText).Join());
  const TextParts text = page->Render(*snapshot, kPrometheusText);
  const TextParts gzip = page->Render(*snapshot, kPrometheusText, PageEncoding::kGzip);

  page.reset();

  EXPECT_EQ(StablePart(text.Join()), expected);
  EXPECT_EQ(StablePart(Gunzip(gzip.Join()).value_or("")), expected);
}

TEST_F(MetricsPageTest, SharesTheTextOfUnchangedPages) {
  const auto snapshot = MakeFullSnapshot();
  MetricsPage page(FullOptions(), *own_);

  const TextParts first = page.Render(*snapshot, kPrometheusText);
  const TextParts second = page.Render(*snapshot, kPrometheusText);

  EXPECT_EQ(first.parts().front().data(), second.parts().front().data());
  EXPECT_EQ(page.Render(*snapshot, kPrometheusText, PageEncoding::kGzip).parts().front().data(),
            page.Render(*snapshot, kPrometheusText, PageEncoding::kGzip).parts().front().data());
}

TEST_F(MetricsPageTest, TellsTheMemoryOfWhatItKeeps) {
  const auto snapshot = MakeFullSnapshot();
  MetricsPage page(FullOptions(), *own_);
  const auto bytes = [&](const char* form) {
    return std::stoul(FindSample(Parse(page.Render(*snapshot, kPrometheusText).Join()),
                                 "codearts_exporter_page_cache_bytes", {{"form", form}})
                          ->value);
  };
  const std::size_t text = bytes("text");
  EXPECT_GT(text, 10000U);
  EXPECT_EQ(bytes("gzip"), 0U);

  page.Render(*snapshot, kPrometheusText, PageEncoding::kGzip);
  EXPECT_GT(bytes("gzip"), 100U);
  EXPECT_EQ(bytes("text"), text);

  page.Render(*snapshot, kOpenMetrics);
  EXPECT_GT(bytes("text"), 2 * text);
}

TEST_F(MetricsPageTest, ForgetsAFormatThatNobodyAsksFor) {
  SnapshotBuilder builder;
  builder.Project("shop").Pipeline(MakePipeline("a"));
  const auto first = builder.Build();
  MetricsPage page({}, *own_);
  const std::string expected = StablePart(page.Render(*first, kOpenMetrics).Join());
  std::set<std::string> text_bytes;
  for (int i = 0; i < 100; ++i) {
    const auto next = builder.Build();
    text_bytes.insert(FindSample(Parse(page.Render(*next, kPrometheusText).Join()),
                                 "codearts_exporter_page_cache_bytes", {{"form", "text"}})
                          ->value);
    if (i < 50) page.Render(*first, kOpenMetrics);
  }

  EXPECT_EQ(text_bytes.size(), 2U);
  EXPECT_EQ(StablePart(page.Render(*first, kOpenMetrics).Join()), expected);
}

TEST_F(MetricsPageTest, RendersForManyAtOnce) {
  SnapshotBuilder builder;
  builder.Project("shop").Pipeline(MakePipeline("a")).Pipeline(MakePipeline("b"));
  const auto old_snapshot = builder.Build();
  builder.Pipeline(MakePipeline("c"));
  const auto new_snapshot = builder.Build();
  MetricsPage page({}, *own_);
  const std::string old_page = StablePart(page.Render(*old_snapshot, kPrometheusText).Join());
  const std::string new_page = StablePart(page.Render(*new_snapshot, kPrometheusText).Join());
  ASSERT_NE(old_page, new_page);

  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        own_->OnResponse("list_pipelines", 200, Duration(5));
        const bool use_old = (static_cast<std::size_t>(round) + i) % 3 == 0;
        const Snapshot& snapshot = use_old ? *old_snapshot : *new_snapshot;
        const bool gzip = round % 2 == 0;
        const std::string body = page.Render(snapshot, kPrometheusText,
                                             gzip ? PageEncoding::kGzip : PageEncoding::kIdentity)
                                     .Join();
        const std::string rendered = gzip ? Gunzip(body).value_or("") : body;
        if (StablePart(rendered) != (use_old ? old_page : new_page)) ++wrong[i];
        if (round % 10 == 0) page.SetOptions({});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace codearts
