#include "config/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <string>

#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using ::testing::Not;
using ::testing::Pair;
using testing::TempDir;

constexpr std::string_view kHash = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";

WebConfigResult Parse(const std::string& text) {
  return ParseWebConfig(text, "conf/web.yaml");
}

std::vector<std::string> ErrorsOf(const std::string& text) {
  return Lines(Parse(text).errors);
}

// The errors of a file with this inside of tls_server_config, beside a certificate and its key.
std::vector<std::string> TlsErrorsOf(const std::string& keys) {
  return ErrorsOf("tls_server_config: {cert_file: c, key_file: k, " + keys + "}\n");
}

TEST(WebConfigTest, AnEmptyFileProtectsNothing) {
  EXPECT_EQ(Parse("").config, WebConfig());
  EXPECT_EQ(Parse("tls_server_config:\nbasic_auth_users: {}\n").config, WebConfig());
}

TEST(WebConfigTest, ReadsEveryKey) {
  const WebConfigResult result = Parse(R"(
tls_server_config:
  cert_file: server.crt
  key_file: /etc/ssl/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example, 192.0.2.1]
  min_version: TLS12
  max_version: TLS12
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: SAMEORIGIN
    X-XSS-Protection: ""
basic_auth_users:
  alice: )" + std::string(kHash) + R"(
rate_limit: {interval: 500ms, burst: 20}
)");

  ASSERT_TRUE(result.config) << Lines(result.errors).front();
  const TlsServerConfig& tls = *result.config->tls;
  EXPECT_EQ(tls.certificate.file, "conf/server.crt");
  EXPECT_EQ(tls.key.file, "/etc/ssl/server.key");
  EXPECT_EQ(tls.client_ca.file, "conf/ca.crt");
  EXPECT_EQ(tls.client_auth, ClientAuth::kRequireAndVerifyClientCert);
  EXPECT_THAT(tls.client_allowed_sans, ElementsAre("prometheus.example", "192.0.2.1"));
  EXPECT_EQ(tls.min_version, TlsVersion::kTls12);
  EXPECT_EQ(tls.max_version, TlsVersion::kTls12);
  EXPECT_THAT(tls.cipher_suites, ElementsAre("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
  EXPECT_FALSE(tls.prefer_server_cipher_suites);
  EXPECT_THAT(tls.curve_preferences, ElementsAre("X25519", "P-256"));
  EXPECT_THAT(result.config->headers,
              ElementsAre(HttpHeader{"Strict-Transport-Security", "max-age=31536000"},
                          HttpHeader{"X-Frame-Options", "SAMEORIGIN"}));
  EXPECT_THAT(result.config->basic_auth_users,
              ElementsAre(Pair("alice", Secret(std::string(kHash)))));
  EXPECT_EQ(result.config->rate_limit, (RateLimitConfig{std::chrono::milliseconds(500), 20}));
}

TEST(WebConfigTest, TakesPemTextInTheFile) {
  const WebConfigResult result =
      Parse("tls_server_config:\n  cert: |\n    a\n    b\n  key: the key\n");

  ASSERT_TRUE(result.config);
  EXPECT_EQ(result.config->tls->certificate.text, Secret("a\nb\n"));
  EXPECT_EQ(result.config->tls->key.text, Secret("the key"));
}

TEST(WebConfigTest, RefusesUnknownKeysWithTheirLine) {
  EXPECT_THAT(ErrorsOf("tls_server_config:\n  cert_file: c\n  key_fil: k\n"),
              ElementsAre("conf/web.yaml:3: tls_server_config.key_fil: is not a known key; did you "
                          "mean \"key_file\"?",
                          HasSubstr("tls_server_config.key_file: is missing")));
  EXPECT_THAT(ErrorsOf("basic_auth: {}\n"), ElementsAre(HasSubstr("conf/web.yaml:1: basic_auth")));
  EXPECT_THAT(ErrorsOf("http_server_config: {headers: {Server: x}}\n"),
              ElementsAre(HasSubstr("http_server_config.headers.Server: is not a known key")));
}

TEST(WebConfigTest, NeedsACertificateAndItsKeyOnce) {
  EXPECT_THAT(ErrorsOf("tls_server_config: {key_file: k}\n"),
              ElementsAre("conf/web.yaml:1: tls_server_config.cert_file: is missing; give "
                          "cert_file or cert"));
  EXPECT_THAT(ErrorsOf("tls_server_config: {cert: c, key: k, key_file: k}\n"),
              ElementsAre(HasSubstr("tls_server_config.key: is given beside key_file")));
}

TEST(WebConfigTest, RefusesWhatWouldNotProtect) {
  EXPECT_THAT(TlsErrorsOf("client_auth_type: RequireAndVerifyClientCert"),
              ElementsAre(HasSubstr("needs to know whom to trust; give client_ca_file")));
  EXPECT_THAT(TlsErrorsOf("client_ca_file: ca"),
              ElementsAre(HasSubstr("is NoClientCert although there is a client CA")));
  EXPECT_THAT(TlsErrorsOf("client_allowed_sans: [a]"),
              ElementsAre(HasSubstr("has no effect on clients without a certificate")));
  EXPECT_THAT(TlsErrorsOf("min_version: TLS10"),
              ElementsAre(HasSubstr("\"TLS10\" is broken and not supported; give one of TLS12")));
  EXPECT_THAT(TlsErrorsOf("min_version: TLS13, max_version: TLS12"),
              ElementsAre(HasSubstr("min_version: is above max_version")));
  EXPECT_THAT(TlsErrorsOf("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"),
              ElementsAre(HasSubstr("\"TLS_RSA_WITH_RC4_128_SHA\" is unknown or insecure"),
                          HasSubstr("names no suite of TLS 1.2")));
  EXPECT_THAT(TlsErrorsOf("curve_preferences: [P-256]"),
              ElementsAre(HasSubstr("give one of CurveP256, CurveP384, CurveP521, X25519")));
  EXPECT_THAT(TlsErrorsOf("client_auth_type: Always"),
              ElementsAre(HasSubstr("\"Always\" is not valid; give one of NoClientCert")));
  EXPECT_THAT(ErrorsOf("rate_limit: {interval: 1s}\n"),
              ElementsAre(HasSubstr("rate_limit.burst: lets no request through")));
  EXPECT_THAT(ErrorsOf("http_server_config: {headers: {X-Frame-Options: allow}}\n"),
              ElementsAre(HasSubstr("\"allow\" is not valid; give deny or sameorigin")));
}

TEST(WebConfigTest, DoesNotShowWhatMayBeAPassword) {
  for (const std::string hash : {"hunter2", "$2y$10$short", "$1$abc$0123456789"}) {
    EXPECT_THAT(ErrorsOf("basic_auth_users: {alice: '" + hash + "'}\n"),
                ElementsAre(AllOf(HasSubstr("basic_auth_users.alice: is no bcrypt hash"),
                                  Not(HasSubstr(hash)))));
  }
  std::string odd(kHash);
  odd.replace(4, 2, "99");
  EXPECT_THAT(ErrorsOf("basic_auth_users: {alice: '" + odd + "'}\n"),
              ElementsAre(HasSubstr("is no bcrypt hash")));
}

TEST(WebConfigTest, RefusesUserNamesThatNobodyCanSend) {
  EXPECT_THAT(ErrorsOf("basic_auth_users: {'a:b': " + std::string(kHash) + "}\n"),
              ElementsAre(HasSubstr("is no user name")));
}

TEST(WebConfigTest, WarnsOfFilesThatEveryUserCanRead) {
  const TempDir dir;
  const std::string key = dir.Write("key.pem", "key");
  const std::string path = dir.Write("web.yaml",
                                     "tls_server_config: {cert_file: c.pem, key_file: key.pem}\n"
                                     "basic_auth_users: {alice: " +
                                         std::string(kHash) + "}\n");
  ASSERT_EQ(chmod(key.c_str(), 0644), 0);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);

  EXPECT_THAT(Lines(LoadWebConfig(path).warnings),
              ElementsAre(HasSubstr("key_file: \"key.pem\" can be read by every user"),
                          HasSubstr(":2: basic_auth_users.alice: is a secret in a file that every "
                                    "user can read")));

  ASSERT_EQ(chmod(key.c_str(), 0640), 0);
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_THAT(LoadWebConfig(path).warnings, IsEmpty());
}

TEST(WebConfigTest, WarnsOfPasswordsInTheClearAndOfSlowHashes) {
  std::string slow(kHash);
  slow.replace(4, 2, "18");

  EXPECT_THAT(Lines(Parse("basic_auth_users: {bob: " + slow + "}\n").warnings),
              ElementsAre(HasSubstr("basic_auth_users.bob: has cost 18"),
                          HasSubstr("passwords cross the network in the clear")));
}

TEST(WebConfigTest, SaysWhyTheFileCannotBeRead) {
  EXPECT_THAT(Lines(LoadWebConfig("/nowhere/web.yaml").errors),
              ElementsAre("/nowhere/web.yaml: can't be read: No such file or directory; give "
                          "--web.config.file a file that exists and that the exporter may read"));
  EXPECT_THAT(ErrorsOf("a: [\n"), ElementsAre(HasSubstr("not valid YAML")));
}

}  // namespace
}  // namespace codearts
