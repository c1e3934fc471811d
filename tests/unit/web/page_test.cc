#include "web/page.h"

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace codearts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

WebResponse Get(const Router& router, const std::string& reference) {
  WebRequest request;
  request.method = "GET";
  request.path = "/" + reference.substr(0, reference.find('?'));
  if (reference.find('?') != std::string::npos) {
    request.query = reference.substr(reference.find('?') + 1);
  }
  return router.Handle(request);
}

TEST(EscapeHtmlTest, LeavesNoMarkup) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(EscapeHtml("中文"), "中文");
  EXPECT_EQ(EscapeHtml("a\xFF"), "a\xEF\xBF\xBD");
  EXPECT_EQ(EscapeHtml(""), "");
}

TEST(PageResponseTest, SetsTheSecurityHeaders) {
  const WebResponse page = PageResponse({"title", "en", ""});

  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(*FindHeader(page.headers, "X-Frame-Options"), "DENY");
  EXPECT_EQ(*FindHeader(page.headers, "Referrer-Policy"), "no-referrer");
  const std::string policy = *FindHeader(page.headers, "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(PageResponseTest, EscapesTheTitleAndTakesTheBodyAsItIs) {
  const std::string body = *PageResponse({"</title><b>", "zh-CN", "<p>main</p>"}).body;

  EXPECT_THAT(body, HasSubstr("<html lang=\"zh-CN\">"));
  EXPECT_THAT(body, HasSubstr("<title>&lt;/title&gt;&lt;b&gt;</title>"));
  EXPECT_THAT(body, HasSubstr("<body>\n<p>main</p></body>"));
  EXPECT_THAT(body, Not(HasSubstr("style=")));
}

TEST(PageResponseTest, NamesAssetsThatAreThereAndMayBeKept) {
  Router router;
  AddAssetRoutes(router);
  const std::string body = *PageResponse({"title", "en", ""}).body;
  const std::regex reference("(?:href|src)=\"([^\"]+)\"");
  std::vector<std::string> types;
  for (std::sregex_iterator it(body.begin(), body.end(), reference); it != std::sregex_iterator();
       ++it) {
    const WebResponse asset = Get(router, (*it)[1]);
    ASSERT_EQ(asset.status, 200) << (*it)[1];
    EXPECT_THAT(*FindHeader(asset.headers, "Cache-Control"), HasSubstr("immutable"));
    EXPECT_FALSE(asset.body->empty());
    types.push_back(asset.content_type);
  }
  EXPECT_THAT(types, ::testing::ElementsAre("image/svg+xml", "text/css; charset=utf-8",
                                            "text/javascript; charset=utf-8"));
}

TEST(PageResponseTest, LetsNobodyKeepAnAssetUnderAnotherAddress) {
  Router router;
  AddAssetRoutes(router);

  EXPECT_EQ(*FindHeader(Get(router, "assets/status.css").headers, "Cache-Control"), "no-cache");
  EXPECT_EQ(*FindHeader(Get(router, "assets/status.js?v=0").headers, "Cache-Control"), "no-cache");
}

}  // namespace
}  // namespace codearts
