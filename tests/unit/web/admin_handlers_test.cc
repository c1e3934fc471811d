#include "web/admin_handlers.h"

#include <gmock/gmock.h>

#include <string>

namespace codearts {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

WebRequest FromSite(std::string site) {
  WebRequest request;
  request.headers = {{"sec-fetch-site", std::move(site)}};
  return request;
}

TEST(HealthyHandlerTest, SaysThatItLives) {
  const WebResponse response = MakeHealthyHandler()(WebRequest());

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.body, "codearts_pipeline_exporter is healthy.\n");
}

TEST(ReadyHandlerTest, FollowsTheSnapshot) {
  auto snapshot = std::make_shared<Snapshot>();
  const WebHandler handler = MakeReadyHandler([&] { return snapshot; });

  EXPECT_EQ(handler(WebRequest()).status, 503);
  snapshot->ready = true;
  EXPECT_EQ(handler(WebRequest()).status, 200);
}

TEST(ReloadHandlerTest, ReportsTheOutcome) {
  Status outcome;
  const WebHandler handler = MakeReloadHandler([&] { return outcome; });

  EXPECT_EQ(handler(WebRequest()).status, 200);
  outcome = Status(StatusCode::kInvalidArgument, "config.yaml:3: bad key");
  const WebResponse failed = handler(WebRequest());

  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(*failed.body, HasSubstr("config.yaml:3: bad key"));
}

TEST(QuitHandlerTest, AsksForTheEnd) {
  int calls = 0;

  EXPECT_EQ(MakeQuitHandler([&] { ++calls; })(WebRequest()).status, 200);

  EXPECT_EQ(calls, 1);
}

TEST(LifecycleHandlersTest, AreClosedUnlessEnabled) {
  const WebResponse reload = MakeReloadHandler(nullptr)(WebRequest());
  const WebResponse quit = MakeQuitHandler(nullptr)(WebRequest());

  EXPECT_EQ(reload.status, 403);
  EXPECT_THAT(*reload.body, StartsWith("Lifecycle API is not enabled"));
  EXPECT_EQ(quit.status, 403);
}

TEST(LifecycleHandlersTest, RefuseWhatAnotherSiteMakesABrowserSend) {
  int calls = 0;
  const WebHandler quit = MakeQuitHandler([&] { ++calls; });

  EXPECT_EQ(quit(FromSite("cross-site")).status, 403);
  EXPECT_EQ(quit(FromSite("same-site")).status, 403);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(quit(FromSite("same-origin")).status, 200);
  EXPECT_EQ(quit(FromSite("None")).status, 200);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace codearts
