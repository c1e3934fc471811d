#include "simulator/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace codearts::sim {
namespace {

constexpr std::string_view kPost =
    "POST /a%20b?x=1&y HTTP/1.1\r\nHost: h:1\r\ncontent-length: 5\r\nX:  v w \r\n\r\nhello";

TEST(RequestParserTest, TakesARequestApartByteByByte) {
  RequestParser parser;
  std::string buffer;
  for (std::size_t i = 0; i + 1 < kPost.size(); ++i) {
    buffer += kPost[i];
    ASSERT_TRUE(std::holds_alternative<RequestParser::NeedMore>(parser.Next(buffer))) << i;
  }
  buffer += kPost.back();
  buffer += "GET";
  const RequestParser::Outcome outcome = parser.Next(buffer);

  const auto* complete = std::get_if<RequestParser::Complete>(&outcome);
  ASSERT_NE(complete, nullptr);
  EXPECT_EQ(complete->request.method, "POST");
  EXPECT_EQ(complete->request.path, "/a%20b");
  EXPECT_EQ(complete->request.query, "x=1&y");
  EXPECT_EQ(complete->request.body, "hello");
  EXPECT_EQ(*FindHeader(complete->request.headers, "x"), "v w");
  EXPECT_TRUE(complete->keep_alive);
  EXPECT_EQ(buffer, "GET") << "the next request stays";
}

TEST(RequestParserTest, TakesTheWholeUrlThatAProxyGets) {
  RequestParser parser;
  std::string buffer = "GET http://api.example.test/v5/x?y=1 HTTP/1.1\r\n\r\n";
  const RequestParser::Outcome outcome = parser.Next(buffer);
  ASSERT_TRUE(std::holds_alternative<RequestParser::Complete>(outcome));
  EXPECT_EQ(std::get<RequestParser::Complete>(outcome).request.path, "/v5/x");
}

TEST(RequestParserTest, AllowsALongTokenAndNoMore) {
  RequestParser parser;
  std::string token = "GET / HTTP/1.1\r\nX-Auth-Token: " + std::string(100'000, 't') + "\r\n\r\n";
  EXPECT_TRUE(std::holds_alternative<RequestParser::Complete>(parser.Next(token)));

  std::string endless(300'000, 'x');
  const RequestParser::Outcome outcome = parser.Next(endless);
  ASSERT_TRUE(std::holds_alternative<RequestParser::Bad>(outcome));
  EXPECT_EQ(std::get<RequestParser::Bad>(outcome).status, 494);
}

TEST(RequestParserTest, WantsALengthForBodies) {
  for (const std::string_view head : {"Transfer-Encoding: chunked", "Content-Length: five"}) {
    RequestParser parser;
    std::string buffer = "POST / HTTP/1.1\r\n" + std::string(head) + "\r\n\r\n";
    const RequestParser::Outcome outcome = parser.Next(buffer);
    ASSERT_TRUE(std::holds_alternative<RequestParser::Bad>(outcome)) << head;
    EXPECT_EQ(std::get<RequestParser::Bad>(outcome).status, 411);
  }
}

}  // namespace
}  // namespace codearts::sim
