#include "web/status_page.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"
#include "web/status_table.h"

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::kTestStart;
using testing::MakePipeline;
using testing::MakeRun;
using ::testing::Not;
using testing::SnapshotBuilder;

std::string Render(const Snapshot& snapshot, const std::string& query = "",
                   Language language = Language::kEnglish) {
  const ProgramFacts facts{.version = "1.2.3", .telemetry_path = "/telemetry"};
  return RenderStatusPage({.facts = facts,
                           .query = ParseStatusQuery(query),
                           .language = language,
                           .configuration = "secret_key: <hidden>",
                           .now = kTestStart + hours(5)},
                          snapshot);
}

PipelineState Failed(const std::string& name) {
  PipelineState pipeline = MakePipeline(name);
  pipeline.latest = MakeRun(3, ExecutionStatus::kFailed);
  pipeline.broken_since = pipeline.latest->end_time;
  pipeline.consecutive_failures = 2;
  pipeline.stages = {{"test", ExecutionStatus::kFailed, {}, {}}};
  return pipeline;
}

TEST(StatusPageTest, ShowsWhatBrokeSinceWhenAndWhere) {
  const std::string page =
      Render(*SnapshotBuilder().Project("shop").Pipeline(Failed("deploy")).Build());

  EXPECT_THAT(page, HasSubstr("deploy<small>shop</small>"));
  EXPECT_THAT(page, HasSubstr("</span> Failed</span>"));
  EXPECT_THAT(page, HasSubstr("<a href=\"https://devcloud.example/run/3\" rel=\"noreferrer\">#3</a>"
                              "<small>main</small>"));
  EXPECT_THAT(page, HasSubstr("title=\"2024-06-01T03:01:30Z\">1h 58m ago</time>"
                              "<small>2 failures in a row</small>"));
  EXPECT_THAT(page, HasSubstr(">1m 30s</td>"));
  EXPECT_THAT(page, HasSubstr(">test</td>"));
}

TEST(StatusPageTest, SpeaksChinese) {
  const std::string page = Render(*SnapshotBuilder().Project("shop").Pipeline(Failed("x")).Build(),
                                  "", Language::kChinese);

  EXPECT_THAT(page, HasSubstr("</span> 失败</span>"));
  EXPECT_THAT(page, HasSubstr(">1 小时 58 分前</time><small>连续失败 2 次"));
  EXPECT_THAT(page, HasSubstr(">1 分 30 秒</td>"));
  EXPECT_THAT(page, Not(HasSubstr("in a row")));
}

TEST(StatusPageTest, LinksByReferencesThatWorkBehindAPrefix) {
  const std::string page = Render(*SnapshotBuilder().Project("shop").Build());

  for (const char* path : {"telemetry", "sd", "api/v1/status", "-/healthy", "-/ready"}) {
    EXPECT_THAT(page, HasSubstr("<a href=\"" + std::string(path) + "\">"));
  }
  EXPECT_THAT(page, Not(HasSubstr("=\"/")));
}

TEST(StatusPageTest, MakesHostileNamesInert) {
  const std::string hostile = "\"><script>alert(1)</script><b a='";
  PipelineState pipeline = Failed(hostile);
  pipeline.id = {hostile};
  pipeline.latest->branch = hostile;
  pipeline.latest->url = "javascript:alert(1)";
  pipeline.stages[0].name = hostile;
  SnapshotBuilder builder;
  builder.Project(hostile).Pipeline(pipeline);
  builder.project().region = hostile;
  builder.project().health.last_error = Status(StatusCode::kUnavailable, hostile);

  const std::string page = Render(*builder.Build(), "q=%22%3E%3Cscript%3E");

  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("javascript:")));
  EXPECT_THAT(page, HasSubstr("value=\"&quot;&gt;&lt;script&gt;\""));
}

TEST(StatusPageTest, FiltersAndSortsWithoutScripts) {
  const auto snapshot = SnapshotBuilder()
                            .Project("shop")
                            .Pipeline(Failed("deploy"))
                            .Pipeline(MakePipeline("other"))
                            .Build();

  const std::string page = Render(*snapshot, "show=broken&sort=when");

  EXPECT_THAT(page, HasSubstr("1 of 2 pipelines"));
  EXPECT_THAT(page, Not(HasSubstr("other<small>")));
  EXPECT_THAT(page, HasSubstr("aria-sort=\"ascending\"><a href=\"?show=broken&amp;sort=when"
                              "&amp;desc=1\""));
}

TEST(StatusPageTest, ShowsTheMostUrgentOfManyUnlessAskedForAll) {
  SnapshotBuilder builder;
  builder.Project("shop");
  for (std::size_t i = 0; i <= kShownRows; ++i) {
    builder.Pipeline(MakePipeline("p" + std::to_string(1000 + i)));
  }
  builder.Pipeline(Failed("z-broken"));

  const std::string page = Render(*builder.Build());
  const std::string all = Render(*builder.Build(), "all=1");

  EXPECT_THAT(page, HasSubstr("200 of 202 pipelines"));
  EXPECT_THAT(page, HasSubstr("z-broken<small>"));
  EXPECT_THAT(page, Not(HasSubstr("p1200<small>")));
  EXPECT_THAT(page, HasSubstr("<p id=\"more\"><a href=\"?show=all&amp;all=1\">"));
  EXPECT_THAT(all, HasSubstr("202 of 202 pipelines"));
  EXPECT_THAT(all, HasSubstr("p1200<small>"));
  EXPECT_THAT(all, HasSubstr("<p id=\"more\" hidden>"));
}

TEST(StatusPageTest, SaysWhyThereIsNothing) {
  Snapshot snapshot;
  EXPECT_THAT(Render(snapshot), HasSubstr("No project is known"));
  EXPECT_THAT(Render(snapshot), HasSubstr("role=\"alert\">The first refresh has not ended yet"));
}

TEST(StatusPageTest, TellsInWordsWhyAProjectFails) {
  SnapshotBuilder builder;
  builder.Project("shop");
  builder.project().health.up = false;
  builder.project().health.last_error = Status(StatusCode::kPermissionDenied, "HTTP 403");

  const std::string page = Render(*builder.Build());

  EXPECT_THAT(page, HasSubstr("The credential lacks a permission<small>HTTP 403</small>"));
  EXPECT_THAT(page, HasSubstr("failing</span>"));
}

TEST(StatusPageTest, ShowsHowProjectsAreDiscovered) {
  const auto snapshot = SnapshotBuilder().Project("shop").Build();
  DiscoveryHealth found;
  found.label = "discovery[0]";
  found.projects = 12;
  found.last_success = kTestStart;
  DiscoveryHealth refused;
  refused.label = "discovery[1]";
  refused.last_error = Status(StatusCode::kPermissionDenied, "HTTP 403");
  snapshot->discoveries = {found, refused};

  const std::string page = Render(*snapshot);

  EXPECT_THAT(page, HasSubstr("discovery[0]<small></small></th>"));
  EXPECT_THAT(page, HasSubstr("12 projects found"));
  EXPECT_THAT(page, HasSubstr("The credential lacks a permission<small>HTTP 403</small>"));
}

TEST(StatusPageTest, ShowsTheConfiguration) {
  EXPECT_THAT(Render(Snapshot()), HasSubstr("secret_key: &lt;hidden&gt;</pre>"));
}

TEST(FormatSpanTest, UsesTheTwoLargestUnits) {
  const StatusTexts& texts = TextsOf(Language::kEnglish);
  EXPECT_EQ(FormatSpan(Duration(-5), texts), "<1s");
  EXPECT_EQ(FormatSpan(Duration(999), texts), "<1s");
  EXPECT_EQ(FormatSpan(Duration(59'999), texts), "59s");
  EXPECT_EQ(FormatSpan(minutes(7) + seconds(12), texts), "7m 12s");
  EXPECT_EQ(FormatSpan(hours(5), texts), "5h 0m");
  EXPECT_EQ(FormatSpan(hours(76) + minutes(59), texts), "3d 4h");
}

TEST(FormatSpanTest, WritesTheUnitsOfTheLanguage) {
  const StatusTexts& texts = TextsOf(Language::kChinese);
  EXPECT_EQ(FormatSpan(Duration(999), texts), "不到 1 秒");
  EXPECT_EQ(FormatSpan(seconds(59), texts), "59 秒");
  EXPECT_EQ(FormatSpan(hours(76) + minutes(59), texts), "3 天 4 小时");
}

}  // namespace
}  // namespace codearts
