#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::ErrorsOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kProjectA;
using testing::kProjectB;
using testing::Lines;
using testing::Parse;
using testing::ParseValid;
using testing::Variables;

const std::string kA(kProjectA);
const std::string kB(kProjectB);
constexpr std::string_view kNorth4 = "https://cloudpipeline-ext.cn-north-4.myhuaweicloud.com";
constexpr std::string_view kSouth1 = "https://cloudpipeline-ext.cn-south-1.myhuaweicloud.com";

// The only project of a valid configuration.
ProjectConfig ProjectOf(std::string_view yaml, Variables variables = {},
                        const FlagOverrides& flags = {}) {
  const Config config = ParseValid(yaml, std::move(variables), flags);
  EXPECT_EQ(config.projects.size(), 1U);
  return config.projects.empty() ? ProjectConfig() : config.projects[0];
}

TEST(ProjectsTest, ReadsEveryKey) {
  const Config config = ParseValid(
      "projects:\n"
      "  - id: " +
      kA +
      "\n"
      "    name: payments\n"
      "    region: cn-north-4\n"
      "    endpoint: https://pipeline.example/\n"
      "    credentials: robot\n"
      "    pipelines: {include: [\"^deploy-\"], exclude: [\"-sandbox$\"]}\n"
      "credentials: {robot: {auth_token: t}}\n");

  ProjectConfig expected;
  expected.id.value = kA;
  expected.name = "payments";
  expected.region = "cn-north-4";
  expected.endpoint = "https://pipeline.example";
  expected.credentials = "robot";
  expected.pipelines.include = {"^deploy-"};
  expected.pipelines.exclude = {"-sandbox$"};
  EXPECT_THAT(config.projects, ElementsAre(expected));
}

TEST(ProjectsTest, MinimalProjectTakesEverything) {
  const ProjectConfig project = ProjectOf("projects: [{id: " + kA + ", region: cn-north-4}]");

  EXPECT_EQ(project.name, "");
  EXPECT_EQ(project.endpoint, kNorth4);
  EXPECT_EQ(project.credentials, "default");
  EXPECT_EQ(project.pipelines, NameFilter());
}

TEST(ProjectsTest, RegionIsOptionalBesideAnEndpoint) {
  const ProjectConfig project = ProjectOf("projects: [{id: " + kA + ", endpoint: https://x}]");
  EXPECT_EQ(project.region, "");
  EXPECT_EQ(project.endpoint, "https://x");
  EXPECT_EQ(ProjectOf("projects: [{id: " + kA + ", region: mars-1, endpoint: https://x}]").region,
            "mars-1");
  EXPECT_EQ(ProjectOf("projects: [{id: " + kA + ", region: cn-north-4, endpoint: \"\"}]").endpoint,
            kNorth4);
}

TEST(ProjectsTest, ProjectIdMustBeThatOfCodeArts) {
  for (const std::string_view id :
       {"cn-north-4", "54f90b75fc1447b1b65e8d3a9f77923", "54f90b75fc1447b1b65e8d3a9f77923dd",
        "g4f90b75fc1447b1b65e8d3a9f77923d", "54f90b75-fc14-47b1-b65e-8d3a9f77923d"}) {
    EXPECT_THAT(ErrorsOf("projects:\n- id: " + std::string(id) + "\n  region: cn-north-4\n"),
                ElementsAre("c.yaml:2: projects[0].id: \"" + std::string(id) +
                            "\" is not a CodeArts project id; give the CodeArts project id, 32 "
                            "hexadecimal digits, not IAM's: it follows /project/ or /scrum/ in the "
                            "address of the project's page in the CodeArts console"));
  }
}

TEST(ProjectsTest, ProjectIdIsRequired) {
  EXPECT_THAT(
      ErrorsOf("projects: [{region: cn-north-4}, ~]"),
      ElementsAre(HasSubstr("projects[0].id: is missing"), HasSubstr("projects[1].id: is missing"),
                  HasSubstr("projects[1].region: no region is given")));
}

TEST(ProjectsTest, DuplicateIdsAreErrors) {
  std::string upper = kA;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_THAT(
      ErrorsOf("projects:\n- {id: " + kA + ", region: cn-north-4}\n- {id: " + upper +
               ", region: cn-south-1}\n"),
      ElementsAre("c.yaml:3: projects[1]: is the same project as projects[0]; keep one of them"));
}

TEST(ProjectsTest, DuplicateNamesAreWarnedOf) {
  const LoadResult result =
      Parse("projects:\n- {id: " + kA + ", region: cn-north-4, name: x}\n- {id: " + kB +
            ", region: cn-north-4, name: x}\n");
  EXPECT_TRUE(result.config.has_value());
  EXPECT_THAT(Lines(result.warnings),
              ElementsAre(HasSubstr("c.yaml:3: projects[1].name: is that of projects[0] too")));
}

TEST(ProjectsTest, UnknownRegionsNeedAnEndpoint) {
  EXPECT_THAT(ErrorsOf("projects:\n- id: " + kA + "\n  region: mars-1\n"),
              ElementsAre(::testing::AllOf(
                  HasSubstr("c.yaml:3: projects[0].region: no endpoint is known for the region "
                            "\"mars-1\"; give endpoint or one of the regions cn-north-1, "),
                  HasSubstr("tr-west-1"))));
  EXPECT_THAT(ErrorsOf("projects: [{id: " + kA + "}]"),
              ElementsAre(HasSubstr("projects[0].region: no region is given; give endpoint or one "
                                    "of the regions cn-north-1, ")));
}

TEST(ProjectsTest, OneMistakeIsOneError) {
  EXPECT_THAT(ErrorsOf("projects: [{id: " + kA + ", endpoint: \"http://example.com\"}]"),
              ElementsAre(HasSubstr("projects[0].endpoint: \"http://example.com\" would send "
                                    "credentials without encryption; give https://host[:port], or "
                                    "http:// for a loopback address")));
  EXPECT_THAT(ErrorsOf("projects: [{id: " + kA + ", region: [cn-north-4]}]"),
              ElementsAre(HasSubstr("projects[0].region: is a list")));
  EXPECT_THAT(ErrorsOf("projects: [x]"),
              ::testing::SizeIs(3));  // No map, so neither id nor region.
}

TEST(ProjectsTest, UnknownCredentialsAreErrors) {
  EXPECT_THAT(ErrorsOf("projects:\n- {id: " + kA +
                       ", region: cn-north-4, credentials: robo}\n"
                       "- {id: " +
                       kB +
                       ", region: cn-north-4}\n"
                       "credentials: {robot: {auth_token: t}}\n"),
              ElementsAre("c.yaml:2: projects[0].credentials: no credential is named \"robo\"; did "
                          "you mean \"robot\"?",
                          "c.yaml:3: projects[1].credentials: no credential is named \"default\"; "
                          "name one of robot"));
}

TEST(ProjectsTest, FiltersAreChecked) {
  const std::string head = "projects:\n- id: " + kA + "\n  region: cn-north-4\n  pipelines:\n";
  EXPECT_THAT(ErrorsOf(head + "    include: []\n"),
              ElementsAre("c.yaml:5: projects[0].pipelines.include: is an empty list, which takes "
                          "nothing; give a pattern, or leave the key out to take everything"));
  EXPECT_THAT(
      ErrorsOf(head + "    include: deploy\n"),
      ElementsAre(HasSubstr("pipelines.include: is a single value; give a list of RE2 patterns")));
  EXPECT_THAT(
      ErrorsOf(head + "    exclude: [\"*\"]\n"),
      ElementsAre(HasSubstr("projects[0].pipelines.exclude[0]: \"*\" is not an RE2 pattern")));
  EXPECT_THAT(ErrorsOf(head + "    includes: [a]\n"),
              ElementsAre(HasSubstr("did you mean \"include\"?")));
  EXPECT_THAT(ErrorsOf(head + "    exclude: []\n"), IsEmpty());
}

TEST(ProjectsTest, NoProjectIsAWarning) {
  EXPECT_THAT(Lines(Parse("").warnings),
              ElementsAre(HasSubstr("no project is configured; give projects or discovery")));
  EXPECT_THAT(Parse("discovery: [{region: cn-north-4}]").warnings, IsEmpty());
}

// Discovery.

TEST(DiscoveryTest, ReadsEveryKey) {
  const Config config = ParseValid(
      "discovery:\n"
      "  - region: cn-north-4\n"
      "    credentials: robot\n"
      "    endpoint: https://pipeline.example\n"
      "    project_endpoint: https://projectman.example\n"
      "    include: [\"^team-\"]\n"
      "    exclude: [\"old\"]\n"
      "    refresh_interval: 1h\n"
      "credentials: {robot: {auth_token: t}}\n");

  DiscoveryConfig expected;
  expected.region = "cn-north-4";
  expected.credentials = "robot";
  expected.endpoint = "https://pipeline.example";
  expected.project_endpoint = "https://projectman.example";
  expected.projects.include = {"^team-"};
  expected.projects.exclude = {"old"};
  expected.refresh_interval = std::chrono::hours(1);
  EXPECT_THAT(config.discovery, ElementsAre(expected));
}

TEST(DiscoveryTest, EndpointsGoByRegion) {
  const Config config = ParseValid("discovery: [{region: cn-north-4}]");

  ASSERT_EQ(config.discovery.size(), 1U);
  EXPECT_EQ(config.discovery[0].endpoint, kNorth4);
  EXPECT_EQ(config.discovery[0].project_endpoint,
            "https://projectman-ext.cn-north-4.myhuaweicloud.com");
  EXPECT_EQ(config.discovery[0].projects, NameFilter());
}

TEST(DiscoveryTest, NeedsBothEndpoints) {
  EXPECT_THAT(ErrorsOf("discovery: [{region: tr-west-1}]"),
              ElementsAre(HasSubstr("discovery[0].region: no project_endpoint is known for the "
                                    "region \"tr-west-1\"; give project_endpoint or one of")));
  EXPECT_THAT(ErrorsOf("discovery: [{region: mars-1}]"),
              ElementsAre(HasSubstr("no endpoint is known"), HasSubstr("no project_endpoint")));
  EXPECT_THAT(
      ErrorsOf("discovery: [{refresh_interval: 500ms, region: cn-north-4, credentials: x}]"),
      ElementsAre(HasSubstr("discovery[0].refresh_interval: \"500ms\" is not valid"),
                  HasSubstr("discovery[0].credentials: no credential is named \"x\"")));
}

// Flags and environment.

TEST(PrecedenceTest, FlagsAreEnoughForOneProject) {
  FlagOverrides flags;
  flags.project_ids = {kA};
  flags.region = "cn-south-1";

  const ProjectConfig project = ProjectOf("", {}, flags);

  EXPECT_EQ(project.id.value, kA);
  EXPECT_EQ(project.region, "cn-south-1");
  EXPECT_EQ(project.endpoint, kSouth1);
  EXPECT_EQ(project.credentials, "default");
}

TEST(PrecedenceTest, EnvironmentIsEnoughForProjects) {
  const Config config = ParseValid(
      "", {{"CODEARTS_PROJECT_ID", kA + ", " + kB + ","}, {"CODEARTS_REGION", "cn-north-4"}});

  ASSERT_EQ(config.projects.size(), 2U);
  EXPECT_EQ(config.projects[0].id.value, kA);
  EXPECT_EQ(config.projects[1].id.value, kB);
  EXPECT_EQ(config.projects[1].endpoint, kNorth4);
  EXPECT_EQ(
      ProjectOf("", {{"CODEARTS_PROJECT_ID", kA}, {"CODEARTS_ENDPOINT", "http://127.0.0.1:1/"}})
          .endpoint,
      "http://127.0.0.1:1");
}

TEST(PrecedenceTest, FlagsGoBeforeTheFile) {
  FlagOverrides flags;
  flags.region = "cn-south-1";
  const std::string yaml = "projects: [{id: " + kA + ", region: cn-north-4, name: x}]";

  EXPECT_EQ(ProjectOf(yaml, {}, flags).endpoint, kSouth1);
  flags.endpoint = "https://flag.example/";
  EXPECT_EQ(ProjectOf(yaml, {}, flags).endpoint, "https://flag.example");
  EXPECT_EQ(
      ProjectOf("projects: [{id: " + kA + ", endpoint: https://file.example}]", {}, flags).endpoint,
      "https://flag.example");
}

TEST(PrecedenceTest, FlagsChooseTheProjectsAndKeepTheirSettings) {
  FlagOverrides flags;
  flags.project_ids = {kB, kA, kB};
  flags.region = "cn-north-4";

  const Config config = ParseValid("projects: [{id: " + kA +
                                       ", name: payments, endpoint: https://file.example}, "
                                       "{id: ffffffffffffffffffffffffffffffff}]",
                                   {}, flags);

  ASSERT_EQ(config.projects.size(), 2U);
  EXPECT_EQ(config.projects[0].id.value, kB);
  EXPECT_EQ(config.projects[1].name, "payments");
  EXPECT_EQ(config.projects[1].endpoint, "https://file.example");
}

TEST(PrecedenceTest, TheFileGoesBeforeTheEnvironment) {
  const Variables variables = {{"CODEARTS_PROJECT_ID", kB},
                               {"CODEARTS_REGION", "cn-south-1"},
                               {"CODEARTS_ENDPOINT", "https://environment.example"}};

  const ProjectConfig project =
      ProjectOf("projects: [{id: " + kA + ", region: cn-north-4, endpoint: https://file.example}]",
                variables);
  EXPECT_EQ(project.id.value, kA);
  EXPECT_EQ(project.region, "cn-north-4");
  EXPECT_EQ(project.endpoint, "https://file.example");

  const ProjectConfig bare = ProjectOf("projects: [{id: " + kA + "}]", variables);
  EXPECT_EQ(bare.region, "cn-south-1");
  EXPECT_EQ(bare.endpoint, "https://environment.example");
}

TEST(PrecedenceTest, FlagsThatChooseProjectsLeaveNoneToDiscovery) {
  FlagOverrides flags;
  flags.project_ids = {std::string(kProjectA)};
  flags.region = "cn-north-4";

  const Config config = ParseValid(
      "credentials: {default: {auth_token: t}}\n"
      "discovery: [{region: cn-north-4}]\n",
      {}, flags);

  ASSERT_EQ(config.projects.size(), 1U);
  EXPECT_TRUE(config.discovery.empty());
}

TEST(PrecedenceTest, DiscoveryStandsInForTheEnvironmentsProjects) {
  const Config config = ParseValid(
      "discovery: [{}]", {{"CODEARTS_PROJECT_ID", kB}, {"CODEARTS_REGION", "cn-north-4"}});
  EXPECT_THAT(config.projects, IsEmpty());
  ASSERT_EQ(config.discovery.size(), 1U);
  EXPECT_EQ(config.discovery[0].region, "cn-north-4");
}

TEST(PrecedenceTest, FlagsAndVariablesAreChecked) {
  FlagOverrides flags;
  flags.project_ids = {"x", kA};
  flags.endpoint = "http://example.com";
  EXPECT_THAT(
      ErrorsOf("", {}, flags),
      ElementsAre(
          "command line: --codearts.endpoint: would send credentials without "
          "encryption; give https://host[:port], or http:// for a loopback address",
          HasSubstr("command line: --codearts.project-id: \"x\" is not a CodeArts project id")));
  EXPECT_THAT(ErrorsOf("", {{"CODEARTS_PROJECT_ID", kA + "," + kB}, {"CODEARTS_REGION", "mars-1"}}),
              ElementsAre(HasSubstr(
                  "environment: CODEARTS_REGION: no endpoint is known for the region \"mars-1\"")));
}

TEST(PrecedenceTest, RegionsOfFlagsArePlainText) {
  FlagOverrides flags;
  flags.project_ids = {kA};
  flags.endpoint = "https://x";
  for (const std::string region : {"cn\n", "\xFF"}) {
    flags.region = region;
    EXPECT_THAT(ErrorsOf("", {}, flags),
                ElementsAre(HasSubstr("command line: --codearts.region: is not plain text; give")));
  }
}

TEST(PrecedenceTest, FlagsWithoutARegionSayWhatToGive) {
  FlagOverrides flags;
  flags.project_ids = {kA};
  EXPECT_THAT(
      ErrorsOf("", {}, flags),
      ElementsAre(HasSubstr("command line: --codearts.project-id: no region is given; give "
                            "--codearts.endpoint or --codearts.region with one of the regions ")));
}

TEST(PrecedenceTest, WhatOnlyFlagsGiveIsTakenOver) {
  FlagOverrides flags;
  flags.state_path = "";
  flags.web.listen_addresses = {{"127.0.0.1", 1}};
  flags.shard = {1, 3};
  flags.log.level = LogLevel::kDebug;

  const Config config = ParseValid("state: {path: x}", {}, flags);

  EXPECT_EQ(config.state.path, "");
  EXPECT_EQ(config.web, flags.web);
  EXPECT_EQ(config.shard, flags.shard);
  EXPECT_EQ(config.log, flags.log);
}

}  // namespace
}  // namespace codearts
