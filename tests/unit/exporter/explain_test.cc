#include "exporter/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/survey.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::shared_ptr<const NamePatterns> Patterns(std::vector<std::string> patterns) {
  return std::make_shared<const NamePatterns>(patterns);
}

Pipeline Named(const std::string& name) {
  Pipeline pipeline;
  pipeline.id = {"1"};
  pipeline.name = name;
  return pipeline;
}

std::string Judge(const ProjectPlan& plan, const std::string& name) {
  return DescribeVerdict(JudgePipeline(plan, Named(name)), plan.shard.total);
}

TEST(SimilarNamesTest, FindsMisspellingsAndParts) {
  const std::vector<std::string> names = {"deploy-web", "deploy-api", "test", "deploy-api"};

  EXPECT_THAT(SimilarNames("deploy-wbe", names), ElementsAre("deploy-web"));
  EXPECT_THAT(SimilarNames("API", names), ElementsAre("deploy-api"));
  EXPECT_THAT(SimilarNames("nothing", names), IsEmpty());
}

TEST(JudgePipelineTest, NamesThePatternThatDecides) {
  ProjectPlan plan;
  plan.include = Patterns({"^deploy-", "^test"});
  plan.exclude = Patterns({"-sandbox$"});

  EXPECT_EQ(Judge(plan, "test-api"),
            "taken: include \"^test\" matches its name, and no exclude does");
  EXPECT_EQ(Judge(plan, "deploy-sandbox"), "dropped: exclude \"-sandbox$\" matches its name");
  EXPECT_EQ(Judge(plan, "build"), "dropped: no pattern of include matches its name");
}

TEST(JudgePipelineTest, NamesTheShardOfAnothersPipeline) {
  ProjectPlan plan;
  plan.shard.total = 2;
  plan.shard.ordinal = 1 - JudgePipeline(plan, Named("x")).shard;

  EXPECT_EQ(JudgePipeline(plan, Named("x")).kind, FilterVerdict::Kind::kOtherShard);
  plan.shard.ordinal = JudgePipeline(plan, Named("x")).shard;
  EXPECT_EQ(JudgePipeline(plan, Named("x")).kind, FilterVerdict::Kind::kTaken);
}

}  // namespace
}  // namespace codearts
