#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "support/raw_client.h"
#include "support/status_matchers.h"
#include "web/server.h"
#include "web_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST_F(WebServerTest, AnswersGet) {
  StartServer();

  const RawResponse response = Ask(GetRequest("/metrics"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "up 1\n");
  EXPECT_EQ(response.Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.Header("Content-Length"), "5");
  EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.Header("Connection"), "keep-alive");
  EXPECT_THAT(response.Header("Date"), EndsWith(" GMT"));
  EXPECT_EQ(FindHeader(response.headers, "Server"), nullptr);
}

TEST_F(WebServerTest, AnswersHeadWithTheLengthAndNoBody) {
  StartServer();
  RawClient client = Connect();

  client.Send("HEAD /metrics HTTP/1.1\r\nHost: test\r\n\r\n");
  const std::optional<RawResponse> head = client.Read(/*head_only=*/true);
  const std::optional<RawResponse> next = client.Ask(GetRequest("/echo?after"));

  ASSERT_TRUE(head && next);
  EXPECT_EQ(head->Header("Content-Length"), "5");
  EXPECT_EQ(next->body, "after");
}

TEST_F(WebServerTest, TakesPathsAsTheyAreSent) {
  StartServer();

  for (const char* path : {"/metrics/", "/metrics/foo", "//metrics", "/metrics%00", "/%6Detrics",
                           "/./metrics", "/x/../metrics", "/metrics%2f", "/nowhere"}) {
    EXPECT_EQ(Ask(GetRequest(path)).status, 404) << path;
  }
  EXPECT_EQ(Ask(GetRequest("/echo?a=%41%00&b=../x?y")).body, "a=%41%00&b=../x?y");
}

TEST_F(WebServerTest, TakesARequestThatNamesTheHostInItsFirstLine) {
  StartServer();
  const std::string url = "http://localhost:" + std::to_string(port_);

  EXPECT_EQ(Ask(GetRequest(url + "/echo?q")).body, "q");
  EXPECT_EQ(Ask(GetRequest(url + "/../echo")).status, 404);
}

TEST_F(WebServerTest, RefusesMethods) {
  StartServer();

  const RawResponse post = Ask("POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.Header("Allow"), "GET, HEAD");
  EXPECT_EQ(Ask("OPTIONS /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);
  EXPECT_EQ(Ask("TRACE /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(Ask("get /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(Ask("BREW /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
}

TEST_F(WebServerTest, NeverAnswersCrossOriginRequestsSpecially) {
  StartServer();

  const RawResponse preflight =
      Ask("OPTIONS /-/reload HTTP/1.1\r\nHost: a\r\nOrigin: http://evil\r\n"
          "Access-Control-Request-Method: POST\r\n\r\n");
  const RawResponse get = Ask(GetRequest("/metrics", "Origin: http://evil\r\n"));

  EXPECT_EQ(preflight.status, 405);
  for (const RawResponse& response : {preflight, get}) {
    for (const HttpHeader& header : response.headers) {
      EXPECT_THAT(header.name, Not(HasSubstr("Access-Control")));
    }
  }
}

TEST_F(WebServerTest, TurnsAnExceptionIntoA500AndGoesOn) {
  StartServer();
  RawClient client = Connect();

  const std::optional<RawResponse> failed = client.Ask(GetRequest("/throw"));
  const std::optional<RawResponse> next = client.Ask(GetRequest("/metrics"));

  ASSERT_TRUE(failed && next);
  EXPECT_EQ(failed->status, 500);
  EXPECT_THAT(failed->body, Not(HasSubstr("the handler failed")));
  EXPECT_EQ(next->status, 200);
}

TEST_F(WebServerTest, KeepsAndClosesConnectionsAsTheClientWants) {
  StartServer();
  RawClient http10 = Connect();
  RawClient closing = Connect();

  EXPECT_EQ(closing.Ask(GetRequest("/metrics", "connection: CLOSE\r\n"))->Header("Connection"),
            "close");
  EXPECT_EQ(http10.Ask("GET /metrics HTTP/1.0\r\n\r\n")->Header("Connection"), "close");

  EXPECT_TRUE(closing.IsClosedWithin(std::chrono::seconds(5)));
  EXPECT_TRUE(http10.IsClosedWithin(std::chrono::seconds(5)));
}

TEST_F(WebServerTest, AnswersPipelinedRequestsInOrder) {
  StartServer();
  RawClient client = Connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += GetRequest("/echo?" + std::to_string(i));

  ASSERT_TRUE(client.Send(requests));

  for (int i = 0; i < 50; ++i) {
    const std::optional<RawResponse> response = client.Read();
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->body, std::to_string(i));
  }
}

TEST_F(WebServerTest, TakesARequestInPieces) {
  StartServer();
  RawClient client = Connect();

  for (const char c : GetRequest("/metrics")) ASSERT_TRUE(client.Send(std::string(1, c)));

  EXPECT_EQ(client.Read()->status, 200);
}

TEST_F(WebServerTest, SendsAGreatBodyWholeAndTheNextAnswerAfterIt) {
  StartServer();
  RawClient client = Connect();

  const std::optional<RawResponse> big = client.Ask(GetRequest("/big"));
  const std::optional<RawResponse> next = client.Ask(GetRequest("/metrics"));

  ASSERT_TRUE(big && next);
  EXPECT_TRUE(big->body == *big_);
  EXPECT_EQ(next->status, 200);
}

TEST_F(WebServerTest, RefusesMalformedRequests) {
  StartServer();
  const std::string host = "Host: a\r\n";

  for (const std::string& request : std::vector<std::string>{
           "GET /metrics HTTP/1.1\r\n\r\n",
           "GET /metrics HTTP/1.1\r\n" + host + host + "\r\n",
           "GET /metrics\r\n\r\n",
           "GET  /metrics HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
           "GET metrics HTTP/1.1\r\n" + host + "\r\n",
           "GET /metr\x01ics HTTP/1.1\r\n" + host + "\r\n",
           "GET /\xFF HTTP/1.1\r\n" + host + "\r\n",
           "GET /metrics HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
           "POST /-/reload HTTP/1.1\r\n" + host +
               "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           std::string(4, '\0') + "\r\n\r\n",
           "\x16\x03\x01\x02" + std::string(1, '\0') + "\x01\r\n\r\n",
       }) {
    RawClient client = Connect();
    const std::optional<RawResponse> response = client.Ask(request);
    ASSERT_TRUE(response) << request;
    EXPECT_EQ(response->status, 400) << request;
    EXPECT_EQ(response->Header("Connection"), "close");
    EXPECT_EQ(response->Header("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(client.IsClosedWithin(std::chrono::seconds(5))) << request;
  }
  EXPECT_EQ(Ask("GET /metrics HTTP/9.9\r\n" + host + "\r\n").status, 505);
}

TEST_F(WebServerTest, BoundsTheHead) {
  StartServer();
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  const std::string large(15000, 'x');

  EXPECT_EQ(Ask(GetRequest("/metrics", many)).status, 431);
  EXPECT_EQ(Ask(GetRequest("/metrics", "X-Large: " + large + "\r\n")).status, 200);
  EXPECT_EQ(Ask(GetRequest("/metrics", "X-Large: " + large + large + "\r\n")).status, 400);
  EXPECT_EQ(Ask(GetRequest("/echo?" + large)).body, large);
  EXPECT_EQ(Ask(GetRequest("/echo?" + large + large)).status, 400);
}

TEST_F(WebServerTest, NeverReadsABody) {
  StartServer();
  const std::string post = "POST /-/reload HTTP/1.1\r\nHost: a\r\n";
  RawClient small = Connect();
  RawClient smuggler = Connect();

  EXPECT_EQ(small.Ask(post + "Content-Length: 3\r\n\r\nabc")->status, 200);
  EXPECT_TRUE(small.IsClosedWithin(std::chrono::seconds(5)));
  EXPECT_EQ(Ask(post + "Content-Length: 0\r\n\r\n").Header("Connection"), "keep-alive");
  EXPECT_EQ(Ask(post + "Content-Length: 1000000000000\r\n\r\n").status, 413);
  EXPECT_EQ(Ask(post + "Transfer-Encoding: chunked\r\n\r\n").status, 411);
  // What follows a body that is not read is never taken for a request.
  EXPECT_EQ(smuggler.Ask(post + "Content-Length: 5\r\n\r\n" + GetRequest("/metrics"))->status, 200);
  EXPECT_FALSE(smuggler.Read());
}

TEST_F(WebServerTest, ServesIpv4AndIpv6ByOnePort) {
  options_.listen_addresses = {{"", 0}};
  StartServer();

  EXPECT_EQ(Ask(GetRequest("/metrics")).status, 200);
  RawClient ipv6(port_, 0, "::1");
  if (!ipv6.connected()) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_EQ(ipv6.Ask(GetRequest("/metrics"))->status, 200);
}

TEST_F(WebServerTest, ServesSeveralAddresses) {
  options_.listen_addresses = {{"127.0.0.1", 0}, {"localhost", 0}};
  StartServer();

  ASSERT_THAT(server_->addresses(), SizeIs(2));
  for (const ListenAddress& address : server_->addresses()) {
    EXPECT_EQ(address.host, "127.0.0.1");
    EXPECT_NE(address.port, 0);
    EXPECT_EQ(RawClient(address.port).Ask(GetRequest("/metrics"))->status, 200);
  }
}

class WebServerStartTest : public WebServerTest {
 protected:
  Status StartOn(std::vector<ListenAddress> addresses) {
    options_.listen_addresses = std::move(addresses);
    return WebServer::Start(
               options_, [](const WebRequest&) { return WebResponse(); }, clock_)
        .status();
  }
};

TEST_F(WebServerStartTest, SaysThatThePortIsTaken) {
  StartServer();
  const std::string port = std::to_string(port_);

  EXPECT_THAT(StartOn({{"127.0.0.1", port_}}),
              StatusIs(StatusCode::kUnavailable,
                       "cannot listen on 127.0.0.1:" + port +
                           ": address already in use; stop the other process or choose another "
                           "with --web.listen-address"));
  EXPECT_THAT(StartOn({{"127.0.0.1", 0}, {"", port_}}),
              StatusIs(StatusCode::kUnavailable,
                       StartsWith("cannot listen on :" + port + ": address already in use")));
}

TEST_F(WebServerStartTest, SaysThatTwoAddressesExcludeEachOther) {
  StartServer();
  const std::uint16_t free_port = port_;
  server_.reset();

  EXPECT_THAT(StartOn({{"", free_port}, {"127.0.0.1", free_port}}),
              StatusIs(StatusCode::kUnavailable, HasSubstr("already in use")));
  EXPECT_THAT(StartOn({{"", free_port}}), IsOk());
}

TEST_F(WebServerStartTest, SaysThatTheAddressIsNotOfThisMachine) {
  EXPECT_THAT(
      StartOn({{"192.0.2.1", 0}}),
      StatusIs(StatusCode::kInvalidArgument, AllOf(StartsWith("cannot listen on 192.0.2.1:0: "),
                                                   HasSubstr("this machine has no such address"))));
  EXPECT_THAT(StartOn({{"999.0.0.1", 0}}),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(StartsWith("cannot listen on 999.0.0.1:0: "),
                             EndsWith("choose another with --web.listen-address"))));
}

TEST_F(WebServerStartTest, SaysThatCivetwebDoesNotStart) {
  options_.max_connections = 0;

  EXPECT_THAT(StartOn({{"127.0.0.1", 0}}),
              StatusIs(StatusCode::kInternal, HasSubstr("cannot serve 127.0.0.1:0: ")));
}

}  // namespace
}  // namespace codearts::testing
