#include "web/probe_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using testing::FakeClock;
using ::testing::HasSubstr;
using testing::SnapshotBuilder;

WebRequest Ask(std::string query) {
  WebRequest request;
  request.method = "GET";
  request.path = "/probe";
  request.query = std::move(query);
  request.headers = {{"Accept", "text/plain"}, {"Accept-Encoding", "gzip"}};
  return request;
}

class ProbeHandlerTest : public ::testing::Test {
 protected:
  ProbeHandlerTest() {
    SnapshotBuilder builder;
    builder.Project("shop").Project("bank");
    now_ = builder.Build();
    later_ = now_;
    ProbeSources sources;
    sources.current = [this] { return now_; };
    sources.scrape = [this](SteadyTime deadline) {
      ++scrapes_;
      deadline_ = deadline;
      return later_;
    };
    sources.render = [](const Snapshot& snapshot, const ProjectId& project, std::string_view accept,
                        std::string_view encoding) -> std::optional<RenderedPage> {
      for (const auto& one : snapshot.projects) {
        if (one->id != project) continue;
        RenderedPage page;
        page.content_type = std::string(accept);
        page.content_encoding = std::string(encoding);
        page.body = TextParts("page of " + one->name);
        return page;
      }
      return std::nullopt;
    };
    sources.config = [] { return ScrapeConfig(); };
    handler_ = MakeProbeHandler(std::move(sources), clock_);
  }

  // A snapshot that has one project more.
  static std::shared_ptr<const Snapshot> WithNewProject() {
    SnapshotBuilder builder;
    builder.Project("shop").Project("bank").Project("new");
    return builder.Build();
  }

  FakeClock clock_;
  std::shared_ptr<const Snapshot> now_;
  std::shared_ptr<const Snapshot> later_;
  int scrapes_ = 0;
  SteadyTime deadline_;
  WebHandler handler_;
};

TEST_F(ProbeHandlerTest, AnswersWithTheMetricsOfTheProjectAfterAScrape) {
  const WebResponse response = handler_(Ask("project=id-bank"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.parts.Join(), "page of bank");
  EXPECT_EQ(response.content_type, "text/plain");
  EXPECT_EQ(scrapes_, 1);
  EXPECT_EQ(deadline_, clock_.SteadyNow() + std::chrono::milliseconds(9500));
}

TEST_F(ProbeHandlerTest, RefusesAnythingElseWithoutACall) {
  for (const char* query :
       {"", "project=", "project=shop", "project=ID-SHOP", "project=id-shop%00", "projects=id-shop",
        "project=id-shop&project=id-bank", "project=id-shop&project=id-shop",
        "project=../../etc/passwd", "project=%3Cscript%3E", "project=*", "project=id-shop+"}) {
    const WebResponse response = handler_(Ask(query));
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_THAT(*response.body, HasSubstr("project")) << query;
    EXPECT_EQ(response.body->find("script"), std::string::npos);
  }
  EXPECT_EQ(scrapes_, 0);
}

TEST_F(ProbeHandlerTest, LooksForAnUnknownProjectOnlyWhenADiscoveryIsDue) {
  later_ = WithNewProject();
  EXPECT_EQ(handler_(Ask("project=id-new")).status, 400);
  Snapshot due = *now_;
  due.next_discovery = clock_.SteadyNow() + std::chrono::seconds(1);
  now_ = std::make_shared<const Snapshot>(due);
  EXPECT_EQ(handler_(Ask("project=id-new")).status, 400);
  EXPECT_EQ(scrapes_, 0);

  clock_.Advance(std::chrono::seconds(1));
  const WebResponse response = handler_(Ask("project=id-new"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.parts.Join(), "page of new");
  EXPECT_EQ(scrapes_, 1);
}

TEST_F(ProbeHandlerTest, SaysWhenADiscoveryIsMissing) {
  Snapshot failing = *now_;
  failing.discoveries.emplace_back();
  now_ = std::make_shared<const Snapshot>(failing);

  const WebResponse response = handler_(Ask("project=id-new"));

  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(*response.body, HasSubstr("discovery"));
}

TEST_F(ProbeHandlerTest, RefusesAProjectThatIsGoneAfterTheScrape) {
  later_ = std::make_shared<const Snapshot>();

  EXPECT_EQ(handler_(Ask("project=id-shop")).status, 400);
}

}  // namespace
}  // namespace codearts
