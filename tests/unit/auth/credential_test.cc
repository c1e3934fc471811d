#include "auth/credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "auth/signing_credential.h"
#include "auth/token_credential.h"
#include "support/fake_clock.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::kTestStart;
using ::codearts::testing::StatusIs;
using ::codearts::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::Pointee;
using ::testing::StartsWith;

SecretSource Given(const std::string& value) {
  return {Secret(value), ""};
}

// Prepares a credential that needs nothing from outside: it must call back at once.
Status PrepareNow(Credential& credential) {
  std::optional<Status> ready;
  credential.Prepare([&](const Status& status) { ready = status; });
  EXPECT_TRUE(ready);
  return ready.value_or(Status(StatusCode::kInternal, "not called"));
}

std::string HeaderOf(Credential& credential, const char* header) {
  HttpRequest request;
  request.url = "https://a.test/v5/x";
  EXPECT_THAT(PrepareNow(credential), IsOk());
  EXPECT_THAT(credential.Authorize(request, kTestStart), IsOk());
  const std::string* value = FindHeader(request.headers, header);
  return value == nullptr ? "" : *value;
}

TEST(SigningCredentialTest, SignsWithWhatItWasGiven) {
  SigningCredential credential("default", {Given("AK"), Given("SK"), Given("TOKEN")});

  EXPECT_EQ(credential.name(), "default");
  EXPECT_THAT(HeaderOf(credential, "Authorization"), StartsWith("SDK-HMAC-SHA256 Access=AK, "));
  EXPECT_EQ(HeaderOf(credential, "X-Security-Token"), "TOKEN");
  EXPECT_EQ(credential.expiry(), std::nullopt);
}

TEST(SigningCredentialTest, ChangesItsSignatureWithTheFile) {
  const TempDir folder;
  const SecretSource file = {Secret(), folder.Write("sk", "SK1\n")};
  SigningCredential credential("default", {Given("AK"), file, {}});
  const std::string before = HeaderOf(credential, "Authorization");
  const std::size_t fingerprint = credential.Fingerprint();

  folder.Write("sk", "SK2\n");

  SigningCredential expected("default", {Given("AK"), Given("SK2"), {}});
  EXPECT_EQ(HeaderOf(credential, "Authorization"), HeaderOf(expected, "Authorization"));
  EXPECT_NE(HeaderOf(credential, "Authorization"), before);
  EXPECT_NE(credential.Fingerprint(), fingerprint);
  EXPECT_EQ(credential.Fingerprint(), expected.Fingerprint());
}

TEST(SigningCredentialTest, TellsFingerprintsOfEachPartApart) {
  SigningCredential credential("default", {Given("AK"), Given("SK"), Given("T")});
  ASSERT_THAT(PrepareNow(credential), IsOk());

  for (const auto& other : {AccessKeyCredential{Given("AK2"), Given("SK"), Given("T")},
                            AccessKeyCredential{Given("AK"), Given("SK2"), Given("T")},
                            AccessKeyCredential{Given("AK"), Given("SK"), Given("T2")},
                            AccessKeyCredential{Given("SK"), Given("AK"), Given("T")},
                            AccessKeyCredential{Given("AK"), Given("SK"), {}}}) {
    SigningCredential changed("default", other);
    ASSERT_THAT(PrepareNow(changed), IsOk());
    EXPECT_NE(changed.Fingerprint(), credential.Fingerprint());
  }
}

TEST(SigningCredentialTest, AnotherAttemptIsWorthItOnlyIfTheKeyChangedMeanwhile) {
  const TempDir folder;
  const SecretSource file = {Secret(), folder.Write("sk", "SK1")};
  SigningCredential credential("default", {Given("AK"), file, {}});
  HeaderOf(credential, "Authorization");
  EXPECT_FALSE(credential.Renew());

  folder.Write("sk", "SK2");

  EXPECT_TRUE(credential.Renew());
  HeaderOf(credential, "Authorization");
  EXPECT_FALSE(credential.Renew());
}

TEST(SigningCredentialTest, TakesUpAChangeAlsoWhenAnotherFileFailedMeanwhile) {
  const TempDir folder;
  const SecretSource access_key = {Secret(), folder.Write("ak", "AK1")};
  const SecretSource secret_key = {Secret(), folder.Write("sk", "SK1")};
  SigningCredential credential("default", {access_key, secret_key, {}});
  HeaderOf(credential, "Authorization");

  folder.Write("ak", "AK2");
  std::filesystem::remove(secret_key.file);
  EXPECT_THAT(PrepareNow(credential), StatusIs(StatusCode::kCredentials));
  folder.Write("sk", "SK1");

  EXPECT_THAT(HeaderOf(credential, "Authorization"), HasSubstr("Access=AK2,"));
}

TEST(SigningCredentialTest, NamesItselfAndTheFileThatFails) {
  SigningCredential credential("robot", {Given("AK"), {Secret(), "/nonexistent/sk"}, {}});

  EXPECT_THAT(PrepareNow(credential),
              StatusIs(StatusCode::kCredentials,
                       "credential robot: /nonexistent/sk: No such file or directory"));
}

TEST(SigningCredentialTest, FollowsAProfileFile) {
  const TempDir folder;
  const std::string path = folder.Write("credentials", "[basic]\nak = AK1\nsk = SK1\n");
  SigningCredential credential("default", ProfileFileCredential{path});
  EXPECT_THAT(HeaderOf(credential, "Authorization"), HasSubstr("Access=AK1,"));
  EXPECT_FALSE(credential.Renew());

  folder.Write("credentials", "[basic]\nak = AK2\nsk = SK2\nsecurity_token = ST\n");

  EXPECT_TRUE(credential.Renew());
  EXPECT_THAT(HeaderOf(credential, "Authorization"), HasSubstr("Access=AK2,"));
  EXPECT_EQ(HeaderOf(credential, "X-Security-Token"), "ST");
}

TEST(SigningCredentialTest, NamesTheProfileFileAndItsLine) {
  const TempDir folder;
  const std::string path = folder.Write("credentials", "[basic]\nak = AK1\nsk\n");
  SigningCredential credential("default", ProfileFileCredential{path});

  EXPECT_THAT(
      PrepareNow(credential),
      StatusIs(StatusCode::kCredentials,
               "credential default: " + path + ": line 3: neither a [section] nor key = value"));
  folder.Write("credentials", "[basic]\nak = AK1\nsk = SK1\n");
  EXPECT_THAT(PrepareNow(credential), IsOk());
  std::filesystem::remove(path);
  EXPECT_THAT(PrepareNow(credential),
              StatusIs(StatusCode::kCredentials,
                       "credential default: " + path + ": No such file or directory"));
}

TEST(SigningCredentialTest, RefusesToSignWithoutAKey) {
  SigningCredential credential("robot", {Given("AK"), {}, {}});
  HttpRequest request;
  request.url = "https://a.test/";
  ASSERT_THAT(PrepareNow(credential), IsOk());

  EXPECT_THAT(credential.Authorize(request, kTestStart),
              StatusIs(StatusCode::kCredentials, StartsWith("credential robot: ")));
}

TEST(TokenCredentialTest, SendsItsToken) {
  TokenCredential credential("fixed", {Given("TOKEN")});

  EXPECT_EQ(credential.name(), "fixed");
  EXPECT_EQ(HeaderOf(credential, "X-Auth-Token"), "TOKEN");
  EXPECT_EQ(HeaderOf(credential, "Authorization"), "");
  EXPECT_EQ(credential.expiry(), std::nullopt);
  EXPECT_FALSE(credential.Renew());
}

TEST(TokenCredentialTest, TakesUpANewTokenFromItsFile) {
  const TempDir folder;
  TokenCredential credential("fixed", {{Secret(), folder.Write("token", "T1\n")}});
  EXPECT_EQ(HeaderOf(credential, "X-Auth-Token"), "T1");
  const std::size_t fingerprint = credential.Fingerprint();
  EXPECT_FALSE(credential.Renew());

  folder.Write("token", "T2\n");

  EXPECT_TRUE(credential.Renew());
  EXPECT_NE(credential.Fingerprint(), fingerprint);
  EXPECT_EQ(HeaderOf(credential, "X-Auth-Token"), "T2");
  EXPECT_FALSE(credential.Renew());
}

TEST(TokenCredentialTest, ReplacesTheTokenOfAnEarlierAttempt) {
  TokenCredential credential("fixed", {Given("NEW")});
  HttpRequest request;
  request.headers = {{"x-auth-token", "OLD"}};

  ASSERT_THAT(credential.Authorize(request, kTestStart), IsOk());

  ASSERT_EQ(request.headers.size(), 1U);
  EXPECT_EQ(request.headers[0].value, "NEW");
}

TEST(TokenCredentialTest, FailsWithoutAToken) {
  TokenCredential credential("fixed", {{}});
  HttpRequest request;

  EXPECT_THAT(credential.Authorize(request, kTestStart), StatusIs(StatusCode::kCredentials));

  TokenCredential unreadable("fixed", {{Secret(), "/nonexistent/token"}});
  EXPECT_THAT(PrepareNow(unreadable),
              StatusIs(StatusCode::kCredentials, HasSubstr("/nonexistent/token")));
}

}  // namespace
}  // namespace codearts
