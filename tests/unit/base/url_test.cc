#include "base/url.h"

#include <gtest/gtest.h>

#include <string>

namespace codearts {
namespace {

TEST(UrlTest, TakesAUrlApart) {
  const auto url = ParseUrl("https://Example.Test:8443/v5/a%20b?limit=1&name=%E5%8F%91");

  ASSERT_TRUE(url);
  EXPECT_EQ(*url, (Url{"https", "example.test", 8443, "/v5/a%20b", "limit=1&name=%E5%8F%91"}));
}

TEST(UrlTest, FillsInTheSchemesPort) {
  EXPECT_EQ(ParseUrl("https://a.test"), (Url{"https", "a.test", 443, "", ""}));
  EXPECT_EQ(ParseUrl("HTTP://a.test?q"), (Url{"http", "a.test", 80, "", "q"}));
}

TEST(UrlTest, ReadsAnIpv6Address) {
  EXPECT_EQ(ParseUrl("http://[::1]:80/x"), (Url{"http", "[::1]", 80, "/x", ""}));
  EXPECT_EQ(ParseUrl("https://[2001:DB8::1]"), (Url{"https", "[2001:db8::1]", 443, "", ""}));
}

TEST(UrlTest, RefusesWhatOtherParsersMayReadDifferently) {
  for (const std::string text : {
           "",
           "a.test",
           "ftp://a.test",
           "https://",
           "https:///x",
           "https://:443/",
           "https://user@a.test",
           "https://user:pw@a.test",
           "https://127.0.0.1\\@a.test/",
           "https://a.test#part",
           "https://a.test/x#part",
           "https://a b.test",
           "https://a%2etest",
           "https://a.test/a b",
           "https://a.test/\xC3\xA4",
           "https://a.test/x\r\nHost: b",
           "https://a.test:0",
           "https://a.test:65536",
           "https://a.test:",
           "https://a.test:80:80",
           "https://a.test:+1",
           "https://[::1",
           "https://[]",
           "https://[::1]x",
           "https://[fe80::1%25eth0]",
           "https://a.test/{id}",
       }) {
    EXPECT_EQ(ParseUrl(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseUrl(std::string("https://a.test/\0", 16)), std::nullopt);
}

TEST(UrlTest, WritesTheAuthorityWithoutTheDefaultPort) {
  EXPECT_EQ(UrlAuthority({"https", "a.test", 443, "", ""}), "a.test");
  EXPECT_EQ(UrlAuthority({"https", "a.test", 80, "", ""}), "a.test:80");
  EXPECT_EQ(UrlAuthority({"http", "[::1]", 18080, "", ""}), "[::1]:18080");
}

TEST(UrlTest, KnowsLoopbackHosts) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.0.3", "[::1]"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* host :
       {"", "localhost.evil.test", "127.0.0.1.evil.test", "127.1", "127.0.0.256", "127.0.0.01",
        "127.0.0.", "128.0.0.1", "0.0.0.0", "[::]", "[::2]", "169.254.169.254", "my-localhost"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(UrlTest, KnowsTheMetadataHost) {
  EXPECT_TRUE(IsMetadataHost("169.254.169.254"));
  for (const char* host : {"", "169.254.169.253", "169.254.169.254.evil.test", "localhost"}) {
    EXPECT_FALSE(IsMetadataHost(host)) << host;
  }
}

}  // namespace
}  // namespace codearts
