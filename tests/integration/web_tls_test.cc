#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "support/curl_fetch.h"
#include "support/raw_client.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"
#include "web/key_pin.h"
#include "web/live_web_config.h"
#include "web_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The server as --web.config.file starts it, with a certificate for 127.0.0.1.
class WebTlsTest : public WebServerTest {
 protected:
  void SetUp() override {
    UseNewCertificate();
    dir_.Write("web.yaml", "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n");
    web_config_ = LiveWebConfig::Open(dir_.PathOf("web.yaml")).live;
    ASSERT_NE(web_config_, nullptr);
    options_.tls = [this] { return web_config_->Current()->tls; };
  }

  // Replaces certificate and key, as a renewal does.
  void UseNewCertificate() {
    certificate_ = MakeTlsCertificate("IP:127.0.0.1");
    dir_.Write("cert.pem", certificate_.certificate);
    dir_.Write("key.pem", certificate_.key);
  }

  // Asks on a connection of its own, trusting `certificate` alone.
  Result<HttpResponse> Fetch(const std::string& path, const TlsCertificate& certificate) {
    CurlTransportOptions options;
    options.ca_file = dir_.Write("trusted.pem", certificate.certificate);
    CurlFetch curl(options);
    return curl.Fetch(Get("https://127.0.0.1:" + std::to_string(port_) + path));
  }

  const TempDir dir_;
  TlsCertificate certificate_;
  std::unique_ptr<LiveWebConfig> web_config_;
};

TEST_F(WebTlsTest, ServesSmallAndBigAnswers) {
  StartServer();

  const auto small = Fetch("/metrics", certificate_);
  const auto big = Fetch("/big", certificate_);

  ASSERT_THAT(small, IsOk());
  EXPECT_EQ(small->body, "up 1\n");
  ASSERT_THAT(big, IsOk());
  EXPECT_EQ(big->body.size(), kBigSize);
}

TEST_F(WebTlsTest, IsKnownByItsKeyAlone) {
  dir_.Write("cert.pem", (certificate_ = MakeTlsCertificate("DNS:other.test")).certificate);
  dir_.Write("key.pem", certificate_.key);
  StartServer();
  const auto ask_pinning = [this](const TlsCertificate& certificate) {
    TlsServerConfig config;
    config.certificate.text = Secret(certificate.certificate);
    CurlTransportOptions options;
    options.server_key_pin = *KeyPinOf(config);
    CurlFetch curl(options);
    return curl.Fetch(Get("https://127.0.0.1:" + std::to_string(port_) + "/metrics"));
  };

  EXPECT_THAT(Fetch("/metrics", certificate_), StatusIs(StatusCode::kUnavailable));
  EXPECT_THAT(ask_pinning(certificate_), IsOk());
  const auto refused = ask_pinning(MakeTlsCertificate("IP:127.0.0.1"));
  EXPECT_THAT(refused, StatusIs(StatusCode::kUnavailable, HasSubstr("pinned")));
  EXPECT_EQ(refused.status().details().cause, ErrorCause::kTls);
}

TEST_F(WebTlsTest, KeepsConnections) {
  StartServer();
  CurlTransportOptions options;
  options.ca_file = dir_.PathOf("cert.pem");
  CurlFetch curl(options);
  const std::string url = "https://127.0.0.1:" + std::to_string(port_) + "/echo?";

  for (const char* query : {"first", "second", "third"}) {
    const auto answer = curl.Fetch(Get(url + query));
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->body, query);
  }
}

TEST_F(WebTlsTest, TakesANewCertificateWithoutARestart) {
  StartServer();
  const TlsCertificate old = certificate_;
  ASSERT_THAT(Fetch("/metrics", old), IsOk());

  UseNewCertificate();

  EXPECT_THAT(Fetch("/metrics", certificate_), IsOk());
  EXPECT_THAT(Fetch("/metrics", old), StatusIs(StatusCode::kUnavailable, HasSubstr("certificate")));
}

TEST_F(WebTlsTest, SaysNothingInTheClear) {
  StartServer();
  RawClient plain = Connect();

  ASSERT_TRUE(plain.Send(GetRequest("/metrics")));

  EXPECT_FALSE(plain.Read());
  EXPECT_EQ(plain.rest().find("HTTP"), std::string::npos);
  EXPECT_THAT(Fetch("/metrics", certificate_), IsOk());
}

TEST_F(WebTlsTest, HandshakesThatNeverEndKeepNobodyOut) {
  StartServer();
  std::vector<RawClient> silent;
  for (int i = 0; i < options_.max_connections / 2; ++i) {
    silent.push_back(Connect());
    // The beginning of a record of a handshake.
    ASSERT_TRUE(silent.back().Send(std::string("\x16\x03\x01\x02\x00\x01", 6)));
  }

  EXPECT_THAT(Fetch("/metrics", certificate_), IsOk());
}

TEST_F(WebTlsTest, ListensOnIpv6Too) {
  options_.listen_addresses = {{"", 0}};
  StartServer();
  if (!RawClient(port_, 0, "::1").connected()) GTEST_SKIP() << "this machine has no IPv6";
  options_.listen_addresses = {{"::1", 0}};
  StartServer();

  // The certificate is for another address: that it is refused shows that TLS is spoken.
  CurlFetch curl;
  EXPECT_THAT(curl.Fetch(Get("https://[::1]:" + std::to_string(port_) + "/metrics")),
              StatusIs(StatusCode::kUnavailable, HasSubstr("certificate")));
}

TEST_F(WebTlsTest, EndsWithOpenConnections) {
  StartServer();
  CurlTransportOptions options;
  options.ca_file = dir_.PathOf("cert.pem");
  CurlFetch curl(options);
  const std::string url = "https://127.0.0.1:" + std::to_string(port_) + "/metrics";
  ASSERT_THAT(curl.Fetch(Get(url)), IsOk());

  server_.reset();

  EXPECT_THAT(curl.Fetch(Get(url)), StatusIs(StatusCode::kUnavailable, Not(IsEmpty())));
}

}  // namespace
}  // namespace codearts::testing
