#include "config/config_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::ErrorsOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using testing::MakeEnvironment;
using testing::Parse;
using ::testing::SizeIs;
using testing::TempDir;

LoadResult Load(const std::string& path) {
  return LoadConfig(path, MakeEnvironment({}), {});
}

TEST(ConfigLoaderTest, ReadsTheFile) {
  const TempDir dir;
  const LoadResult result = Load(dir.Write("c.yaml", "api: {retries: 7}\n"));

  ASSERT_TRUE(result.config.has_value());
  EXPECT_EQ(result.config->api.retries, 7);
}

TEST(ConfigLoaderTest, NoPathMeansNoFile) {
  EXPECT_TRUE(Load("").config.has_value());
}

TEST(ConfigLoaderTest, SaysWhyTheFileCannotBeRead) {
  const TempDir dir;
  const std::string path = dir.PathOf("none.yaml");

  EXPECT_THAT(Lines(Load(path).errors),
              ElementsAre(path + ": can't be read: No such file or directory; give --config.file a "
                                 "file that exists and that the exporter may read"));
  EXPECT_THAT(Lines(Load(dir.PathOf("")).errors), ElementsAre(HasSubstr("Is a directory")));
  EXPECT_THAT(Lines(Load(dir.Write("big", std::string(2'000'000, '#'))).errors),
              ElementsAre(HasSubstr("larger than 1048576 bytes")));
}

TEST(ConfigLoaderTest, BrokenYamlIsOneErrorWithItsLine) {
  EXPECT_THAT(ErrorsOf("api:\n  retries: 1\n projects: []\n"),
              ElementsAre(HasSubstr("c.yaml:3: not valid YAML: ")));
  EXPECT_THAT(ErrorsOf("\xFF"),
              ElementsAre("c.yaml:1: is not UTF-8 text; save it as UTF-8, not in GBK or another "
                          "encoding"));
  EXPECT_THAT(ErrorsOf("just text"), ElementsAre(HasSubstr("c.yaml:1: is a single value")));
  EXPECT_THAT(ErrorsOf("- a\n- b\n"), ElementsAre(HasSubstr("c.yaml:1: is a list")));
}

TEST(ConfigLoaderTest, ReportsEverythingAtOnceInTheOrderOfTheFile) {
  EXPECT_THAT(
      ErrorsOf("projects:\n"
               "  - region: cn-north-4\n"
               "    id: x\n"
               "api:\n"
               "  retries: -1\n"
               "  retry: 1\n"
               "history: {since: 1}\n"
               "credentials:\n"
               "  a: {}\n",
               {{"CODEARTS_ENDPOINT", "ftp://x"}}),
      ElementsAre(HasSubstr("environment: CODEARTS_ENDPOINT: is not an http or https URL"),
                  HasSubstr("c.yaml:2: projects[0].credentials: no credential is named"),
                  HasSubstr("c.yaml:3: projects[0].id: "), HasSubstr("c.yaml:5: api.retries: "),
                  HasSubstr("c.yaml:6: api.retry: "), HasSubstr("c.yaml:7: history.since: "),
                  HasSubstr("c.yaml:9: credentials.a: holds no credential")));
}

TEST(ConfigLoaderTest, FloodsOfErrorsAreCounted) {
  std::string yaml;
  for (int i = 0; i < 1500; ++i) yaml += "k" + std::to_string(i) + ": 1\n";

  const std::vector<std::string> errors = ErrorsOf(yaml);

  ASSERT_THAT(errors, SizeIs(1001));
  EXPECT_EQ(errors.back(), "c.yaml: has 500 more errors; correct those above first");
}

TEST(ConfigLoaderTest, ErrorsAreSingleLinesWhateverTheKeysAre) {
  for (const std::string& line :
       ErrorsOf("\"a\\nb\": 1\n\"\\x1b[31m\": 2\napi: {\"x\\u2028y\": 1}\n")) {
    EXPECT_EQ(line.find_first_of("\n\r\x1B"), std::string::npos) << line;
    EXPECT_EQ(line.find("\xE2\x80\xA8"), std::string::npos) << line;
  }
}

TEST(ConfigLoaderTest, WarnsOfSecretsInFilesThatOthersCanRead) {
  const TempDir dir;
  const std::string inline_secret = dir.Write("a.yaml",
                                              "discovery: [{region: cn-north-4}]\n"
                                              "credentials:\n  default:\n    auth_token: t\n");
  const std::string reference = dir.Write("b.yaml",
                                          "discovery: [{region: cn-north-4}]\n"
                                          "credentials:\n  default:\n    auth_token: ${T}\n");
  const auto warnings_of = [](const std::string& path, mode_t mode) {
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return Lines(LoadConfig(path, MakeEnvironment({{"T", "t"}}), {}).warnings);
  };

  EXPECT_THAT(warnings_of(inline_secret, 0644),
              ElementsAre(inline_secret +
                          ":4: credentials.default.auth_token: is a secret in a file that every "
                          "user can read; take that right away (chmod o-r), or use the key's _file "
                          "twin"));
  EXPECT_THAT(warnings_of(inline_secret, 0640), IsEmpty());
  EXPECT_THAT(warnings_of(reference, 0644), IsEmpty());
}

}  // namespace
}  // namespace codearts
