#include "web/web_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/fake_clock.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::FakeClock;

// "swordfish" at the lowest cost.
constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuugIEnm3ZbWF6xb2GcoE3L1CoGJFMKtu.";

class WebGuardTest : public ::testing::Test {
 protected:
  WebResponse Ask(const std::string& authorization = "") {
    WebRequest request;
    if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
    return guard_.Handle(
        config_,
        [this](const WebRequest&) {
          ++handled_;
          WebResponse response = TextResponse(200, "secret\n");
          response.headers.push_back({"X-Frame-Options", "DENY"});
          return response;
        },
        request);
  }

  void AddAlice() { config_.basic_auth_users.emplace("alice", Secret(kHash)); }

  FakeClock clock_;
  std::vector<std::string> refusals_;
  WebGuard guard_{clock_, [this](std::string_view reason) { refusals_.emplace_back(reason); }};
  WebConfig config_;
  int handled_ = 0;
};

TEST_F(WebGuardTest, AnEmptyConfigurationLetsEverybodyIn) {
  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Ask("Basic nonsense").status, 200);
}

TEST_F(WebGuardTest, AsksForAPassword) {
  AddAlice();

  const WebResponse response = Ask();

  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(*FindHeader(response.headers, "WWW-Authenticate"),
            "Basic realm=\"codearts_pipeline_exporter\"");
  EXPECT_EQ(*response.body, "unauthorized\n");
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebGuardTest, LetsInWhoKnowsThePassword) {
  AddAlice();

  EXPECT_EQ(Ask("Basic YWxpY2U6c3dvcmRmaXNo").status, 200);  // alice:swordfish
  EXPECT_EQ(handled_, 1);
}

TEST_F(WebGuardTest, RefusesWhoDoesNot) {
  AddAlice();

  EXPECT_EQ(Ask("Basic YWxpY2U6c3dvcmRmaXM=").status, 401);  // alice:swordfis
  EXPECT_EQ(Ask("Basic Ym9iOnN3b3JkZmlzaA==").status, 401);  // bob:swordfish
  EXPECT_EQ(Ask("Bearer YWxpY2U6c3dvcmRmaXNo").status, 401);
  EXPECT_EQ(handled_, 0);
  EXPECT_THAT(refusals_, ElementsAre("unauthorized", "unauthorized", "unauthorized"));
}

TEST_F(WebGuardTest, SetsTheHeadersInEveryAnswer) {
  AddAlice();
  config_.headers = {{"X-Frame-Options", "sameorigin"}, {"X-Content-Type-Options", "nosniff"}};

  const WebResponse page = Ask("Basic YWxpY2U6c3dvcmRmaXNo");
  const WebResponse refusal = Ask();

  EXPECT_EQ(page.headers, (std::vector<HttpHeader>{{"X-Frame-Options", "sameorigin"}}));
  EXPECT_EQ(*FindHeader(refusal.headers, "X-Frame-Options"), "sameorigin");
  // FormatReply writes it anyway.
  EXPECT_EQ(FindHeader(refusal.headers, "X-Content-Type-Options"), nullptr);
}

TEST_F(WebGuardTest, LimitsTheRate) {
  config_.rate_limit = {std::chrono::seconds(1), 2};

  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Ask().status, 429);
  EXPECT_EQ(handled_, 2);
  EXPECT_THAT(refusals_, ElementsAre("rate_limit"));

  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Ask().status, 200);
}

}  // namespace
}  // namespace codearts
