#include "config/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

TEST(EndpointTest, Normalizes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"https://host", "https://host"},
      {"https://host/", "https://host"},
      {"HTTPS://Host.Example", "https://host.example"},
      {"https://host:443", "https://host"},
      {"https://host:8443/", "https://host:8443"},
      {"https://10.0.0.1", "https://10.0.0.1"},
      {"https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://127.9.9.9", "http://127.9.9.9"},
      {"http://localhost:1", "http://localhost:1"},
      {"http://[::1]:8080", "http://[::1]:8080"},
  };
  for (const auto& [url, endpoint] : cases) {
    const Result<std::string> result = NormalizeEndpoint(url);
    ASSERT_THAT(result, IsOk()) << url;
    EXPECT_EQ(*result, endpoint);
  }
}

TEST(EndpointTest, RefusesPlainHttpBeyondLoopback) {
  for (const std::string_view url :
       {"http://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com",
        "http://localhost.example.com", "http://127.1", "http://2130706433", "http://0.0.0.0",
        "http://[::]", "http://[::ffff:7f00:1]", "http://169.254.169.254"}) {
    EXPECT_THAT(NormalizeEndpoint(url),
                StatusIs(StatusCode::kInvalidArgument,
                         HasSubstr("would send credentials without encryption")))
        << url;
  }
}

TEST(EndpointTest, RefusesWhatIsNoEndpoint) {
  for (const std::string_view url :
       {"", "host", "host:443", "//host", "https://", "https:///", "https://:443", "ftp://host",
        "https://user@host", "https://user:password@host", "https://host:0", "https://host:65536",
        "https://host:x", "https://ho st", "https://host\n", "https://host#f", "https://[::1",
        "javascript:alert(1)"}) {
    EXPECT_THAT(NormalizeEndpoint(url), StatusIs(StatusCode::kInvalidArgument)) << url;
  }
  for (const std::string_view url : {"https://host/v5", "https://host?x=1", "https://host//"}) {
    EXPECT_THAT(NormalizeEndpoint(url),
                StatusIs(StatusCode::kInvalidArgument, "has a path or a query"))
        << url;
  }
}

TEST(EndpointTest, MetadataServiceMayBePlain) {
  const Result<std::string> usual = NormalizeMetadataEndpoint("http://169.254.169.254/");
  ASSERT_THAT(usual, IsOk());
  EXPECT_EQ(*usual, "http://169.254.169.254");
  EXPECT_THAT(NormalizeMetadataEndpoint("http://127.0.0.1:9"), IsOk());
  EXPECT_THAT(NormalizeMetadataEndpoint("http://169.254.169.253"), Not(IsOk()));
}

TEST(EndpointTest, AcceptsProxies) {
  for (const std::string_view url :
       {"http://proxy:3128", "http://proxy:3128/", "https://proxy", "socks5://10.0.0.1:1080",
        "SOCKS5H://user:p%40ss@proxy:1080", "http://user:p@ss@proxy", "http://[::1]:3128"}) {
    EXPECT_THAT(CheckProxyUrl(url), IsOk()) << url;
  }
  for (const std::string_view url :
       {"proxy", "proxy:3128", "ftp://proxy", "http://", "http://user@", "http://proxy/path",
        "http://proxy?x=1", "http://proxy:0", "socks4://proxy"}) {
    EXPECT_THAT(CheckProxyUrl(url), StatusIs(StatusCode::kInvalidArgument)) << url;
  }
}

TEST(EndpointTest, HidesTheUserOfAProxy) {
  EXPECT_EQ(HideProxyUser("http://proxy:3128"), "http://proxy:3128");
  EXPECT_EQ(HideProxyUser("http://user:p@ss@proxy:3128"), "http://<hidden>@proxy:3128");
  EXPECT_EQ(HideProxyUser(""), "");
  EXPECT_THAT(CheckProxyUrl(HideProxyUser("http://user:secret@proxy")), IsOk());
}

}  // namespace
}  // namespace codearts
