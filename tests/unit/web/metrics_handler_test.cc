#include "web/metrics_handler.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"

namespace codearts {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FakeClock;

constexpr const char* kTimeoutHeader = "x-prometheus-SCRAPE-timeout-seconds";

WebRequest WithTimeout(std::string value) {
  WebRequest request;
  request.headers = {{kTimeoutHeader, std::move(value)}};
  return request;
}

TEST(ScrapeBudgetTest, TakesTheConfiguredTimeoutIfTheScraperGivesNone) {
  EXPECT_EQ(ScrapeBudget(WebRequest(), ScrapeConfig()), milliseconds(9500));
}

TEST(ScrapeBudgetTest, TakesTheScrapersTimeoutLessTheOffset) {
  const std::vector<std::pair<std::string, Duration>> cases = {
      {"10", milliseconds(9500)},  {"30.5", seconds(30)},       {"1.25", milliseconds(750)},
      {" 2 ", milliseconds(1500)}, {"1e1", milliseconds(9500)},
  };
  for (const auto& [value, budget] : cases) {
    EXPECT_EQ(ScrapeBudget(WithTimeout(value), ScrapeConfig()), budget) << value;
  }
}

TEST(ScrapeBudgetTest, IgnoresWhatIsNotAPositiveNumber) {
  for (const char* value : {"", "0", "-0", "-5", "nan", "inf", "-inf", "1e999", "5s", "0x5", "5,5",
                            "five", "+5", "1 2"}) {
    EXPECT_EQ(ScrapeBudget(WithTimeout(value), ScrapeConfig()), milliseconds(9500)) << value;
  }
}

TEST(ScrapeBudgetTest, StaysWithinItsBounds) {
  const Duration most = minutes(5) - milliseconds(500);

  EXPECT_EQ(ScrapeBudget(WithTimeout("0.001"), ScrapeConfig()), milliseconds(100));
  EXPECT_EQ(ScrapeBudget(WithTimeout("0.5"), ScrapeConfig()), milliseconds(100));
  EXPECT_EQ(ScrapeBudget(WithTimeout("301"), ScrapeConfig()), most);
  EXPECT_EQ(ScrapeBudget(WithTimeout("1e300"), ScrapeConfig()), most);
}

class MetricsHandlerTest : public ::testing::Test {
 protected:
  MetricsHandlerTest() {
    sources_.scrape = [this](SteadyTime deadline) {
      deadline_ = deadline;
      return std::make_shared<const Snapshot>();
    };
    sources_.render = [this](const Snapshot&, std::string_view accept, std::string_view encoding) {
      accept_ = accept;
      encoding_ = encoding;
      return page_;
    };
    sources_.config = [this] { return config_; };
    page_.content_type = "text/plain; version=0.0.4; charset=utf-8";
    page_.body = TextParts("up 1\n");
  }

  FakeClock clock_;
  ScrapeConfig config_;
  MetricsSources sources_;
  RenderedPage page_;
  SteadyTime deadline_;
  std::string accept_ = "not called";
  std::string encoding_ = "not called";
};

TEST_F(MetricsHandlerTest, ServesTheRenderedPage) {
  const WebResponse response = MakeMetricsHandler(sources_, clock_)(WebRequest());

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.parts.Join(), "up 1\n");
  EXPECT_EQ(response.headers, (std::vector<HttpHeader>{{"Vary", "Accept, Accept-Encoding"}}));
  EXPECT_EQ(accept_, "");
  EXPECT_EQ(encoding_, "");
}

TEST_F(MetricsHandlerTest, NamesTheEncoding) {
  page_.content_encoding = "gzip";

  const WebResponse response = MakeMetricsHandler(sources_, clock_)(WebRequest());

  EXPECT_EQ(*FindHeader(response.headers, "Content-Encoding"), "gzip");
}

TEST_F(MetricsHandlerTest, PassesTheDeadlineOn) {
  MakeMetricsHandler(sources_, clock_)(WithTimeout("3"));

  EXPECT_EQ(deadline_, clock_.SteadyNow() + milliseconds(2500));
}

TEST_F(MetricsHandlerTest, JoinsRepeatedHeaders) {
  WebRequest request;
  request.headers = {{"ACCEPT", "text/plain;q=0.5"},
                     {"accept-encoding", "br"},
                     {"Accept", "application/openmetrics-text"},
                     {"Accept-Encoding", "gzip"}};

  MakeMetricsHandler(sources_, clock_)(request);

  EXPECT_EQ(accept_, "text/plain;q=0.5, application/openmetrics-text");
  EXPECT_EQ(encoding_, "br, gzip");
}

TEST_F(MetricsHandlerTest, FollowsTheConfigurationAfterAReload) {
  const WebHandler handler = MakeMetricsHandler(sources_, clock_);
  config_.timeout = seconds(4);
  config_.timeout_offset = seconds(1);

  handler(WebRequest());

  EXPECT_EQ(deadline_, clock_.SteadyNow() + seconds(3));
}

}  // namespace
}  // namespace codearts
