#include "web/status_handlers.h"

#include <gmock/gmock.h>

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
using ::testing::StartsWith;

class StatusHandlersTest : public ::testing::Test {
 protected:
  StatusSources Sources() const {
    return {.facts = {.version = "1.2.3"},
            .current = [snapshot = snapshot_] { return snapshot; },
            .configuration = [] { return std::string("level: job"); }};
  }

  WebResponse Page(const WebRequest& request) const {
    return MakeStatusPageHandler(Sources(), clock_)(request);
  }

  static WebRequest Asking(const char* header, const char* value) {
    WebRequest request;
    request.headers = {{header, value}};
    return request;
  }

  FakeClock clock_;
  std::shared_ptr<const Snapshot> snapshot_ =
      SnapshotBuilder().Project("shop").Pipeline(MakePipeline("deploy")).Build();
};

TEST_F(StatusHandlersTest, SpeakTheLanguageOfTheBrowser) {
  EXPECT_THAT(*Page({}).body, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(*Page(Asking("accept-language", "zh-CN")).body, HasSubstr("<html lang=\"zh-CN\">"));
}

TEST_F(StatusHandlersTest, SpeakTheChosenLanguageRatherThanTheBrowsers) {
  WebRequest request = Asking("Accept-Language", "zh-CN");
  request.query = "lang=en";

  const std::string body = *Page(request).body;

  EXPECT_THAT(body, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(body, HasSubstr("name=\"lang\" value=\"en\""));
}

TEST_F(StatusHandlersTest, CompressForThoseWhoCanReadIt) {
  const WebResponse response = Page(Asking("Accept-Encoding", "gzip, br"));

  EXPECT_EQ(*FindHeader(response.headers, "Content-Encoding"), "gzip");
  EXPECT_EQ(*FindHeader(response.headers, "Vary"), "Accept-Language, Accept-Encoding");
  EXPECT_THAT(*response.body, StartsWith("\x1f\x8b"));
  EXPECT_EQ(FindHeader(Page({}).headers, "Content-Encoding"), nullptr);
}

TEST_F(StatusHandlersTest, AnswerTheSameAsJson) {
  const WebResponse response = MakeStatusDataHandler(Sources(), clock_)(WebRequest());

  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_THAT(*response.body, HasSubstr("\"name\":\"deploy\""));
}

}  // namespace
}  // namespace codearts
