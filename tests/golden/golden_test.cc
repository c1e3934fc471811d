#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "api/run_detail_decode.h"
#include "collect/ledger.h"
#include "metrics/metrics_page.h"
#include "support/fake_clock.h"
#include "support/full_snapshot.h"
#include "support/status_matchers.h"

// Whole pages, byte by byte. UPDATE_GOLDEN=1 rewrites the files; other tests give them to promtool
// and to the OpenMetrics parser of Prometheus' Python client.
namespace codearts::testing {
namespace {

constexpr const char* kFolder = CODEARTS_TESTS_DIR "/golden/";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A pipeline that never ran, and a project that can't be listed.
std::shared_ptr<Snapshot> QuietSnapshot() {
  SnapshotBuilder builder;
  builder.Project("shop").Pipeline(MakePipeline("deploy"));
  builder.Project("refused");
  builder.project().listed = false;
  builder.project().health = {};
  builder.project().health.duration = Duration(12);
  builder.project().health.errors[StatusCode::kPermissionDenied] = 7;
  return builder.Build();
}

// Every label is as bad as it can be.
std::shared_ptr<Snapshot> HostileSnapshot() {
  const std::string newline = "two\nlines\r";
  const std::string quotes = "\"quoted\\\" {a=\"b\"} 1";
  const std::string broken = "\xFF\xC0\xAF cut \xE9\x83";
  const std::string control = "\x01\x1B\x7F";
  const std::string huge(4096, 'x');
  const std::string chinese = "部署到生产环境";
  SnapshotBuilder builder;
  PipelineState pipeline = MakePipeline(chinese + quotes);
  pipeline.id = {newline};
  pipeline.region = "ignored";
  pipeline.group = broken;
  pipeline.component_id = control;
  pipeline.repository = huge;
  pipeline.default_branch = "\xF0\x9F\x9A\x80\xED\xA0\x80";  // A rocket and a surrogate.
  pipeline.latest = MakeRun(1, ExecutionStatus::kUnknown);
  pipeline.latest->id = {huge};
  pipeline.latest->branch = quotes;
  pipeline.latest->commit = newline;
  pipeline.latest->executor = broken;
  pipeline.latest->trigger = control;
  pipeline.latest->url = "javascript:alert(\"1\")";
  StageView stage{"", ExecutionStatus::kAsyncFailed, Duration(1), {}};
  for (const std::string& name : {newline, quotes, broken, control, huge, chinese}) {
    stage.name = name;
    stage.jobs = {{name, ExecutionStatus::kSkipped, Duration(-1), {}}};
    pipeline.stages.push_back(stage);
    pipeline.stage_durations[{name, RunResult::kUnknown}] =
        MakeHistogramOf(builder.bounds().stage, {Duration(1)});
  }
  RunTotals& totals = pipeline.runs[{RunResult::kUnknown, newline, quotes}];
  totals = {kTestStart, 1, MakeHistogramOf(builder.bounds().run, {Duration(1)})};
  // No braces here: the Python client takes one in an exemplar's quotes for the end of the labels.
  SetExemplar(totals.duration, {0, {"\"a\\b\"\n部署"}, 1, Duration(1), kTestStart});
  builder.Project(quotes).Pipeline(std::move(pipeline));
  builder.project().id = {newline};
  builder.project().region = chinese;
  return builder.Build();
}

MetricsConfig HostileOptions() {
  MetricsConfig options = FullOptions();
  options.trigger_label = true;
  options.branch_label = true;
  return options;
}

// The example of ShowPipelineRunDetail's documentation, decoded and counted.
std::shared_ptr<Snapshot> DocumentedExample() {
  const Result<PipelineRun> run =
      DecodeRunDetail(ReadFile(CODEARTS_TESTS_DIR "/data/run_detail_documented_example.json"));
  EXPECT_THAT(run, IsOk());
  Pipeline listed;
  listed.id = run->pipeline_id;
  listed.name = run->name;
  listed.manifest_version = run->manifest_version;
  listed.latest_run = RunSummary();
  listed.latest_run->id = run->id;
  listed.latest_run->run_number = run->run_number;
  listed.latest_run->status = run->status;
  listed.latest_run->start_time = run->start_time;
  listed.latest_run->end_time = run->end_time;

  SnapshotBuilder builder;
  builder.Project("example");
  builder.project().region.clear();
  PipelineState pipeline = StartPipeline(
      listed, {.now = kTestStart, .since = SinceFirstSeen(), .created_after_first_listing = true});
  ObserveListing(listed, pipeline);
  CountingRules rules;
  rules.histogram_level = MetricsLevel::kStep;
  rules.bounds = std::make_shared<HistogramBounds>(builder.bounds());
  ObserveDetail(*run, rules, pipeline, builder.totals());
  builder.Pipeline(std::move(pipeline));
  return builder.Build();
}

struct GoldenCase {
  const char* name;
  std::shared_ptr<Snapshot> (*make_snapshot)();
  MetricsConfig (*make_options)();
};

void PrintTo(const GoldenCase& c, std::ostream* out) {
  *out << c.name;
}

// Returns the page without the process's metrics, which differ from call to call.
std::string RenderPage(const GoldenCase& c, TextFormat format) {
  const testing::FakeClock clock;
  const auto own =
      ExporterMetrics::Create({"1.2.3", "0123abc", "g++ 12.2.0"}, {"list_pipelines"}, clock);
  EXPECT_THAT(own, IsOk());
  (*own)->OnResponse("list_pipelines", 200, Duration(120));
  (*own)->OnBudget("cloudpipeline-ext.cn-north-4.myhuaweicloud.com", 20);
  (*own)->OnConfigLoad(true, kTestStart);
  (*own)->SetShard(0, 1);
  (*own)->SetCredentialExpiries({{"default", kTestStart + std::chrono::hours(24)}});
  MetricsPage page(c.make_options(), **own);
  std::string text = page.Render(*c.make_snapshot(), format).Join();
  text.resize(text.find("# HELP process_"));
  AppendPageEnd(format, text);
  return text;
}

class GoldenTest : public ::testing::TestWithParam<GoldenCase> {
 protected:
  static void Compare(const std::string& page, const std::string& file_name) {
    const std::string path = kFolder + file_name;
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << page;

    EXPECT_EQ(page, ReadFile(path)) << "UPDATE_GOLDEN=1 rewrites " << path;
  }
};

TEST_P(GoldenTest, WritesThePageInTextFormat) {
  Compare(RenderPage(GetParam(), TextFormat::kPrometheusText),
          std::string(GetParam().name) + ".prom");
}

TEST_P(GoldenTest, WritesThePageInOpenMetrics) {
  Compare(RenderPage(GetParam(), TextFormat::kOpenMetrics),
          std::string(GetParam().name) + ".openmetrics");
}

INSTANTIATE_TEST_SUITE_P(Pages, GoldenTest,
                         ::testing::Values(GoldenCase{"full", MakeFullSnapshot, FullOptions},
                                           GoldenCase{"quiet", QuietSnapshot, FullOptions},
                                           GoldenCase{"hostile", HostileSnapshot, HostileOptions},
                                           GoldenCase{"documented_example", DocumentedExample,
                                                      FullOptions}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace codearts::testing
