#include "exporter/running_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"

namespace codearts {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MakeTlsCertificate;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

constexpr const char* kTls = "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n";
const std::string kHash = "$2b$04$abcdefghijklmnopqrstuugIEnm3ZbWF6xb2GcoE3L1CoGJFMKtu.";

std::string HostOf(const char* host) {
  const Result<std::string> local = LocalHostOf({host, 10440});
  return local.ok() ? *local : local.status().message();
}

TEST(LocalHostOfTest, AsksTheLoopbackAddressOfEveryInterface) {
  EXPECT_EQ(HostOf(""), "127.0.0.1:10440");
  EXPECT_EQ(HostOf("0.0.0.0"), "127.0.0.1:10440");
  EXPECT_EQ(HostOf("::"), "[::1]:10440");
  EXPECT_EQ(HostOf("::1"), "[::1]:10440");
  EXPECT_EQ(HostOf("localhost"), "localhost:10440");
}

TEST(LocalHostOfTest, RefusesAnAddressThatOthersReach) {
  EXPECT_THAT(
      LocalHostOf({"10.0.0.7", 10440}),
      StatusIs(StatusCode::kInvalidArgument, HasSubstr("--web.listen-address=127.0.0.1:10440")));
}

class FindDoorTest : public ::testing::Test {
 protected:
  Result<ExporterDoor> Find(const std::string& web_config, const ExporterLogin& login = {}) const {
    WebFlags web;
    web.config_file = folder_.Write("web.yaml", web_config);
    return FindDoor(web, login);
  }

  // Returns the header for that user, "" if there is none.
  std::string AuthorizationFor(const std::string& web_config, const std::string& user) const {
    const Result<ExporterDoor> door = Find(web_config, {user, folder_.PathOf("password")});
    if (!door.ok()) return door.status().message();
    return door->authorization ? door->authorization->value : "";
  }

  const TempDir folder_;
};

TEST_F(FindDoorTest, AsksInTheClearWithoutAWebConfiguration) {
  const Result<ExporterDoor> door = FindDoor(WebFlags(), {});

  ASSERT_THAT(door, IsOk());
  EXPECT_EQ(door->url, "http://127.0.0.1:10440");
  EXPECT_EQ(door->key_pin, "");
  EXPECT_FALSE(door->authorization);
}

TEST_F(FindDoorTest, SpeaksTlsAndKnowsTheExporterByItsKey) {
  folder_.Write("cert.pem", MakeTlsCertificate("DNS:exporter.test").certificate);

  const Result<ExporterDoor> door = Find(kTls);

  ASSERT_THAT(door, IsOk());
  EXPECT_EQ(door->url, "https://127.0.0.1:10440");
  EXPECT_THAT(door->key_pin, StartsWith("sha256//"));
}

TEST_F(FindDoorTest, SendsThePasswordOfTheOnlyUserOrOfTheOneThatIsNamed) {
  folder_.Write("password", "swordfish\n");
  const std::string one = "basic_auth_users: {alice: " + kHash + "}\n";
  const std::string two = "basic_auth_users: {alice: " + kHash + ", bob: " + kHash + "}\n";

  EXPECT_EQ(AuthorizationFor(one, ""), "Basic YWxpY2U6c3dvcmRmaXNo");
  EXPECT_EQ(AuthorizationFor(two, "bob"), "Basic Ym9iOnN3b3JkZmlzaA==");
  EXPECT_THAT(AuthorizationFor(two, ""), HasSubstr("--user=NAME has to say"));
  EXPECT_THAT(AuthorizationFor("", ""), HasSubstr("--user=NAME has to say"));
}

TEST_F(FindDoorTest, SaysWhatIsMissing) {
  EXPECT_THAT(Find(kTls), StatusIs(StatusCode::kInvalidArgument, HasSubstr("cert_file: ")));
  EXPECT_THAT(Find("nonsense: 1\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("web.yaml:1: nonsense: ")));
  EXPECT_THAT(Find("", {"alice", folder_.PathOf("missing")}),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--password-file: "), HasSubstr("No such file"))));
}

TEST_F(FindDoorTest, HasNoCertificateToShow) {
  folder_.Write("cert.pem", MakeTlsCertificate("DNS:exporter.test").certificate);
  const auto with = [](const std::string& type) {
    return "tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_ca_file: ca.pem, "
           "client_auth_type: " +
           type + "}\n";
  };

  for (const char* type : {"RequestClientCert", "VerifyClientCertIfGiven"}) {
    EXPECT_THAT(Find(with(type)), IsOk()) << type;
  }
  for (const char* type : {"RequireAnyClientCert", "RequireAndVerifyClientCert"}) {
    EXPECT_THAT(Find(with(type)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("client_auth_type of ")))
        << type;
  }
}

}  // namespace
}  // namespace codearts
