#include "config/effective_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::kProjectA;
using ::testing::Not;
using testing::ParseValid;
using testing::TempDir;

// A configuration in which nothing has its default.
std::string Everything(const TempDir& dir) {
  const std::string file = dir.Write("secret", "hunter2\n");
  return "scrape: {min_interval: 1s, timeout: 2s, timeout_offset: 3ms, max_staleness: 4d}\n"
         "api: {concurrency: 2, requests_per_second: 0.25, request_timeout: 3s, page_size: 4,\n"
         "      max_response_bytes: 5MiB, retries: 6, ca_file: " +
         file +
         ", proxy_url: \"http://p:1\"}\n"
         "credentials:\n"
         "  keys: {access_key: hunter2, secret_key_file: " +
         file +
         ", security_token: hunter2}\n"
         "  'odd \"name\"': {iam_user: {domain: d, user: u, password: hunter2, project: "
         "cn-north-4}}\n"
         "  token: {auth_token_file: " +
         file +
         "}\n"
         "  vm: {ecs_metadata: true, endpoint: http://127.0.0.1:1}\n"
         "projects:\n"
         "  - {id: " +
         std::string(kProjectA) +
         ", name: \"中 $${x} $\", region: cn-north-4, credentials: keys,\n"
         "     pipelines: {include: [\"a\\\\.b$\", \"c, d\"], exclude: ['\"']}}\n"
         "discovery: [{region: cn-south-1, credentials: token, include: [x], exclude: [y], "
         "refresh_interval: 1d1s}]\n"
         "metrics: {level: step, histogram_level: run, run_info: false, run_labels: [branch], "
         "branches: [main],\n"
         "          run_buckets: [0.5, 1], stage_buckets: [1], job_buckets: [2], step_buckets: "
         "[1000000],\n"
         "          queue: true, series_limit: 5}\n"
         "history: {since: 2026-11-01T00:00:00.5Z, recheck: 2h}\n"
         "state: {path: x.db}\n";
}

TEST(EffectiveConfigTest, ReadsBackAsTheSameButForSecrets) {
  const TempDir dir;
  const Config config = ParseValid(Everything(dir));

  const std::string yaml = FormatEffectiveConfig(config);
  Config back = ParseValid(yaml);

  EXPECT_EQ(FormatEffectiveConfig(back), yaml);
  ASSERT_EQ(back.credentials.size(), config.credentials.size());
  for (std::size_t i = 0; i < config.credentials.size(); ++i) {
    EXPECT_EQ(back.credentials[i].name, config.credentials[i].name);
    EXPECT_EQ(back.credentials[i].source.index(), config.credentials[i].source.index());
  }
  back.credentials = config.credentials;
  EXPECT_EQ(back, config);
}

TEST(EffectiveConfigTest, HidesSecretsAndShowsTheirFiles) {
  const TempDir dir;

  const std::string yaml = FormatEffectiveConfig(ParseValid(Everything(dir)));

  EXPECT_THAT(yaml, Not(HasSubstr("hunter2")));
  EXPECT_THAT(yaml, HasSubstr("access_key: \"<hidden>\""));
  EXPECT_THAT(yaml, HasSubstr("secret_key_file: \"" + dir.PathOf("secret") + "\""));
  EXPECT_THAT(yaml, HasSubstr("password: \"<hidden>\""));
}

TEST(EffectiveConfigTest, HidesTheUserOfTheProxy) {
  const std::string yaml =
      FormatEffectiveConfig(ParseValid("api: {proxy_url: \"http://user:hunter2@proxy:1\"}"));

  EXPECT_THAT(yaml, HasSubstr("proxy_url: \"http://<hidden>@proxy:1\""));
}

TEST(EffectiveConfigTest, DefaultsAreShownWhole) {
  const Config config = ParseValid("", {{"CODEARTS_AUTH_TOKEN", "hunter2"}});

  const std::string yaml = FormatEffectiveConfig(config);

  EXPECT_THAT(yaml, HasSubstr("scrape:\n  min_interval: 10s\n  timeout: 10s\n"));
  EXPECT_THAT(yaml, HasSubstr("credentials:\n  # default: from environment, CODEARTS_AUTH_TOKEN\n"
                              "projects: []\ndiscovery: []\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("hunter2")));
  EXPECT_EQ(ParseValid(yaml, {{"CODEARTS_AUTH_TOKEN", "hunter2"}}), config);
}

TEST(EffectiveConfigTest, HostileTextsStayInTheirPlace) {
  Config config = ParseValid("");
  config.credentials[0].origin = "profile file x\nstate: {path: y}";
  config.state.path = "a\nb\"\xFF";

  const std::string yaml = FormatEffectiveConfig(config);

  EXPECT_THAT(yaml, HasSubstr("# default: from profile file x\\nstate: {path: y}\n"));
  EXPECT_THAT(yaml, HasSubstr("path: \"a\\nb\\\"\xEF\xBF\xBD\"\n"));
}

}  // namespace
}  // namespace codearts
