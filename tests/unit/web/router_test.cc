#include "web/router.h"

#include <gmock/gmock.h>

#include <string>

namespace codearts {
namespace {

WebRequest Request(std::string method, std::string path) {
  WebRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router_.Add({"GET"}, "/metrics", [](const WebRequest&) { return TextResponse(200, "m"); });
    router_.Add({"POST", "PUT"}, "/-/reload",
                [](const WebRequest&) { return TextResponse(200, "r"); });
    router_.Add({"GET"}, "/", [](const WebRequest&) { return TextResponse(200, "root"); });
  }

  Router router_;
};

TEST_F(RouterTest, CallsTheHandlerOfThePath) {
  EXPECT_EQ(*router_.Handle(Request("GET", "/metrics")).body, "m");
  EXPECT_EQ(*router_.Handle(Request("GET", "/")).body, "root");
  EXPECT_EQ(*router_.Handle(Request("PUT", "/-/reload")).body, "r");
}

TEST_F(RouterTest, GivesHeadToTheHandlerOfGet) {
  EXPECT_EQ(router_.Handle(Request("HEAD", "/metrics")).status, 200);
}

TEST_F(RouterTest, TakesPathsByteForByte) {
  for (const char* path :
       {"", "/metrics/", "/metrics/foo", "/metricsfoo", "//metrics", "/METRICS", "/metrics%00",
        "/%6Detrics", "/./metrics", "/x/../metrics", "/metrics/.", "/metrics;a", "/metrics%3Fa",
        "/metrics\\", "/.", "/..", "//", "/metric"}) {
    EXPECT_EQ(router_.Handle(Request("GET", path)).status, 404) << path;
  }
}

TEST_F(RouterTest, NamesTheMethodsThatThePathHas) {
  const WebResponse post = router_.Handle(Request("POST", "/metrics"));
  const WebResponse get = router_.Handle(Request("GET", "/-/reload"));
  const WebResponse head = router_.Handle(Request("HEAD", "/-/reload"));

  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.headers, (std::vector<HttpHeader>{{"Allow", "GET, HEAD"}}));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.headers, (std::vector<HttpHeader>{{"Allow", "POST, PUT"}}));
  EXPECT_EQ(head.status, 405);
}

TEST_F(RouterTest, TakesMethodsByCase) {
  for (const char* method : {"get", "Get", "OPTIONS", "DELETE", "PATCH", "TRACE", ""}) {
    EXPECT_EQ(router_.Handle(Request(method, "/metrics")).status, 405) << method;
  }
}

TEST_F(RouterTest, AnswersUnknownPathsWithoutRegardToTheMethod) {
  EXPECT_EQ(router_.Handle(Request("POST", "/nowhere")).status, 404);
}

}  // namespace
}  // namespace codearts
