#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "http/curl_transport.h"
#include "support/curl_fetch.h"
#include "support/loopback_server.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"

namespace codearts {
namespace {

using ::codearts::testing::CurlFetch;
using ::codearts::testing::Get;
using ::codearts::testing::HttpReply;
using ::codearts::testing::IsOk;
using ::codearts::testing::KeepAlive;
using ::codearts::testing::LoopbackServer;
using ::codearts::testing::MakeTlsCertificate;
using ::codearts::testing::MakeTlsContext;
using ::codearts::testing::Peer;
using ::codearts::testing::StatusIs;
using ::codearts::testing::TempDir;
using ::codearts::testing::TlsCertificate;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string AnswerHello(const std::string&) {
  return HttpReply(200, "hello");
}

TEST(CurlTlsTest, RefusesAnUnknownCertificate) {
  const LoopbackServer server(KeepAlive(AnswerHello),
                              MakeTlsContext(MakeTlsCertificate("IP:127.0.0.1")));
  CurlFetch curl;

  const auto response = curl.Fetch(Get(server.Url("/")));

  EXPECT_THAT(response, StatusIs(StatusCode::kUnavailable, HasSubstr("certificate")));
  EXPECT_EQ(response.status().details().cause, ErrorCause::kTls);
}

TEST(CurlTlsTest, TrustsTheCaFileBesideTheSystems) {
  const TlsCertificate certificate = MakeTlsCertificate("IP:127.0.0.1");
  const LoopbackServer server(KeepAlive(AnswerHello), MakeTlsContext(certificate));
  const TempDir folder;
  CurlTransportOptions options;
  options.ca_file = folder.Write("ca.pem", certificate.certificate);
  CurlFetch curl(options);

  const auto response = curl.Fetch(Get(server.Url("/")));

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "hello");
}

TEST(CurlTlsTest, RefusesACertificateForAnotherHost) {
  const TlsCertificate certificate = MakeTlsCertificate("DNS:other.example.test");
  const LoopbackServer server(KeepAlive(AnswerHello), MakeTlsContext(certificate));
  const TempDir folder;
  CurlTransportOptions options;
  options.ca_file = folder.Write("ca.pem", certificate.certificate);
  CurlFetch curl(options);

  EXPECT_THAT(curl.Fetch(Get(server.Url("/"))), StatusIs(StatusCode::kUnavailable));
}

TEST(CurlTlsTest, APlainServerOnAnHttpsUrlIsUnavailable) {
  const LoopbackServer server([](Peer& peer) {
    peer.Read();
    peer.Write(HttpReply(400, "speak HTTP"));
  });
  CurlFetch curl;

  EXPECT_THAT(curl.Fetch(Get("https://127.0.0.1:" + std::to_string(server.port()) + "/")),
              StatusIs(StatusCode::kUnavailable));
}

TEST(CurlTlsTest, ACaFileOfNoUseIsAnErrorAtStart) {
  const TempDir folder;
  const SystemClock clock;
  CurlTransportOptions options;

  options.ca_file = folder.PathOf("missing.pem");
  EXPECT_THAT(
      CurlTransport::Create(options, clock),
      StatusIs(StatusCode::kInvalidArgument, options.ca_file + ": No such file or directory"));
  options.ca_file = folder.Write("ca.pem", "no certificate");
  EXPECT_THAT(CurlTransport::Create(options, clock), StatusIs(StatusCode::kInvalidArgument));
}

// A proxy that answers CONNECT and then speaks TLS itself, as the host that was asked for.
class TunnelServer {
 public:
  explicit TunnelServer(const TlsCertificate& certificate)
      : tls_(MakeTlsContext(certificate)), server_([this](Peer& peer) { Serve(peer); }) {}

  std::string ProxyUrl(const std::string& user) const {
    return "http://" + user + "127.0.0.1:" + std::to_string(server_.port());
  }
  std::string connect_request() {
    const std::lock_guard lock(mutex_);
    return connect_request_;
  }
  std::string inner_request() {
    const std::lock_guard lock(mutex_);
    return inner_request_;
  }

 private:
  void Serve(Peer& peer) {
    const auto connect = peer.ReadRequest();
    if (!connect) return;
    {
      const std::lock_guard lock(mutex_);
      connect_request_ = *connect;
    }
    peer.Write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    peer.StartTls(tls_.get());
    if (!peer.Accept()) return;
    const auto inner = peer.ReadRequest();
    if (!inner) return;
    {
      const std::lock_guard lock(mutex_);
      inner_request_ = *inner;
    }
    peer.Write(HttpReply(200, "through the tunnel"));
  }

  std::mutex mutex_;
  std::string connect_request_;
  std::string inner_request_;
  testing::TlsContextPtr tls_;
  LoopbackServer server_;
};

class CurlProxyTest : public ::testing::Test {
 protected:
  CurlProxyTest() { options_.ca_file = folder_.Write("ca.pem", certificate_.certificate); }
  ~CurlProxyTest() override {
    SetVariable("HTTPS_PROXY", "");
    SetVariable("NO_PROXY", "");
  }

  static void SetVariable(const char* name, const std::string& value) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread of a test reads the environment.
    setenv(name, value.c_str(), 1);
  }

  static HttpRequest SignedRequest() {
    HttpRequest request = Get("https://api.example.test/v5/x");
    request.headers = {{"Authorization", "signature"}, {"X-Auth-Token", "token"}};
    request.timeout = std::chrono::seconds(5);
    return request;
  }

  const TempDir folder_;
  const TlsCertificate certificate_ = MakeTlsCertificate("DNS:api.example.test");
  TunnelServer proxy_{certificate_};
  CurlTransportOptions options_;
};

TEST_F(CurlProxyTest, TunnelsThroughTheConfiguredProxy) {
  options_.proxy_url = proxy_.ProxyUrl("user:pass@");
  CurlFetch curl(options_);

  const auto response = curl.Fetch(SignedRequest());

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "through the tunnel");
  EXPECT_EQ(FindHeader(response->headers, "X-Proxy"), nullptr);
  EXPECT_THAT(proxy_.connect_request(),
              AllOf(StartsWith("CONNECT api.example.test:443 HTTP/1.1\r\n"),
                    HasSubstr("\r\nProxy-Authorization: Basic "), Not(HasSubstr("signature")),
                    Not(HasSubstr("token"))));
  EXPECT_THAT(proxy_.inner_request(),
              AllOf(StartsWith("GET /v5/x HTTP/1.1\r\n"), HasSubstr("X-Auth-Token: token"),
                    Not(HasSubstr("Proxy-Authorization"))));
}

TEST_F(CurlProxyTest, TakesTheProxyFromTheEnvironment) {
  SetVariable("HTTPS_PROXY", proxy_.ProxyUrl(""));
  CurlFetch curl(options_);

  EXPECT_THAT(curl.Fetch(SignedRequest()), IsOk());
  EXPECT_THAT(proxy_.connect_request(), StartsWith("CONNECT api.example.test:443 "));
}

TEST_F(CurlProxyTest, HonoursNoProxy) {
  // Linux connects 0.0.0.0 to this machine, yet it is no loopback address by name.
  const TlsCertificate certificate = MakeTlsCertificate("IP:0.0.0.0");
  const LoopbackServer server(KeepAlive(AnswerHello), MakeTlsContext(certificate));
  options_.ca_file = folder_.Write("ca.pem", certificate.certificate);
  SetVariable("HTTPS_PROXY", proxy_.ProxyUrl(""));
  SetVariable("NO_PROXY", "0.0.0.0");
  CurlFetch curl(options_);

  EXPECT_THAT(curl.Fetch(Get("https://0.0.0.0:" + std::to_string(server.port()) + "/")), IsOk());
  EXPECT_EQ(proxy_.connect_request(), "");
}

TEST_F(CurlProxyTest, NeverProxiesLoopbackHosts) {
  const LoopbackServer server(KeepAlive(AnswerHello));
  options_.proxy_url = proxy_.ProxyUrl("");
  CurlFetch curl(options_);

  EXPECT_THAT(curl.Fetch(Get(server.Url("/"))), IsOk());
  EXPECT_EQ(proxy_.connect_request(), "");
}

TEST_F(CurlProxyTest, ARefusalByTheProxyIsUnavailableAndHidesThePassword) {
  const LoopbackServer refusing(
      KeepAlive([](const std::string&) { return HttpReply(407, "go away"); }));
  options_.proxy_url = "http://user:hunter2@127.0.0.1:" + std::to_string(refusing.port());
  CurlFetch curl(options_);

  const auto response = curl.Fetch(SignedRequest());

  EXPECT_THAT(response, StatusIs(StatusCode::kUnavailable,
                                 AllOf(HasSubstr("407"), Not(HasSubstr("hunter2")))));
  EXPECT_EQ(response.status().details().cause, ErrorCause::kProxy);
}

}  // namespace
}  // namespace codearts
