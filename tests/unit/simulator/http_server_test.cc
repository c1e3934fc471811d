#include "simulator/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <string>
#include <vector>

#include "sim_testing.h"
#include "simulator/simulator_server.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"
#include "test_client.h"

namespace codearts::sim {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

constexpr std::string_view kStatus = "GET /_sim/status HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kProjects =
    "GET /v4/projects?offset=0&limit=10 HTTP/1.1\r\nHost: x\r\n\r\n";

// A simulator that listens, in this process.
class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    SimulatorServer::Options options;
    options.simulator = QuietOptions(2, 3);
    auto started = SimulatorServer::Start(options);
    EXPECT_THAT(started, IsOk());
    server_ = *std::move(started);
  }

  void Add(const Fault& fault) { ASSERT_THAT(server_->AddFault(fault), IsOk()); }

  std::unique_ptr<SimulatorServer> server_;
};

TEST_F(HttpServerTest, AnswersManyRequestsOnOneConnection) {
  TestClient client(server_->port());
  for (int i = 0; i < 5; ++i) {
    const TestClient::Answer answer = client.Ask(kProjects);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(Parse(answer.body)["total"].GetInt(), 2);
    EXPECT_THAT(answer.head, HasSubstr("X-Request-Id: "));
  }
  EXPECT_EQ(server_->Connections().accepted, 1u);
  EXPECT_EQ(server_->Counts().Of("projects"), 5);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  TestClient client(server_->port());
  client.Send(std::string(kProjects) + std::string(kStatus) + std::string(kProjects));
  EXPECT_THAT(client.ReadAnswer().body, HasSubstr("project_id"));
  EXPECT_THAT(client.ReadAnswer().body, HasSubstr("server_time"));
  EXPECT_THAT(client.ReadAnswer().body, HasSubstr("project_id"));
}

TEST_F(HttpServerTest, TakesRequestsByteByByte) {
  TestClient client(server_->port());
  const std::string body = R"({"seconds":60})";
  const std::string request =
      "POST /_sim/advance HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
      body;
  for (const char c : request) client.Send(std::string_view(&c, 1));
  EXPECT_EQ(Parse(client.ReadAnswer().body)["now"].GetInt64(),
            ToEpochMillis(kTestStart + seconds(60)));
}

TEST_F(HttpServerTest, InvitesABodyThatIsAnnounced) {
  TestClient client(server_->port());
  client.Send("POST /_sim/advance HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 13\r\n\r\n");
  EXPECT_THAT(client.ReadAnswer().head, HasSubstr("100 Continue"));
  client.Send(R"({"seconds":1})");
  EXPECT_EQ(client.ReadAnswer().status, 200);
}

TEST_F(HttpServerTest, ClosesWhenAskedTo) {
  TestClient client(server_->port());
  client.Send("GET /_sim/status HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadAnswer().head, HasSubstr("Connection: close"));
  EXPECT_EQ(client.Receive(), 0);

  TestClient old(server_->port());
  EXPECT_EQ(old.Ask("GET /_sim/status HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_EQ(old.Receive(), 0);
}

TEST_F(HttpServerTest, RefusesWhatIsNoRequest) {
  for (const std::string_view request :
       {"nonsense\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"}) {
    TestClient client(server_->port());
    EXPECT_EQ(client.Ask(request).status, 400) << request;
    EXPECT_EQ(client.Receive(), 0);
  }
  TestClient client(server_->port());
  EXPECT_EQ(client.Ask("POST /x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n").status, 413);
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  TestClient client(server_->port());
  client.Send("HEAD /v4/projects HTTP/1.1\r\nConnection: close\r\n\r\n");
  while (client.Receive() > 0) {
  }
  EXPECT_TRUE(client.received().ends_with("\r\n\r\n"));
  EXPECT_THAT(client.received(), Not(HasSubstr("Content-Length: 0")));
}

TEST_F(HttpServerTest, TruncatedAnswerPromisesMoreThanItSends) {
  Add({.kind = "truncate", .count = 1});
  TestClient client(server_->port());
  const TestClient::Answer answer = client.Ask(kProjects);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.size(), TestClient::ContentLength(answer.head) / 2);
  EXPECT_EQ(client.Receive(), 0);
}

TEST_F(HttpServerTest, ResetIsAReset) {
  Add({.kind = "reset", .count = 1});
  TestClient client(server_->port());
  client.Send(kProjects);
  EXPECT_EQ(client.Receive(), -1);
  EXPECT_EQ(client.error(), ECONNRESET);
}

TEST_F(HttpServerTest, SlowAnswerComesLateAndHoldsNobodyElseUp) {
  Add({.endpoint = "projects", .kind = "slow", .count = 1, .seconds = 0.3});
  TestClient slow(server_->port());
  TestClient other(server_->port());
  const auto start = std::chrono::steady_clock::now();
  slow.Send(kProjects);
  EXPECT_EQ(other.Ask(kStatus).status, 200);
  EXPECT_EQ(slow.ReadAnswer().status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, Duration(290));
}

TEST_F(HttpServerTest, TrickledAnswerComesByteByByte) {
  Add({.endpoint = "projects", .kind = "trickle", .count = 1, .seconds = 0.001});
  TestClient client(server_->port());
  client.Send(kProjects);
  int pieces = 0;
  while (client.received().find("\"total\":2}") == std::string::npos) {
    ASSERT_GT(client.Receive(), 0);
    ++pieces;
  }
  EXPECT_GT(pieces, 50);
}

TEST_F(HttpServerTest, HugeAnswersComeWhole) {
  Add({.endpoint = "projects", .kind = "huge", .count = 1});
  TestClient client(server_->port());
  EXPECT_EQ(client.Ask(kProjects).body.size(), 64u << 20);
  EXPECT_EQ(client.Ask(kProjects).status, 200) << "the connection goes on";
}

TEST_F(HttpServerTest, ChunkedAnswerHasNoLength) {
  TestClient client(server_->port());
  const std::string settings = R"({"chunked":true})";
  client.Ask("POST /_sim/settings HTTP/1.1\r\nContent-Length: " + std::to_string(settings.size()) +
             "\r\n\r\n" + settings);
  client.Send(kProjects);
  while (client.received().find("\r\n0\r\n\r\n") == std::string::npos) {
    ASSERT_GT(client.Receive(), 0);
  }
  EXPECT_THAT(client.received(), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(client.received(), Not(HasSubstr("Content-Length")));
  EXPECT_THAT(client.received(), HasSubstr("\"total\":2}\r\n0\r\n\r\n"));
}

TEST_F(HttpServerTest, LatencyIsWaitedForByAllAtOnce) {
  server_->simulator().SetLatency(Duration(200));
  std::vector<std::unique_ptr<TestClient>> clients;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<TestClient>(server_->port()));
    clients.back()->Send(kProjects);
  }
  for (const auto& client : clients) EXPECT_EQ(client->ReadAnswer().status, 200);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, Duration(200));
  EXPECT_LT(took, seconds(9)) << "one after the other would take ten";
  EXPECT_GT(server_->Connections().most_in_flight, 5u);
}

TEST_F(HttpServerTest, RateLimitAnswers429) {
  server_->simulator().SetRequestsPerSecond(1);
  TestClient client(server_->port());
  int throttled = 0;
  std::string body;
  for (int i = 0; i < 20; ++i) {
    const TestClient::Answer answer = client.Ask(kProjects);
    if (answer.status != 429) continue;
    ++throttled;
    body = answer.body;
  }
  EXPECT_GT(throttled, 10);
  EXPECT_THAT(body, HasSubstr("APIGW.0308"));
}

TEST(HttpServerStartTest, ListensOnLoopbackOnly) {
  const Handler handler = [](const Request&) { return Reply(); };
  for (const std::string host : {"0.0.0.0", "192.168.0.1", "::", "example.com", ""}) {
    EXPECT_THAT(HttpServer::Start({.host = host}, handler),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("loopback")))
        << host;
  }
  EXPECT_THAT(HttpServer::Start({.host = "localhost"}, handler), IsOk());
  EXPECT_THAT(HttpServer::Start({.host = "127.0.0.2"}, handler), IsOk());
}

TEST(HttpServerStartTest, SaysThatAPortIsTaken) {
  const Handler handler = [](const Request&) { return Reply(); };
  const auto first = HttpServer::Start({}, handler);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(HttpServer::Start({.port = (*first)->port()}, handler),
              StatusIs(StatusCode::kUnavailable, HasSubstr("in use")));
}

TEST(HttpServerTlsTest, BadCertificateIsRefused) {
  SimulatorServer::Options options;
  options.simulator = QuietOptions();
  options.http.tls_certificate = "/nonexistent";
  options.http.tls_key = "/nonexistent";
  EXPECT_THAT(SimulatorServer::Start(options), StatusIs(StatusCode::kCredentials));
}

TEST(HttpServerTlsTest, ServesWithTheCertificateItWasGiven) {
  const testing::TempDir dir;
  const testing::TlsCertificate certificate = testing::MakeTlsCertificate("IP:127.0.0.1");
  SimulatorServer::Options options;
  options.simulator = QuietOptions(2);
  options.http.tls_certificate = dir.Write("cert.pem", certificate.certificate);
  options.http.tls_key = dir.Write("key.pem", certificate.key);
  const auto server = SimulatorServer::Start(options);
  ASSERT_THAT(server, IsOk());
  EXPECT_TRUE((*server)->url().starts_with("https://127.0.0.1:"));

  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_load_verify_locations(context.get(), dir.PathOf("cert.pem").c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  TestClient client((*server)->port());
  const std::unique_ptr<SSL, SslDeleter> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), client.fd());
  ASSERT_EQ(SSL_connect(ssl.get()), 1);
  EXPECT_EQ(SSL_get_verify_result(ssl.get()), X509_V_OK);
  ASSERT_GT(SSL_write(ssl.get(), kProjects.data(), static_cast<int>(kProjects.size())), 0);
  std::string received;
  std::array<char, 4096> buffer{};
  while (received.find("\"total\":2}") == std::string::npos) {
    const int got = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
    ASSERT_GT(got, 0);
    received.append(buffer.data(), static_cast<std::size_t>(got));
  }
  EXPECT_THAT(received, HasSubstr("HTTP/1.1 200 OK"));
}

}  // namespace
}  // namespace codearts::sim
