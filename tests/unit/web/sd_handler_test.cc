#include "web/sd_handler.h"

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
using testing::MakePipeline;
using testing::SnapshotBuilder;

WebRequest AskAs(std::string host) {
  WebRequest request;
  request.method = "GET";
  request.path = "/sd";
  request.headers = {{"host", std::move(host)}};
  return request;
}

class SdHandlerTest : public ::testing::Test {
 protected:
  SdHandlerTest() {
    SnapshotBuilder builder;
    builder.Project("shop");
    snapshot_ = *builder.Build();
    SdSources sources;
    sources.current = [this] { return std::make_shared<const Snapshot>(snapshot_); };
    sources.scrape = [this](SteadyTime) {
      ++scrapes_;
      snapshot_.next_discovery.reset();
      for (DiscoveryHealth& discovery : snapshot_.discoveries) discovery.attempted = true;
      return std::make_shared<const Snapshot>(snapshot_);
    };
    sources.config = [] { return ScrapeConfig(); };
    handler_ = MakeSdHandler(std::move(sources), clock_);
  }

  FakeClock clock_;
  Snapshot snapshot_;
  int scrapes_ = 0;
  WebHandler handler_;
};

TEST_F(SdHandlerTest, NamesOneTargetPerProjectAtTheAddressOfTheRequest) {
  const WebResponse response = handler_(AskAs("exporter.example:10440"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(*response.body,
            "[{\"targets\":[\"exporter.example:10440\"],\"labels\":{"
            "\"__metrics_path__\":\"/probe\",\"__param_project\":\"id-shop\","
            "\"project\":\"shop\",\"project_id\":\"id-shop\",\"region\":\"" +
                snapshot_.projects[0]->region + "\"}}]\n");
  EXPECT_EQ(scrapes_, 0);
}

TEST_F(SdHandlerTest, TakesAnyHostThatIsOne) {
  for (const char* host : {"exporter", "127.0.0.1:80", "[::1]:10440", "a-b.example.com"}) {
    const WebResponse response = handler_(AskAs(host));
    EXPECT_EQ(response.status, 200) << host;
    EXPECT_THAT(*response.body, HasSubstr(std::string("\"targets\":[\"") + host + "\"]"));
  }
}

TEST_F(SdHandlerTest, RefusesHostsThatWouldLeadElsewhere) {
  for (const char* host :
       {"", "user@evil.example", "evil.example/path", "evil.example?x=", "evil.example?",
        "evil.example#", "a b", "a\"b", "a,b", "a\\b", "host:port", "host:99999", "http://evil",
        "\xff\xfe", "a\nb", "${HOST}"}) {
    const WebResponse response = handler_(AskAs(host));
    EXPECT_EQ(response.status, 400) << host;
  }
  EXPECT_EQ(handler_(WebRequest()).status, 400);
}

TEST_F(SdHandlerTest, EscapesWhateverAProjectIsCalled) {
  SnapshotBuilder builder;
  builder.Project("quote\" back\\ line\n </script> \xff 订单");
  snapshot_ = *builder.Build();

  const std::string body = *handler_(AskAs("exporter")).body;

  EXPECT_THAT(body, HasSubstr("quote\\\" back\\\\ line\\n "));
  EXPECT_THAT(body, HasSubstr("\xEF\xBF\xBD 订单"));
}

TEST_F(SdHandlerTest, TakesTheRegionThatTheApiGivesIfNoneIsConfigured) {
  SnapshotBuilder builder;
  PipelineState pipeline = MakePipeline("a");
  pipeline.region = "region-of-api";
  builder.Project("shop").Pipeline(pipeline);
  builder.project().region = "";
  snapshot_ = *builder.Build();

  EXPECT_THAT(*handler_(AskAs("exporter")).body, HasSubstr("\"region\":\"region-of-api\""));
}

TEST_F(SdHandlerTest, StartsADiscoveryThatIsDue) {
  snapshot_.next_discovery = clock_.SteadyNow();
  EXPECT_EQ(handler_(AskAs("exporter")).status, 200);
  EXPECT_EQ(scrapes_, 1);

  EXPECT_EQ(handler_(AskAs("exporter")).status, 200);
  EXPECT_EQ(scrapes_, 1);
}

TEST_F(SdHandlerTest, SaysNothingRatherThanTooLittleBeforeTheFirstDiscoveryHasEnded) {
  snapshot_.discoveries.emplace_back();
  snapshot_.discoveries[0].label = "discovery[0]";

  const WebResponse response = handler_(AskAs("exporter"));

  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(*response.body, HasSubstr("discovery[0]"));
}

TEST_F(SdHandlerTest, NamesWhatIsKnownAlthoughADiscoveryFails) {
  DiscoveryHealth failing;
  failing.attempted = true;
  failing.last_error = Status(StatusCode::kPermissionDenied, "HTTP 403");
  snapshot_.discoveries = {failing};
  EXPECT_EQ(handler_(AskAs("exporter")).status, 200);

  // Nobody known is rather a failure than the end of all projects.
  snapshot_.projects.clear();
  EXPECT_EQ(handler_(AskAs("exporter")).status, 503);

  snapshot_.discoveries[0].last_error.reset();
  EXPECT_EQ(*handler_(AskAs("exporter")).body, "[]\n");
}

}  // namespace
}  // namespace codearts
