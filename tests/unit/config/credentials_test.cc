#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config/credential_section.h"
#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::ErrorsOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kProjectA;
using testing::Lines;
using ::testing::Not;
using testing::Parse;
using testing::ParseValid;
using testing::TempDir;
using testing::Variables;

// A file with one credential that a project uses.
std::string WithCredential(std::string_view lines) {
  std::string yaml =
      "projects: [{id: " + std::string(kProjectA) + ", region: cn-north-4, credentials: c}]\n";
  return yaml + "credentials:\n  c:\n" + std::string(lines);
}

CredentialSource SourceOf(std::string_view lines, Variables variables = {}) {
  const Config config = ParseValid(WithCredential(lines), std::move(variables));
  return config.credentials.empty() ? CredentialSource() : config.credentials[0].source;
}

SecretSource Inline(std::string_view value) {
  return {Secret(std::string(value)), ""};
}

TEST(CredentialsTest, ReadsAccessKeys) {
  EXPECT_EQ(SourceOf("    access_key: ak\n    secret_key: \"${SK}\"\n    security_token: st\n",
                     {{"SK", "sk"}}),
            CredentialSource(AccessKeyCredential{Inline("ak"), Inline("sk"), Inline("st")}));
}

TEST(CredentialsTest, ReadsSecretFilesAndKeepsTheirPaths) {
  const TempDir dir;
  const std::string ak = dir.Write("ak", "the ak\n");
  const std::string sk = dir.Write("sk", "the sk\r\n");
  const std::string st = dir.Write("st", "the st");

  EXPECT_EQ(SourceOf("    access_key_file: " + ak + "\n    secret_key_file: " + sk +
                     "\n    security_token_file: " + st),
            CredentialSource(AccessKeyCredential{
                {Secret("the ak"), ak}, {Secret("the sk"), sk}, {Secret("the st"), st}}));
}

TEST(CredentialsTest, ReadsTokens) {
  const TempDir dir;
  const std::string path = dir.Write("t", "from file");

  EXPECT_EQ(SourceOf("    auth_token: t\n"), CredentialSource(AuthTokenCredential{Inline("t")}));
  EXPECT_EQ(SourceOf("    auth_token_file: " + path),
            CredentialSource(AuthTokenCredential{{Secret("from file"), path}}));
}

TEST(CredentialsTest, ReadsIamUsers) {
  IamUserCredential user{"acme", "metrics", Inline("pw"), "cn-north-4_team",
                         "https://iam.cn-north-4.myhuaweicloud.com"};
  const std::string keys = "domain: acme, user: metrics, password: pw, project: cn-north-4_team";

  EXPECT_EQ(SourceOf("    iam_user: {" + keys + "}"), CredentialSource(user));
  user.endpoint = "https://iam.example";
  EXPECT_EQ(SourceOf("    iam_user: {" + keys + ", endpoint: https://iam.example/}"),
            CredentialSource(user));
  EXPECT_EQ(SourceOf("    endpoint: https://iam.example\n    iam_user: {" + keys + "}"),
            CredentialSource(user));
}

TEST(CredentialsTest, ReadsPasswordsFromFiles) {
  const TempDir dir;
  const std::string path = dir.Write("pw", "pw\n");

  const CredentialSource source =
      SourceOf("    iam_user: {domain: a, user: b, project: mars-1, password_file: " + path + "}");

  EXPECT_EQ(source,
            CredentialSource(IamUserCredential{
                "a", "b", {Secret("pw"), path}, "mars-1", "https://iam.myhuaweicloud.com"}));
}

TEST(CredentialsTest, ReadsEcsMetadata) {
  EXPECT_EQ(SourceOf("    ecs_metadata: true\n"), CredentialSource(EcsMetadataCredential()));
  EXPECT_EQ(SourceOf("    ecs_metadata: true\n    endpoint: http://127.0.0.1:8080/\n"),
            CredentialSource(EcsMetadataCredential{"http://127.0.0.1:8080"}));
  EXPECT_EQ(SourceOf("    ecs_metadata: true\n    endpoint: http://169.254.169.254\n"),
            CredentialSource(EcsMetadataCredential()));
  EXPECT_EQ(SourceOf("    ecs_metadata: false\n    auth_token: t\n    endpoint: \"\"\n"),
            CredentialSource(AuthTokenCredential{Inline("t")}));
}

TEST(CredentialsTest, NamesAndOriginsAreKept) {
  const Config config = ParseValid(WithCredential("    auth_token: t\n"));

  ASSERT_EQ(config.credentials.size(), 1U);
  EXPECT_EQ(config.credentials[0].name, "c");
  EXPECT_EQ(config.credentials[0].origin, "c.yaml:3");
  EXPECT_FALSE(config.credentials[0].from_chain);
}

struct ErrorCase {
  const char* name;
  const char* lines;
  const char* error;
};

TEST(CredentialsTest, RefusesWhatMakesNoCredential) {
  const ErrorCase cases[] = {
      {"nothing", "    endpoint: https://x\n",
       "c.yaml:3: credentials.c: holds no credential; give access_key and secret_key, or"},
      {"false alone", "    ecs_metadata: false\n", "credentials.c: holds no credential"},
      {"half a pair", "    access_key: a\n",
       "c.yaml:3: credentials.c.secret_key: is missing; give secret_key"},
      {"other half", "    secret_key: a\n", "credentials.c.access_key: is missing"},
      {"token alone", "    access_key: a\n    security_token: t\n",
       "credentials.c.secret_key: is missing"},
      {"two kinds", "    auth_token: t\n    ecs_metadata: true\n",
       "credentials.c: mixes auth_token and ecs_metadata; keep one of them"},
      {"twins", "    auth_token: t\n    auth_token_file: /dev/null\n",
       "c.yaml:5: credentials.c.auth_token_file: is given beside auth_token; keep one"},
      {"endpoint without use", "    auth_token: t\n    endpoint: https://x\n",
       "c.yaml:5: credentials.c.endpoint: has no use with auth_token"},
      {"plain endpoint", "    ecs_metadata: true\n    endpoint: http://10.0.0.1\n",
       "would send credentials without encryption"},
      {"plain IAM",
       "    endpoint: http://169.254.169.254\n    iam_user: {domain: a, user: b, password: c, "
       "project: d}\n",
       "would send credentials without encryption"},
      {"two endpoints",
       "    endpoint: https://x\n    iam_user: {domain: a, user: b, password: c, project: d, "
       "endpoint: https://y}\n",
       "is given beside iam_user.endpoint"},
      {"unknown key", "    auth_token: t\n    auth_tokens: u\n",
       "c.yaml:5: credentials.c.auth_tokens: is not a known key; did you mean \"auth_token\"?"},
      {"unknown nested key",
       "    iam_user: {domain: a, user: b, password: c, project: d, name: e}\n",
       "credentials.c.iam_user.name: is not a known key"},
      {"empty secret", "    auth_token: \"\"\n", "c.yaml:4: credentials.c.auth_token: is empty"},
      {"secret of two lines", "    auth_token: \"a\\nb\"\n",
       "credentials.c.auth_token: holds a line break"},
      {"secret that is a list", "    auth_token: [a]\n", "credentials.c.auth_token: is a list"},
      {"missing file", "    auth_token_file: /nonexistent/t\n",
       "c.yaml:4: credentials.c.auth_token_file: can't use \"/nonexistent/t\": No such file or "
       "directory"},
      {"empty file", "    auth_token_file: /dev/null\n", "can't use \"/dev/null\": is empty"},
      {"folder", "    auth_token_file: /\n", "can't use \"/\": Is a directory"},
      {"not a map", "    - a\n", "c.yaml:3: credentials.c: is a list"},
      {"user that is no map", "    iam_user: x\n", "credentials.c.iam_user: is a single value"},
  };
  for (const ErrorCase& c : cases) {
    EXPECT_THAT(ErrorsOf(WithCredential(c.lines)), ::testing::Contains(HasSubstr(c.error)))
        << c.name;
  }
}

TEST(CredentialsTest, OneMistakeIsOneError) {
  EXPECT_THAT(ErrorsOf(WithCredential("    iam_user: x\n")).size(), 1U);
  EXPECT_THAT(ErrorsOf(WithCredential("    - a\n")).size(), 1U);
  EXPECT_THAT(ErrorsOf("credentials: x\n").size(), 1U);
  EXPECT_THAT(ErrorsOf(WithCredential("    auth_token: ${NONE}\n")).size(), 1U);
}

TEST(CredentialsTest, IamUserNeedsAllItsKeys) {
  EXPECT_THAT(ErrorsOf(WithCredential("    iam_user:\n")),
              ElementsAre(HasSubstr("c.iam_user.domain: is missing"),
                          HasSubstr("c.iam_user.user: is missing"),
                          HasSubstr("c.iam_user.password: is missing"),
                          HasSubstr("c.iam_user.project: is missing")));
}

TEST(CredentialsTest, ErrorsNeverShowSecrets) {
  const TempDir dir;
  const std::string file = dir.Write("f", "hunter2\nhunter2");
  const LoadResult result = Parse(
      WithCredential(
          "    access_key: \"hunter2\\n\"\n    secret_key: \"${S}\"\n    auth_token_file: " + file +
          "\n    iam_user: {password: [hunter2]}\n"),
      {{"S", "hunter2\n"}});

  EXPECT_GE(result.errors.size(), 4U);
  for (const std::string& line : Lines(result.errors)) EXPECT_THAT(line, Not(HasSubstr("hunter2")));
}

TEST(CredentialsTest, WarnsOfSecretFilesThatOthersCanRead) {
  const TempDir dir;
  const std::string path = dir.Write("t", "x");
  const std::string yaml = WithCredential("    auth_token_file: " + path);

  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_THAT(Parse(yaml).warnings, IsEmpty());
  ASSERT_EQ(chmod(path.c_str(), 0604), 0);
  EXPECT_THAT(Lines(Parse(yaml).warnings),
              ElementsAre("c.yaml:4: credentials.c.auth_token_file: \"" + path +
                          "\" can be read by every user; take that right away: chmod o-r"));
}

TEST(CredentialsTest, WarnsOfSecretsWithSpaceAround) {
  const TempDir dir;
  const std::string path = dir.Write("t", "a key \n");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);

  EXPECT_THAT(Lines(Parse(WithCredential("    access_key: \"${AK}\"\n    secret_key_file: " + path),
                          {{"AK", "\tak"}})
                        .warnings),
              ElementsAre("c.yaml:4: credentials.c.access_key: begins or ends with a space; remove "
                          "it, unless it is part of the secret",
                          "c.yaml:5: credentials.c.secret_key_file: begins or ends with a space; "
                          "remove it, unless it is part of the secret"));
  EXPECT_THAT(
      Lines(Parse("", {{"HUAWEICLOUD_SDK_AK", "ak"}, {"HUAWEICLOUD_SDK_SK", "sk "}}).warnings),
      Contains("environment: HUAWEICLOUD_SDK_SK: begins or ends with a space; remove it, "
               "unless it is part of the secret"));
}

TEST(CredentialsTest, WarnsOfCredentialsThatNobodyUses) {
  EXPECT_THAT(Lines(Parse(WithCredential("    auth_token: t\n  d: {auth_token: u}\n")).warnings),
              ElementsAre("c.yaml:5: credentials.d: is used by no project and no discovery; name "
                          "it in one, or remove it"));
}

// The chain: what stands in for a configuration without credentials.

CredentialConfig ChainOf(Variables variables) {
  const Config config = ParseValid("", std::move(variables));
  EXPECT_EQ(config.credentials.size(), 1U);
  EXPECT_EQ(config.credentials[0].name, "default");
  EXPECT_TRUE(config.credentials[0].from_chain);
  return config.credentials[0];
}

TEST(CredentialChainTest, TakesEitherSpellingOfTheVariables) {
  const CredentialSource keys = AccessKeyCredential{Inline("ak"), Inline("sk"), {}};

  EXPECT_EQ(ChainOf({{"HUAWEICLOUD_SDK_AK", "ak"}, {"HUAWEICLOUD_SDK_SK", "sk"}}).source, keys);
  EXPECT_EQ(ChainOf({{"CLOUD_SDK_AK", "ak"}, {"CLOUD_SDK_SK", "sk"}}).source, keys);
  EXPECT_EQ(ChainOf({{"CLOUD_SDK_AK", "x"},
                     {"CLOUD_SDK_SK", "y"},
                     {"HUAWEICLOUD_SDK_AK", "ak"},
                     {"HUAWEICLOUD_SDK_SK", "sk"}})
                .source,
            keys);
  EXPECT_EQ(
      ChainOf({{"HUAWEICLOUD_SDK_AK", ""}, {"CLOUD_SDK_AK", "ak"}, {"CLOUD_SDK_SK", "sk"}}).source,
      keys);
}

TEST(CredentialChainTest, TakesTheSecurityToken) {
  EXPECT_EQ(ChainOf({{"HUAWEICLOUD_SDK_AK", "ak"},
                     {"HUAWEICLOUD_SDK_SK", "sk"},
                     {"HUAWEICLOUD_SDK_SECURITY_TOKEN", "st"}})
                .source,
            CredentialSource(AccessKeyCredential{Inline("ak"), Inline("sk"), Inline("st")}));
}

TEST(CredentialChainTest, AnOwnTokenGoesFirst) {
  const CredentialConfig credential = ChainOf(
      {{"CODEARTS_AUTH_TOKEN", "t"}, {"HUAWEICLOUD_SDK_AK", "ak"}, {"HUAWEICLOUD_SDK_SK", "sk"}});
  EXPECT_EQ(credential.source, CredentialSource(AuthTokenCredential{Inline("t")}));
  EXPECT_EQ(credential.origin, "environment, CODEARTS_AUTH_TOKEN");
}

TEST(CredentialChainTest, HalfAPairIsAnError) {
  EXPECT_THAT(ErrorsOf("", {{"HUAWEICLOUD_SDK_AK", "ak"}}),
              ElementsAre("environment: HUAWEICLOUD_SDK_SK: is not set, but the other half of the "
                          "key pair is; set both"));
  EXPECT_THAT(ErrorsOf("", {{"CLOUD_SDK_SK", "sk"}}),
              ElementsAre(HasSubstr("CLOUD_SDK_AK: is not set")));
}

TEST(CredentialChainTest, SecretsOfTheEnvironmentAreChecked) {
  EXPECT_THAT(ErrorsOf("", {{"CODEARTS_AUTH_TOKEN", "a\nb"}}),
              ElementsAre("environment: CODEARTS_AUTH_TOKEN: holds a line break or another control "
                          "character; give text without line breaks"));
}

TEST(CredentialChainTest, FindsTheProfileFile) {
  const TempDir home;
  const std::string other = home.Write("other", "[basic]\n");
  EXPECT_TRUE(std::holds_alternative<EcsMetadataCredential>(
      ChainOf({{"HOME", home.PathOf("nowhere")}}).source));
  EXPECT_EQ(ChainOf({{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", other}}).source,
            CredentialSource(ProfileFileCredential{other}));

  std::filesystem::create_directory(home.PathOf(".huaweicloud"));
  const std::string path = home.Write(".huaweicloud/credentials", "[basic]\n");
  const CredentialConfig credential = ChainOf({{"HOME", home.PathOf("")}});
  EXPECT_EQ(std::get<ProfileFileCredential>(credential.source).path,
            home.PathOf("") + "/.huaweicloud/credentials");
  EXPECT_THAT(credential.origin, HasSubstr("profile file "));
}

TEST(CredentialChainTest, ANamedProfileFileMustBeThere) {
  EXPECT_THAT(ErrorsOf("", {{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nonexistent/c"}}),
              ElementsAre(HasSubstr("HUAWEICLOUD_SDK_CREDENTIALS_FILE: names a file that can't be "
                                    "read: No such file or directory")));
}

TEST(CredentialChainTest, EndsAtTheMetadataService) {
  const CredentialConfig credential = ChainOf({});
  EXPECT_EQ(credential.source, CredentialSource(EcsMetadataCredential()));
  EXPECT_EQ(credential.origin,
            "ECS metadata, as nothing else is configured: CODEARTS_AUTH_TOKEN, HUAWEICLOUD_SDK_AK "
            "and CLOUD_SDK_AK are not set, and HOME is not set, so there is no profile file");
  EXPECT_THAT(ChainOf({{"HOME", "/nonexistent"}}).origin,
              EndsWith(", and there is no profile file /nonexistent/.huaweicloud/credentials"));
}

TEST(CredentialChainTest, AProfileFileThatIsThereIsNotPassedOver) {
  const TempDir home;
  std::filesystem::create_directories(home.PathOf(".huaweicloud/credentials"));
  EXPECT_THAT(ErrorsOf("", {{"HOME", home.PathOf("")}}),
              ElementsAre(HasSubstr("/.huaweicloud/credentials: can't be read: Is a directory; let "
                                    "the exporter read ")));
}

TEST(SecretSourceTest, TheSameFileIsTheSameSource) {
  EXPECT_EQ((SecretSource{Secret("a"), "/f"}), (SecretSource{Secret("b"), "/f"}));
  EXPECT_NE((SecretSource{Secret("a"), "/f"}), (SecretSource{Secret("a"), "/g"}));
  EXPECT_NE((SecretSource{Secret("a"), ""}), (SecretSource{Secret("b"), ""}));
  EXPECT_NE((SecretSource{Secret("a"), ""}), (SecretSource{Secret("a"), "/f"}));
}

TEST(CredentialChainTest, TheFileGoesBeforeTheEnvironment) {
  const Config config = ParseValid("credentials: {default: {auth_token: file}}\n",
                                   {{"CODEARTS_AUTH_TOKEN", "environment"}});
  ASSERT_EQ(config.credentials.size(), 1U);
  EXPECT_EQ(config.credentials[0].source, CredentialSource(AuthTokenCredential{Inline("file")}));
}

}  // namespace
}  // namespace codearts
