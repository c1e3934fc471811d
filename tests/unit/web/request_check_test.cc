#include "web/request_check.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

WebRequest With(std::vector<HttpHeader> headers, std::string http_version = "1.1") {
  WebRequest request;
  request.method = "GET";
  request.path = "/metrics";
  request.http_version = std::move(http_version);
  request.headers = std::move(headers);
  return request;
}

// 0: not refused.
int RefusedWith(const WebRequest& request) {
  const std::optional<WebResponse> refusal = RefuseMalformed(request);
  return refusal ? refusal->status : 0;
}

TEST(RefuseMalformedTest, LetsUsualRequestsPass) {
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}})), 0);
  EXPECT_EQ(RefusedWith(With({{"host", "a"}, {"Accept", "*/*"}, {"Accept", "text/plain"}})), 0);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Content-Length", "0"}})), 0);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Content-Length", "65536"}})), 0);
  EXPECT_EQ(RefusedWith(With({}, "1.0")), 0);
}

TEST(RefuseMalformedTest, WantsOneHost) {
  EXPECT_EQ(RefusedWith(With({})), 400);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"HOST", "a"}})), 400);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Host", "b"}}, "1.0")), 400);
}

TEST(RefuseMalformedTest, WantsOneClearLength) {
  for (const char* length :
       {"", "+5", "-1", "5a", "0x5", "5, 5", "5 5", "1.0", "99999999999999999999", " 5"}) {
    EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Content-Length", length}})), 400) << length;
  }
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Content-Length", "5"}, {"content-length", "5"}})),
            400);
}

TEST(RefuseMalformedTest, RefusesWhatProxiesReadDifferently) {
  EXPECT_EQ(
      RefusedWith(With({{"Host", "a"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}})),
      400);
}

TEST(RefuseMalformedTest, RefusesBodiesOfUnknownOrGreatLength) {
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Transfer-Encoding", "chunked"}})), 411);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Transfer-Encoding", "identity"}})), 411);
  EXPECT_EQ(RefusedWith(With({{"Host", "a"}, {"Content-Length", "65537"}})), 413);
}

TEST(RefuseMalformedTest, RefusesAsManyHeadersAsCivetwebKeeps) {
  std::vector<HttpHeader> headers(kMaxHeaders - 2, {"X-Filler", "1"});
  headers.push_back({"Host", "a"});
  EXPECT_EQ(RefusedWith(With(headers)), 0);

  headers.push_back({"X-Filler", "1"});
  EXPECT_EQ(RefusedWith(With(headers)), 431);
}

TEST(MayKeepAliveTest, FollowsVersionAndConnectionHeader) {
  EXPECT_TRUE(MayKeepAlive(With({})));
  EXPECT_TRUE(MayKeepAlive(With({{"connection", "Keep-Alive"}})));
  EXPECT_TRUE(MayKeepAlive(With({{"Connection", "TE, keep-alive"}})));
  EXPECT_FALSE(MayKeepAlive(With({{"Connection", "CLOSE"}})));
  EXPECT_FALSE(MayKeepAlive(With({{"Connection", "keep-alive, close"}})));
  EXPECT_FALSE(MayKeepAlive(With({}, "1.0")));
  EXPECT_TRUE(MayKeepAlive(With({{"Connection", "keep-alive"}}, "1.0")));
}

TEST(MayKeepAliveTest, EndsAfterABodyBecauseNobodyReadsIt) {
  EXPECT_TRUE(MayKeepAlive(With({{"Content-Length", "0"}})));
  EXPECT_FALSE(MayKeepAlive(With({{"Content-Length", "1"}})));
  EXPECT_FALSE(MayKeepAlive(With({{"Content-Length", "x"}})));
  EXPECT_FALSE(MayKeepAlive(With({{"Transfer-Encoding", "chunked"}})));
}

}  // namespace
}  // namespace codearts
