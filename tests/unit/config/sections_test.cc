// The sections that are plain maps: every key, every range, every wrong type.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::ErrorsOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using testing::Parse;
using testing::ParseValid;

TEST(SectionsTest, DefaultsHoldWithoutAFile) {
  const Config config = ParseValid("");

  EXPECT_EQ(config.scrape, ScrapeConfig());
  EXPECT_EQ(config.api, ApiConfig());
  EXPECT_EQ(config.metrics, MetricsConfig());
  EXPECT_EQ(config.history, HistoryConfig());
  EXPECT_EQ(config.state, StateConfig());
  EXPECT_THAT(config.projects, IsEmpty());
  EXPECT_THAT(config.discovery, IsEmpty());
}

TEST(SectionsTest, EmptySectionsAreDefaults) {
  const Config config =
      ParseValid("scrape:\napi: {}\nmetrics:\nhistory:\nstate:\nprojects:\ndiscovery: []\n");

  EXPECT_EQ(config.scrape, ScrapeConfig());
  EXPECT_EQ(config.metrics, MetricsConfig());
}

TEST(SectionsTest, ReadsScrape) {
  ScrapeConfig expected;
  expected.min_interval = seconds(0);
  expected.timeout = seconds(90);
  expected.timeout_offset = seconds(1);
  expected.max_staleness = hours(26);

  EXPECT_EQ(ParseValid("scrape: {min_interval: 0s, timeout: 1m30s, timeout_offset: 1s, "
                       "max_staleness: 1d2h}")
                .scrape,
            expected);
}

TEST(SectionsTest, ReadsApi) {
  const testing::TempDir dir;
  ApiConfig expected;
  expected.concurrency = 256;
  expected.requests_per_second = 0.5;
  expected.request_timeout = milliseconds(100);
  expected.page_size = 50;
  expected.max_response_bytes = 1024;
  expected.retries = 0;
  expected.ca_file = dir.Write("ca.pem", "x");
  expected.proxy_url = "http://user:pass@proxy:3128";

  EXPECT_EQ(ParseValid("api:\n"
                       "  concurrency: 256\n"
                       "  requests_per_second: 0.5\n"
                       "  request_timeout: 100ms\n"
                       "  page_size: 50\n"
                       "  max_response_bytes: 1KiB\n"
                       "  retries: 0\n"
                       "  ca_file: " +
                       expected.ca_file +
                       "\n"
                       "  proxy_url: http://user:pass@proxy:3128\n")
                .api,
            expected);
}

TEST(SectionsTest, ReadsMetrics) {
  MetricsConfig expected;
  expected.level = MetricsLevel::kStep;
  expected.histogram_level = MetricsLevel::kStage;
  expected.run_info = false;
  expected.trigger_label = true;
  expected.branch_label = true;
  expected.branches = {"^main$", "^release-"};
  expected.run_buckets = {0.5, 1, 1000};
  expected.stage_buckets = {1};
  expected.job_buckets = {2};
  expected.step_buckets = {3, 4};
  expected.queue = true;
  expected.series_limit = 1;

  EXPECT_EQ(ParseValid("metrics:\n"
                       "  level: step\n"
                       "  histogram_level: stage\n"
                       "  run_info: false\n"
                       "  run_labels: [branch, trigger]\n"
                       "  branches: [\"^main$\", \"^release-\"]\n"
                       "  run_buckets: [0.5, 1, 1e3]\n"
                       "  stage_buckets: [1]\n"
                       "  job_buckets: [2]\n"
                       "  step_buckets: [3, 4]\n"
                       "  queue: true\n"
                       "  series_limit: 1\n")
                .metrics,
            expected);
}

TEST(SectionsTest, ReadsHistoryAndState) {
  EXPECT_EQ(ParseValid("history: {since: now}").history.since, HistorySince(SinceFirstSeen()));
  EXPECT_EQ(ParseValid("history: {since: 90d}").history.since, HistorySince(hours(90 * 24)));
  EXPECT_EQ(ParseValid("history: {since: 2026-11-01T00:00:00Z}").history.since,
            HistorySince(FromEpochMillis(1'793'491'200'000)));
  EXPECT_EQ(ParseValid("history: {since: 2026-11-01}").history.since,
            HistorySince(FromEpochMillis(1'793'491'200'000)));
  EXPECT_EQ(ParseValid("history: {recheck: 5m}").history.recheck, minutes(5));
  EXPECT_EQ(ParseValid("state: {path: \"\"}").state.path, "");
  EXPECT_EQ(ParseValid("state: {path: /var/lib/x.db}").state.path, "/var/lib/x.db");
}

TEST(SectionsTest, JobAndStepBucketsFollowThoseOfStages) {
  const MetricsConfig metrics =
      ParseValid("metrics: {step_buckets: [9], stage_buckets: [1, 2]}").metrics;

  EXPECT_THAT(metrics.job_buckets, ElementsAre(1, 2));
  EXPECT_THAT(metrics.step_buckets, ElementsAre(9));
}

TEST(SectionsTest, HistogramLevelIsNeverDeeperThanLevel) {
  EXPECT_EQ(ParseValid("metrics: {level: run}").metrics.histogram_level, MetricsLevel::kRun);
  EXPECT_EQ(ParseValid("metrics: {level: step}").metrics.histogram_level, MetricsLevel::kJob);
  EXPECT_THAT(ErrorsOf("metrics:\n  level: stage\n  histogram_level: job\n"),
              ElementsAre("c.yaml:3: metrics.histogram_level: job is deeper than level, which is "
                          "stage; give a level that is not deeper"));
}

TEST(SectionsTest, TimeoutOffsetMustLeaveTime) {
  EXPECT_THAT(ErrorsOf("scrape: {timeout: 1s, timeout_offset: 1s}"),
              ElementsAre("c.yaml:1: scrape.timeout_offset: 1s leaves nothing of the timeout of "
                          "1s; give a smaller offset or a longer timeout"));
  EXPECT_THAT(ErrorsOf("scrape: {timeout: 200ms}"), ElementsAre(HasSubstr("500ms leaves nothing")));
}

struct RangeCase {
  const char* key;  // "section.key".
  std::vector<std::string> good;
  std::vector<std::string> bad;
  const char* remedy;
};

TEST(SectionsTest, HoldsRanges) {
  const char* const duration = "give a duration with its unit (ms, s, m, h, d) from ";
  const RangeCase cases[] = {
      {"scrape.min_interval", {"0", "0s", "1h"}, {"3601s", "-1s", "10", "1.5s", "ten"}, duration},
      {"scrape.timeout", {"600ms", "10m"}, {"99ms", "601s", "10"}, duration},
      {"scrape.timeout_offset", {"0s", "9s"}, {"61s", "1"}, duration},
      {"scrape.max_staleness", {"0s", "30d"}, {"31d", "1"}, duration},
      {"api.concurrency",
       {"1", "256"},
       {"0", "257", "-1", "1.5", "x", "0x10", "1e1", "+1"},
       "give a whole number from 1 to 256"},
      {"api.requests_per_second",
       {"0.1", "1e2", "10000"},
       {"0", "10001", "-1", ".nan", "nan", "inf", "x"},
       "give a number from 0.1 to 10000"},
      {"api.request_timeout", {"100ms", "10m"}, {"99ms", "11m"}, duration},
      {"api.page_size", {"1", "1000"}, {"0", "1001"}, "give a whole number from 1 to 1000"},
      {"api.max_response_bytes",
       {"1KiB", "256MiB"},
       {"1023B", "257MiB", "16777216", "1MB"},
       "give a size with its unit (B, KiB, MiB, GiB) from 1KiB to 256MiB"},
      {"api.retries", {"0", "10"}, {"-1", "11"}, "give a whole number from 0 to 10"},
      {"api.ca_file", {"\"\""}, {"/nonexistent/ca.pem"}, "give a file that exists"},
      {"api.proxy_url", {"\"\"", "http://p:1"}, {"p:1", "ftp://p"}, "give scheme://"},
      {"metrics.level",
       {"run", "stage", "job", "step"},
       {"jobs", "Run", "\"\""},
       "give one of run, stage, job, step"},
      {"metrics.run_info", {"true", "false"}, {"yes", "1", "True"}, "give true or false"},
      {"metrics.run_labels",
       {"[]", "[trigger]", "~"},
       {"[executor]", "[[trigger]]", "trigger"},
       "give"},
      {"metrics.branches", {"[]", "[a]", "~"}, {"[\"(\"]", "a", "{a: b}", "[[a]]"}, ""},
      {"metrics.run_buckets",
       {"[1]", "~"},
       {"[]", "[0]", "[-1]", "[.inf]", "[nan]", "[1, 1]", "[2, 1]", "[x]", "1"},
       "give a"},
      {"metrics.queue", {"true"}, {"on"}, "give true or false"},
      {"metrics.series_limit",
       {"1", "100000000"},
       {"0", "100000001"},
       "give a whole number from 1"},
      {"history.since",
       {"now", "1ms", "90d"},
       {"0s", "91d", "yesterday", "90", "2026-13-01", "\"\""},
       "give now, a duration of at most 90d, or a date"},
      {"history.recheck", {"1ms", "30d"}, {"0s", "31d"}, duration},
      {"state.path", {"x"}, {"\"a\\nb\"", "[x]"}, "give text"},
  };
  for (const RangeCase& c : cases) {
    const std::string path = c.key;
    const std::string section = path.substr(0, path.find('.'));
    const std::string key = path.substr(path.find('.') + 1);
    for (const std::string& value : c.good) {
      EXPECT_THAT(ErrorsOf(fmt::format("{}: {{{}: {}}}", section, key, value)), IsEmpty())
          << path << value;
    }
    for (const std::string& value : c.bad) {
      const std::vector<std::string> errors =
          ErrorsOf(fmt::format("{}:\n  {}: {}", section, key, value));
      ASSERT_EQ(errors.size(), 1U) << path << ": " << value;
      EXPECT_THAT(errors[0], ::testing::StartsWith("c.yaml:2: " + path)) << value;
      EXPECT_THAT(errors[0], HasSubstr(c.remedy)) << value;
    }
  }
}

TEST(SectionsTest, ScalarsMustBeScalars) {
  EXPECT_THAT(
      ErrorsOf("api:\n  retries:\n  page_size: [1]\n  concurrency: {a: 1}\n"),
      ElementsAre("c.yaml:2: api.retries: has no value; give a whole number from 0 to 10",
                  "c.yaml:3: api.page_size: is a list; give a whole number from 1 to 1000",
                  "c.yaml:4: api.concurrency: is a map; give a whole number from 1 to 256"));
}

TEST(SectionsTest, SectionsMustBeMapsOrLists) {
  EXPECT_THAT(
      ErrorsOf("api: 1\nscrape: []\nprojects: {}\nmetrics: x\n"),
      ElementsAre("c.yaml:1: api: is a single value; give a map of keys, each \"key: value\"",
                  "c.yaml:2: scrape: is a list; give a map of keys, each \"key: value\"",
                  "c.yaml:3: projects: is a map; give a list of maps",
                  "c.yaml:4: metrics: is a single value; give a map of keys, each \"key: value\""));
}

TEST(SectionsTest, UnknownKeysAreErrorsWithASuggestion) {
  EXPECT_THAT(
      ErrorsOf("scrap: {}\nscrape:\n  min_intervall: 1s\nstate:\n  wal: true\n"),
      ElementsAre("c.yaml:1: scrap: is not a known key; did you mean \"scrape\"?",
                  "c.yaml:3: scrape.min_intervall: is not a known key; did you mean "
                  "\"min_interval\"?",
                  "c.yaml:5: state.wal: is not a known key; remove it or take one of path"));
}

TEST(SectionsTest, DuplicateKeysAreErrors) {
  EXPECT_THAT(ErrorsOf("api:\n  retries: 1\n  retries: 1\napi: {}\n"),
              ElementsAre("c.yaml:3: api.retries: is given twice; keep one of them",
                          "c.yaml:4: api: is given twice; keep one of them"));
}

TEST(SectionsTest, PatternsOfErrorsAreExplained) {
  EXPECT_THAT(
      ErrorsOf("metrics:\n  branches: [ok, \"a(b\", \"(?=x)\"]\n"),
      ElementsAre("c.yaml:2: metrics.branches[1]: \"a(b\" is not an RE2 pattern: missing ): "
                  "a(b; correct it; RE2 has neither look-around nor back references",
                  HasSubstr("metrics.branches[2]: \"(?=x)\" is not an RE2 pattern")));
}

TEST(SectionsTest, PatternsThatExplodeAreRefused) {
  EXPECT_THAT(ErrorsOf("metrics: {branches: [\"((a{100}){100}){100}\"]}"),
              ElementsAre(HasSubstr("is not an RE2 pattern")));
}

TEST(SectionsTest, TooManyBucketsAreRefused) {
  std::string yaml = "metrics: {run_buckets: [1";
  for (int i = 2; i <= 201; ++i) yaml += "," + std::to_string(i);

  EXPECT_THAT(
      ErrorsOf(yaml + "]}"),
      ElementsAre(HasSubstr("metrics.run_buckets: has 201 bounds; give a list of 1 to 200")));
}

TEST(SectionsTest, ExpandsVariablesInAnyScalar) {
  const Config config = ParseValid(
      "api:\n  retries: \"${N}\"\n  concurrency: ${N}\nmetrics: {branches: [\"^${B}$\"]}",
      {{"N", "7"}, {"B", "main"}});

  EXPECT_EQ(config.api.retries, 7);
  EXPECT_EQ(config.api.concurrency, 7);
  EXPECT_THAT(config.metrics.branches, ElementsAre("^main$"));
}

TEST(SectionsTest, ErrorsNeverShowWhatCameFromTheEnvironment) {
  const LoadResult result = Parse(
      "api: {retries: \"${S}\", proxy_url: \"ftp://${S}@p\", ca_file: \"/none/${S}\"}\n"
      "metrics: {branches: [\"(${S}\"], level: \"${S}\"}\nhistory: {since: \"${S}\"}\n",
      {{"S", "hunter2"}});

  EXPECT_EQ(result.errors.size(), 6U);
  for (const std::string& line : Lines(result.errors))
    EXPECT_THAT(line, ::testing::Not(HasSubstr("hunter2")));
}

TEST(SectionsTest, UnsetVariablesAreErrors) {
  EXPECT_THAT(
      ErrorsOf("api:\n  retries: ${N}\n"),
      ElementsAre("c.yaml:2: api.retries: variable N is not set; set the variable, or write "
                  "\"$$\" for a dollar sign before \"{\""));
}

TEST(SectionsTest, LongValuesAreCutInErrors) {
  EXPECT_THAT(ErrorsOf("api: {retries: " + std::string(5000, 'x') + "}"),
              ElementsAre("c.yaml:1: api.retries: \"" + std::string(60, 'x') +
                          "...\" is not valid; give a whole number from 0 to 10"));
}

}  // namespace
}  // namespace codearts
