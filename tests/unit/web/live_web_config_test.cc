#include "web/live_web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "support/temp_dir.h"
#include "support/tls_certificate.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeTlsCertificate;
using ::testing::SizeIs;
using testing::TempDir;
using testing::TlsCertificate;

const std::string kAlice =
    "basic_auth_users: {alice: "
    "$2b$04$abcdefghijklmnopqrstuugIEnm3ZbWF6xb2GcoE3L1CoGJFMKtu.}\n";
constexpr const char* kTls = "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n";

class LiveWebConfigTest : public ::testing::Test {
 protected:
  void WritePair(const TlsCertificate& pair) const {
    dir_.Write("cert.pem", pair.certificate);
    dir_.Write("key.pem", pair.key);
  }
  std::string Write(const std::string& text) const { return dir_.Write("web.yaml", text); }

  std::unique_ptr<LiveWebConfig> Open(const std::string& text) const {
    LiveWebConfig::OpenResult result = LiveWebConfig::Open(Write(text));
    for (const ConfigProblem& error : result.errors) ADD_FAILURE() << FormatConfigProblem(error);
    return std::move(result.live);
  }

  // Why a file with that text can't be used.
  std::string ErrorOf(const std::string& text) const {
    LiveWebConfig::OpenResult result = LiveWebConfig::Open(Write(text));
    EXPECT_EQ(result.live, nullptr);
    EXPECT_THAT(result.errors, SizeIs(1));
    return result.errors.empty() ? "" : FormatConfigProblem(result.errors.front());
  }

  static std::vector<std::string> ReloadErrors(LiveWebConfig& live) {
    std::vector<std::string> lines;
    for (const ConfigProblem& error : live.Reload()) lines.push_back(FormatConfigProblem(error));
    return lines;
  }

  const TempDir dir_;
};

TEST_F(LiveWebConfigTest, NoPathMeansNoProtection) {
  const LiveWebConfig::OpenResult result = LiveWebConfig::Open("");

  ASSERT_NE(result.live, nullptr);
  EXPECT_EQ(result.live->Current()->config, WebConfig());
  EXPECT_EQ(result.live->Current()->tls, nullptr);
}

TEST_F(LiveWebConfigTest, FollowsTheFile) {
  const auto live = Open("");
  ASSERT_NE(live, nullptr);

  Write(kAlice);
  EXPECT_THAT(live->Current()->config.basic_auth_users, SizeIs(1));
  Write("");
  EXPECT_THAT(live->Current()->config.basic_auth_users, SizeIs(0));
}

TEST_F(LiveWebConfigTest, KeepsTheOldOneWhileTheFileIsBroken) {
  const auto live = Open(kAlice);
  ASSERT_NE(live, nullptr);

  Write("basic_auth_user: {}\n");
  EXPECT_THAT(live->Current()->config.basic_auth_users, SizeIs(1));
  EXPECT_THAT(ReloadErrors(*live), ElementsAre(HasSubstr("did you mean \"basic_auth_users\"?")));
  std::remove(dir_.PathOf("web.yaml").c_str());
  EXPECT_THAT(live->Current()->config.basic_auth_users, SizeIs(1));

  Write("");
  EXPECT_THAT(live->Current()->config.basic_auth_users, SizeIs(0));
  EXPECT_THAT(ReloadErrors(*live), IsEmpty());
}

TEST_F(LiveWebConfigTest, TakesANewCertificateOnceItsKeyIsThere) {
  WritePair(MakeTlsCertificate("IP:127.0.0.1"));
  const auto live = Open(kTls);
  ASSERT_NE(live, nullptr);
  const auto before = live->Current()->tls;
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(live->Current()->tls, before);

  const TlsCertificate next = MakeTlsCertificate("IP:127.0.0.1");
  dir_.Write("cert.pem", next.certificate);
  EXPECT_EQ(live->Current()->tls, before);
  dir_.Write("key.pem", next.key);
  EXPECT_NE(live->Current()->tls, before);
}

TEST_F(LiveWebConfigTest, TlsNeedsARestartToComeOrGo) {
  WritePair(MakeTlsCertificate("IP:127.0.0.1"));
  const auto plain = Open("");
  ASSERT_NE(plain, nullptr);
  Write(kTls);

  EXPECT_THAT(ReloadErrors(*plain), ElementsAre(HasSubstr("restart to apply that")));
  EXPECT_EQ(plain->Current()->tls, nullptr);
}

TEST_F(LiveWebConfigTest, SaysWhatIsWrongWithTheFilesOfTls) {
  const TlsCertificate pair = MakeTlsCertificate("IP:127.0.0.1");
  EXPECT_THAT(ErrorOf(kTls), HasSubstr("tls_server_config: cert_file: " + dir_.PathOf("cert.pem") +
                                       ": can't be read: No such file or directory"));

  dir_.Write("cert.pem", pair.key);
  EXPECT_THAT(ErrorOf(kTls), HasSubstr("holds no certificate in PEM form"));

  dir_.Write("cert.pem", pair.certificate);
  dir_.Write("key.pem", pair.certificate);
  EXPECT_THAT(ErrorOf(kTls), HasSubstr("key_file: " + dir_.PathOf("key.pem") +
                                       ": holds no private key in PEM form without a password"));

  dir_.Write("key.pem", MakeTlsCertificate("IP:127.0.0.1").key);
  EXPECT_THAT(ErrorOf(kTls), HasSubstr("is not the key of the certificate"));
}

TEST_F(LiveWebConfigTest, TakesEveryChoiceOfTheFormat) {
  WritePair(MakeTlsCertificate("IP:127.0.0.1"));

  const auto live = Open(
      "tls_server_config:\n"
      "  cert_file: cert.pem\n"
      "  key_file: key.pem\n"
      "  client_ca_file: cert.pem\n"
      "  client_auth_type: VerifyClientCertIfGiven\n"
      "  cipher_suites:\n"
      "    [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n"
      "     TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,\n"
      "     TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,\n"
      "     TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,\n"
      "     TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,\n"
      "     TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA]\n"
      "  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n");

  ASSERT_NE(live, nullptr);
  EXPECT_NE(live->Current()->tls, nullptr);
}

}  // namespace
}  // namespace codearts
