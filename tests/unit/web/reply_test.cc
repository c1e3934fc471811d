#include "web/reply.h"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/fake_clock.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNull;
using testing::kTestStart;
using ::testing::Not;
using ::testing::StartsWith;

WebRequest Request(std::string method = "GET") {
  WebRequest request;
  request.method = std::move(method);
  request.path = "/x";
  request.headers = {{"Host", "test"}};
  return request;
}

TEST(FormatReplyTest, WritesTheWholeHead) {
  WebResponse response = TextResponse(200, "hello");
  response.headers.push_back({"Vary", "Accept"});

  const Reply reply = FormatReply(response, /*head_only=*/false, /*keep_alive=*/true, kTestStart);

  EXPECT_EQ(reply.head,
            "HTTP/1.1 200 OK\r\n"
            "Date: Sat, 01 Jun 2024 00:00:00 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 5\r\n"
            "Vary: Accept\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: keep-alive\r\n"
            "\r\n");
  EXPECT_EQ(*reply.body, "hello");
  EXPECT_TRUE(reply.keep_alive);
}

TEST(FormatReplyTest, GivesHeadTheLengthButNoBody) {
  const Reply reply = FormatReply(TextResponse(200, "hello"), true, false, kTestStart);

  EXPECT_THAT(reply.head, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(reply.head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(reply.body, IsNull());
}

TEST(FormatReplyTest, TakesNoBodyForAnEmptyOne) {
  const Reply reply = FormatReply(WebResponse(), false, true, kTestStart);

  EXPECT_THAT(reply.head, HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(reply.body, IsNull());
}

TEST(FormatReplyTest, DoesNotCopyTheBody) {
  const WebResponse response = TextResponse(200, "hello");

  EXPECT_EQ(FormatReply(response, false, true, kTestStart).body, response.body);
}

TEST(FormatReplyTest, SendsThePartsAfterTheBody) {
  WebResponse response = TextResponse(200, "hello");
  response.parts = TextParts(" world");

  const Reply reply = FormatReply(response, false, true, kTestStart);

  EXPECT_THAT(reply.head, HasSubstr("\r\nContent-Length: 11\r\n"));
  EXPECT_EQ(reply.parts.Join(), " world");
  EXPECT_EQ(FormatReply(response, /*head_only=*/true, true, kTestStart).parts.size(), 0U);
}

std::vector<std::string> Slices(const Reply& reply, std::size_t size) {
  std::vector<std::string> slices;
  EXPECT_TRUE(CutIntoSlices(reply, size, [&slices](std::string_view slice) {
    slices.emplace_back(slice);
    return true;
  }));
  return slices;
}

TEST(CutIntoSlicesTest, FillsEachSliceFromWhatComesNext) {
  const std::string text = "0123456789abcdefghijklmnop";
  Reply reply;
  reply.head = "HEAD";
  reply.body = std::make_shared<const std::string>("B");
  const std::string_view all = text;
  reply.parts =
      TextParts({all.substr(0, 2), all.substr(2, 1), "", all.substr(3, 20), all.substr(23)},
                std::make_shared<int>());

  EXPECT_THAT(Slices(reply, 8), ElementsAre("HEADB012", "3456789a", "bcdefghi", "jklmnop"));
  EXPECT_THAT(Slices(reply, 1000), ElementsAre("HEADB" + text));
}

TEST(CutIntoSlicesTest, WritesAHeadAlone) {
  Reply reply;
  reply.head = "HEAD";

  EXPECT_THAT(Slices(reply, 4), ElementsAre("HEAD"));
  EXPECT_THAT(Slices(reply, 8), ElementsAre("HEAD"));
}

TEST(CutIntoSlicesTest, EndsWhenASliceIsNotWritten) {
  Reply reply;
  reply.head = "HEAD";
  reply.parts = TextParts(std::string(100, 'x'));
  int calls = 0;

  EXPECT_FALSE(CutIntoSlices(reply, 8, [&calls](std::string_view) { return ++calls < 3; }));
  EXPECT_EQ(calls, 3);
}

TEST(FormatReplyTest, WritesDatesOfAllTimes) {
  const auto date = [](std::int64_t epoch_seconds) {
    const std::string head =
        FormatReply(WebResponse(), false, true, FromEpochMillis(epoch_seconds * 1000 + 999)).head;
    return head.substr(head.find("Date: ") + 6, 29);
  };

  EXPECT_EQ(date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date(1'709'251'199), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(date(1'704'067'199), "Sun, 31 Dec 2023 23:59:59 GMT");
}

TEST(MakeReplyTest, KeepsTheConnectionIfBothSidesWantThat) {
  const WebHandler handler = [](const WebRequest&) { return TextResponse(200, "ok"); };
  WebRequest closing = Request();
  closing.headers.push_back({"Connection", "close"});

  EXPECT_TRUE(MakeReply(handler, Request(), true, kTestStart).keep_alive);
  EXPECT_FALSE(MakeReply(handler, Request(), false, kTestStart).keep_alive);
  EXPECT_FALSE(MakeReply(handler, closing, true, kTestStart).keep_alive);
}

TEST(MakeReplyTest, TurnsExceptionsIntoA500WithoutTheirText) {
  const WebHandler throws = [](const WebRequest&) -> WebResponse {
    throw std::runtime_error("a secret");
  };
  const WebHandler throws_int = [](const WebRequest&) -> WebResponse { throw 42; };

  const Reply reply = MakeReply(throws, Request(), true, kTestStart);

  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(*reply.body, Not(HasSubstr("secret")));
  EXPECT_THAT(MakeReply(throws_int, Request(), true, kTestStart).head, StartsWith("HTTP/1.1 500"));
}

TEST(MakeReplyTest, RefusesMalformedRequestsBeforeTheHandler) {
  bool called = false;
  const WebHandler handler = [&](const WebRequest&) {
    called = true;
    return TextResponse(200, "ok");
  };
  WebRequest request = Request();
  request.headers.push_back({"Content-Length", "x"});

  const Reply reply = MakeReply(handler, request, true, kTestStart);

  EXPECT_FALSE(called);
  EXPECT_FALSE(reply.keep_alive);
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(MakeReplyTest, AnswersHeadWithoutBodyEvenInErrors) {
  const WebHandler handler = [](const WebRequest&) { return TextResponse(404, "not found"); };

  EXPECT_THAT(MakeReply(handler, Request("HEAD"), true, kTestStart).body, IsNull());
}

}  // namespace
}  // namespace codearts
