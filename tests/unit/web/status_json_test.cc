#include "web/status_json.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::kTestStart;
using testing::MakePipeline;
using testing::MakeRun;
using testing::SnapshotBuilder;

std::string Format(const Snapshot& snapshot) {
  return FormatStatusJson({.version = "1.2.3", .revision = "abc"}, snapshot,
                          MakeStatusRows(snapshot, kTestStart), kTestStart);
}

TEST(StatusJsonTest, TellsWhatIsKnownOfAPipeline) {
  PipelineState pipeline = MakePipeline("deploy");
  pipeline.latest = MakeRun(7, ExecutionStatus::kFailed);
  pipeline.broken_since = kTestStart;
  pipeline.consecutive_failures = 3;

  const std::string json = Format(*SnapshotBuilder().Project("shop").Pipeline(pipeline).Build());

  EXPECT_THAT(json, HasSubstr(R"("name":"deploy","project":"shop","project_id":"id-shop")"));
  EXPECT_THAT(json, HasSubstr(R"("number":7,"status":"FAILED","start":1717225200.0,)"
                              R"("end":1717225290.5,"duration":90.5)"));
  EXPECT_THAT(json, HasSubstr(R"("url":"https://devcloud.example/run/7")"));
  EXPECT_THAT(json, HasSubstr(R"("broken_since":1717200000.0,"consecutive_failures":3)"));
  EXPECT_THAT(json, HasSubstr(R"("shown_as":["broken"])"));
}

TEST(StatusJsonTest, SaysNullWhereNothingIsKnown) {
  const std::string json =
      Format(*SnapshotBuilder().Project("shop").Pipeline(MakePipeline("new")).Build());

  EXPECT_THAT(json, HasSubstr(R"("latest_run":null,"when":null,"usual_duration":null,)"
                              R"("broken_since":null)"));
  EXPECT_THAT(json, HasSubstr(R"("shown_as":["never"])"));
}

TEST(StatusJsonTest, TellsHowProjectsAre) {
  SnapshotBuilder builder;
  builder.Project("shop");
  builder.project().health.up = false;
  builder.project().health.last_error = Status(StatusCode::kPermissionDenied, "HTTP 403");

  EXPECT_THAT(Format(*builder.Build()),
              HasSubstr(R"("up":false,"pipelines":0,"last_refresh":1717200000.0,)"
                        R"("refresh_duration":0.25,"last_error":{"reason":"permission_denied",)"
                        R"("message":"HTTP 403","time":null})"));
}

TEST(StatusJsonTest, LinksToHttpsAlone) {
  EXPECT_EQ(LinkableUrl("https://devcloud.example/a"), "https://devcloud.example/a");
  for (const char* url :
       {"", "javascript:alert(1)", "http://devcloud.example/", "//x", "HTTPS://"}) {
    EXPECT_EQ(LinkableUrl(url), "") << url;
  }
}

}  // namespace
}  // namespace codearts
