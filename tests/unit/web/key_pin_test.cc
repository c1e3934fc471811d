#include "web/key_pin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::MakeTlsCertificate;
using testing::StatusIs;
using testing::TempDir;

// A certificate, and the digest that `openssl x509 -pubkey | openssl pkey -pubin -outform der |
// openssl dgst -sha256 -binary | base64` gives for it.
constexpr const char* kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIURngwyT+4I/aqcJhwDRYvBJLAzuIwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIcGluLnRlc3QwHhcNMjYxMTI0MTkyNjQ4WhcNMjYxMTI1MTky
NjQ4WjATMREwDwYDVQQDDAhwaW4udGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABBqrYbPv9Q1Z1jeBMOxrHxonJOAWj4L8igEcVvJrKyRk/WyB0S7b9X17Dzjg
uqfZtordvDm0GcFP4P1srVbnakqjUzBRMB0GA1UdDgQWBBQXFvKl549yHDNNEy1u
4ke1+IEwvzAfBgNVHSMEGDAWgBQXFvKl549yHDNNEy1u4ke1+IEwvzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIHoTu8s2Gn3h97L5A+wNq15s6Sjk
4rLsJhX9apq95rR6AiEA7TjNzHp6cqd8FrDuZHvZHL4hX6vDQOmdROdHBObYzk4=
-----END CERTIFICATE-----
)";
constexpr const char* kPin = "sha256//DJzm8z8W/yDUQGGkZMeBMjyFUFgokWcKwEXMMg3z5cM=";

TlsServerConfig ServerOf(const std::string& certificate) {
  TlsServerConfig config;
  config.certificate.text = Secret(certificate);
  return config;
}

TEST(KeyPinTest, IsTheDigestOfThePublicKey) {
  const Result<std::string> pin = KeyPinOf(ServerOf(kCertificate));

  ASSERT_THAT(pin, IsOk());
  EXPECT_EQ(*pin, kPin);
}

TEST(KeyPinTest, IsThatOfTheServersOwnCertificateInAChain) {
  const std::string issuer = MakeTlsCertificate("DNS:issuer.test").certificate;

  EXPECT_EQ(*KeyPinOf(ServerOf(kCertificate + issuer)), kPin);
  EXPECT_NE(*KeyPinOf(ServerOf(issuer + kCertificate)), kPin);
}

TEST(KeyPinTest, NamesTheFileThatIsOfNoUse) {
  const TempDir folder;
  TlsServerConfig config;
  config.certificate.file = folder.PathOf("missing.pem");
  EXPECT_THAT(KeyPinOf(config), StatusIs(StatusCode::kInvalidArgument,
                                         HasSubstr("cert_file: " + config.certificate.file)));
  config.certificate.file = folder.Write("cert.pem", "no certificate");
  EXPECT_THAT(KeyPinOf(config),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("holds no certificate")));
}

}  // namespace
}  // namespace codearts
