#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "http/curl_transport.h"
#include "support/curl_fetch.h"
#include "support/loopback_server.h"
#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::codearts::testing::CurlFetch;
using ::codearts::testing::Get;
using ::codearts::testing::HttpReply;
using ::codearts::testing::IsOk;
using ::codearts::testing::KeepAlive;
using ::codearts::testing::LoopbackServer;
using ::codearts::testing::Peer;
using ::codearts::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;
using ::testing::StartsWith;

// Remembers the requests that reach a server.
class RequestLog {
 public:
  // Returns what answers each request with 200 and its number.
  std::function<std::string(const std::string&)> Responder() {
    return [this](const std::string& request) {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      return HttpReply(200, std::to_string(requests_.size()));
    };
  }

  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

TEST(CurlTransportTest, ReturnsStatusHeadersAndBody) {
  const LoopbackServer server(KeepAlive([](const std::string&) {
    return HttpReply(404, "{\"error_code\":\"X\"}", "X-Request-Id:  abc \r\nSet: 1\r\nSet: 2\r\n");
  }));
  CurlFetch curl;

  const auto response = curl.Fetch(Get(server.Url("/v5/x")));

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status_code, 404);
  EXPECT_EQ(response->body, "{\"error_code\":\"X\"}");
  EXPECT_THAT(FindHeader(response->headers, "x-request-id"), Pointee(std::string("abc")));
  EXPECT_THAT(response->headers,
              ElementsAre(HttpHeader{"Content-Length", "18"}, HttpHeader{"X-Request-Id", "abc"},
                          HttpHeader{"Set", "1"}, HttpHeader{"Set", "2"}));
}

TEST(CurlTransportTest, SendsMethodHeadersAndBody) {
  RequestLog log;
  const LoopbackServer server(KeepAlive(log.Responder()));
  CurlTransportOptions options;
  options.user_agent = "codearts_pipeline_exporter/1.2.3";
  CurlFetch curl(options);
  HttpRequest post = Get(server.Url("/v5/list?limit=1"));
  post.method = "POST";
  post.body = std::string("{\0}", 3);
  post.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"Host", "api.test"}};
  HttpRequest put = Get(server.Url("/token"));
  put.method = "PUT";

  ASSERT_THAT(curl.Fetch(post), IsOk());
  ASSERT_THAT(curl.Fetch(put), IsOk());
  ASSERT_THAT(curl.Fetch(Get(server.Url("/v5/x"))), IsOk());

  const auto requests = log.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_THAT(
      requests[0],
      AllOf(StartsWith("POST /v5/list?limit=1 HTTP/1.1\r\nHost: api.test\r\n"),
            HasSubstr("\r\nUser-Agent: codearts_pipeline_exporter/1.2.3\r\n"),
            HasSubstr("\r\nContent-Type: application/json\r\n"), HasSubstr("\r\nX-Empty:\r\n"),
            HasSubstr("\r\nContent-Length: 3\r\n"), EndsWith(std::string("\r\n\r\n{\0}", 7))));
  EXPECT_THAT(requests[1],
              AllOf(StartsWith("PUT /token HTTP/1.1\r\n"), HasSubstr("\r\nContent-Length: 0\r\n")));
  // The same handle, with nothing left of the requests before.
  EXPECT_THAT(requests[2], AllOf(StartsWith("GET /v5/x HTTP/1.1\r\n"), Not(HasSubstr("Content-")),
                                 Not(HasSubstr("X-Empty"))));
}

TEST(CurlTransportTest, KeepsConnectionsBetweenRuns) {
  RequestLog log;
  const LoopbackServer server(KeepAlive(log.Responder()));
  CurlFetch curl;

  for (int i = 0; i < 3; ++i) ASSERT_THAT(curl.Fetch(Get(server.Url("/"))), IsOk());

  EXPECT_EQ(log.requests().size(), 3U);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransportTest, SendsRequestsAtTheSameTimeAndMoreFromTheirCallbacks) {
  // Answers come only once all four are there: one at a time would end in a timeout.
  std::mutex mutex;
  std::condition_variable all_here;
  int waiting = 0;
  const LoopbackServer server(KeepAlive([&](const std::string& request) {
    if (request.starts_with("GET /next ")) return HttpReply(200, "");
    std::unique_lock lock(mutex);
    ++waiting;
    all_here.notify_all();
    all_here.wait_for(lock, std::chrono::seconds(10), [&] { return waiting == 4; });
    return HttpReply(200, "");
  }));
  CurlFetch curl;
  int answered = 0;
  const auto count = [&](const Result<HttpResponse>& response) {
    EXPECT_THAT(response, IsOk());
    ++answered;
  };

  for (int i = 0; i < 4; ++i) {
    curl.transport().Send(Get(server.Url("/")), [&](const Result<HttpResponse>& response) {
      count(response);
      curl.transport().Send(Get(server.Url("/next")), count);
    });
  }
  curl.transport().Run(std::stop_token());

  EXPECT_EQ(answered, 8);
  EXPECT_EQ(server.connections(), 4);
}

TEST(CurlTransportTest, ReplacesAConnectionThatTheServerClosed) {
  const LoopbackServer server([](Peer& peer) {
    if (peer.ReadRequest()) peer.Write(HttpReply(200, "once"));
  });
  CurlFetch curl;
  HttpRequest post = Get(server.Url("/"));
  post.method = "POST";
  post.body = "{}";

  EXPECT_THAT(curl.Fetch(post), IsOk());
  EXPECT_THAT(curl.Fetch(post), IsOk());
  EXPECT_EQ(server.connections(), 2);
}

TEST(CurlTransportTest, DoesNotFollowRedirects) {
  RequestLog log;
  const LoopbackServer other(KeepAlive(log.Responder()));
  const LoopbackServer server(KeepAlive([&](const std::string&) {
    return HttpReply(302, "", "Location: " + other.Url("/stolen") + "\r\n");
  }));
  CurlFetch curl;

  const auto response = curl.Fetch(Get(server.Url("/")));

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status_code, 302);
  EXPECT_EQ(other.connections(), 0);
}

TEST(CurlTransportTest, ForgetsTheHeadersOfInterimAnswers) {
  const LoopbackServer server(KeepAlive([](const std::string&) {
    return "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HttpReply(200, "body");
  }));
  CurlFetch curl;

  const auto response = curl.Fetch(Get(server.Url("/")));

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status_code, 200);
  EXPECT_THAT(response->headers, ElementsAre(HttpHeader{"Content-Length", "4"}));
}

TEST(CurlTransportTest, RefusesPlainHttpBeyondThisMachine) {
  CurlFetch curl;

  EXPECT_THAT(curl.Fetch(Get("http://api.example.test/v5/x?secret=1")),
              StatusIs(StatusCode::kInvalidArgument,
                       "GET http://api.example.test/v5/x: plain http is for loopback hosts only"));
  EXPECT_THAT(curl.Fetch(Get("http://127.0.0.1.example.test/")),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(CurlTransportTest, LetsPlainHttpGoToTheMetadataService) {
  CurlFetch curl;
  std::stop_source stop;
  stop.request_stop();  // So that it is taken, but never sent.
  std::optional<Result<HttpResponse>> result;

  curl.transport().Send(Get("http://169.254.169.254/openstack/latest/securitykey"),
                        [&](Result<HttpResponse> answer) { result = std::move(answer); });
  curl.transport().Run(stop.get_token());

  ASSERT_TRUE(result);
  EXPECT_THAT(*result, StatusIs(StatusCode::kDeadlineExceeded, "stopped"));
}

TEST(CurlTransportTest, SendsASecretBody) {
  RequestLog log;
  const LoopbackServer server(KeepAlive(log.Responder()));
  CurlFetch curl;
  HttpRequest post = Get(server.Url("/v3/auth/tokens"));
  post.method = "POST";
  post.secret_body = Secret("{\"password\":\"p\"}");

  ASSERT_THAT(curl.Fetch(post), IsOk());

  ASSERT_EQ(log.requests().size(), 1U);
  EXPECT_THAT(log.requests()[0], AllOf(HasSubstr("\r\nContent-Length: 16\r\n"),
                                       EndsWith("\r\n\r\n{\"password\":\"p\"}")));
}

TEST(CurlTransportTest, RefusesRequestsThatAreMalformed) {
  RequestLog log;
  const LoopbackServer server(KeepAlive(log.Responder()));
  CurlFetch curl;
  HttpRequest split_header = Get(server.Url("/"));
  split_header.headers = {{"X-Note", "a\r\nX-Other: b"}};
  HttpRequest split_name = Get(server.Url("/"));
  split_name.headers = {{"X-Note: a\nX-Other", "b"}};
  HttpRequest method = Get(server.Url("/"));
  method.method = "DELETE";

  for (const HttpRequest& request : {split_header, split_name, method, Get("ftp://127.0.0.1/"),
                                     Get("file:///etc/passwd"), Get("")}) {
    EXPECT_THAT(curl.Fetch(request), StatusIs(StatusCode::kInvalidArgument)) << request.url;
  }
  EXPECT_THAT(curl.Fetch(Get("https://user:hunter2@api.example.test/")),
              StatusIs(StatusCode::kInvalidArgument, Not(HasSubstr("hunter2"))));
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlTransportTest, RunsTimersInOrderOfTime) {
  CurlFetch curl;
  const SteadyTime now = SystemClock().SteadyNow();
  std::vector<int> order;

  curl.transport().RunAt(now + std::chrono::milliseconds(2), [&] { order.push_back(3); });
  curl.transport().RunAt(now, [&] {
    order.push_back(1);
    curl.transport().RunAt(now, [&] { order.push_back(2); });
  });
  curl.transport().RunAt(now + std::chrono::milliseconds(2), [&] { order.push_back(4); });
  curl.transport().Run(std::stop_token());

  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
  EXPECT_GE(SystemClock().SteadyNow(), now + std::chrono::milliseconds(2));
}

TEST(CurlTransportTest, RunWithoutWorkReturns) {
  CurlFetch curl;

  curl.transport().Run(std::stop_token());
}

TEST(CurlTransportTest, StopEndsRequestsAndDropsTimers) {
  std::stop_source stop;
  const LoopbackServer server([&](Peer& peer) {
    peer.ReadRequest();
    stop.request_stop();
    peer.Read();  // Until the connection is cut.
  });
  CurlFetch curl;
  std::vector<Status> ended;
  bool timer_ran = false;

  curl.transport().RunAt(SystemClock().SteadyNow() + std::chrono::hours(1),
                         [&] { timer_ran = true; });
  curl.transport().Send(Get(server.Url("/")), [&](const Result<HttpResponse>& result) {
    ended.push_back(result.status());
    // Whatever is sent now ends too.
    curl.transport().Send(Get(server.Url("/")), [&](const Result<HttpResponse>& next) {
      ended.push_back(next.status());
    });
    curl.transport().Send(Get("http://elsewhere.test/"), [&](const Result<HttpResponse>& next) {
      ended.push_back(next.status());
    });
  });
  curl.transport().Run(stop.get_token());

  EXPECT_THAT(ended, ElementsAre(StatusIs(StatusCode::kDeadlineExceeded),
                                 StatusIs(StatusCode::kInvalidArgument),
                                 StatusIs(StatusCode::kDeadlineExceeded)));
  curl.transport().Run(std::stop_token());
  EXPECT_FALSE(timer_ran);
}

TEST(CurlTransportTest, WorksAgainAfterAStop) {
  RequestLog log;
  const LoopbackServer server(KeepAlive(log.Responder()));
  CurlFetch curl;
  std::stop_source stop;
  stop.request_stop();
  Status ended;

  curl.transport().Send(Get(server.Url("/")),
                        [&](const Result<HttpResponse>& result) { ended = result.status(); });
  curl.transport().Run(stop.get_token());

  EXPECT_THAT(ended, StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(curl.Fetch(Get(server.Url("/"))), IsOk());
}

}  // namespace
}  // namespace codearts
