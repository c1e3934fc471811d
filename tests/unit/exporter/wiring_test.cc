#include "exporter/wiring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "auth/signing_credential.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;

Config MakeConfig() {
  Config config;
  config.credentials.push_back({"default", AccessKeyCredential(), "config.yaml:1"});
  ProjectConfig project;
  project.id = {"project-1"};
  project.name = "payments";
  project.endpoint = "https://pipeline.example";
  project.pipelines.include = {"^deploy-"};
  project.pipelines.exclude = {"-sandbox$"};
  config.projects.push_back(project);
  return config;
}

CredentialMap MakeTestCredentials() {
  return {{"default", std::make_shared<SigningCredential>("default", AccessKeyCredential())}};
}

TEST(MakeRefreshPlanTest, TakesProjectsWithTheirCredentialAndFilter) {
  const Config config = MakeConfig();
  const CredentialMap credentials = MakeTestCredentials();

  const RefreshPlan plan = MakeRefreshPlan(config, credentials);

  ASSERT_EQ(plan.projects.size(), 1U);
  EXPECT_EQ(plan.projects[0]->target.credential, credentials.at("default").get());
  Pipeline pipeline;
  pipeline.name = "deploy-api";
  EXPECT_TRUE(IsMatched(*plan.projects[0], pipeline));
  pipeline.name = "deploy-api-sandbox";
  EXPECT_FALSE(IsMatched(*plan.projects[0], pipeline));
}

TEST(MakeRefreshPlanTest, TakesRulesFromTheConfiguration) {
  Config config = MakeConfig();
  config.api.page_size = 50;
  config.metrics.histogram_level = MetricsLevel::kStage;
  config.metrics.run_buckets = {1, 2};
  config.history.recheck = Duration(5000);

  const RefreshPlan plan = MakeRefreshPlan(config, MakeTestCredentials());

  EXPECT_EQ(plan.rules->page_size, 50);
  EXPECT_EQ(plan.rules->counting.histogram_level, MetricsLevel::kStage);
  EXPECT_THAT(plan.rules->counting.bounds->run, ElementsAre(1, 2));
  EXPECT_EQ(plan.rules->recheck, Duration(5000));
}

TEST(CalledEndpointsTest, NamesWhatCredentialsCall) {
  Config config = MakeConfig();
  EXPECT_THAT(CalledEndpoints(config),
              ElementsAre("list_pipelines", "list_runs", "detail", "queue"));

  config.credentials.push_back({"robot", IamUserCredential(), "config.yaml:7"});
  config.credentials.push_back({"vm", EcsMetadataCredential(), "config.yaml:9"});

  EXPECT_THAT(CalledEndpoints(config),
              ElementsAre("list_pipelines", "list_runs", "detail", "queue", "iam", "metadata"));
}

}  // namespace
}  // namespace codearts
