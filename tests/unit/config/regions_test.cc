#include "config/regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "base/text.h"

namespace codearts {
namespace {

using ::testing::UnorderedElementsAre;

TEST(RegionsTest, PipelineHostsDifferByRegion) {
  EXPECT_EQ(PipelineEndpoint("cn-north-4"),
            "https://cloudpipeline-ext.cn-north-4.myhuaweicloud.com");
  EXPECT_EQ(PipelineEndpoint("tr-west-1"), "https://pipeline-external.tr-west-1.myhuaweicloud.com");
  EXPECT_EQ(PipelineEndpoint("la-south-2"),
            "https://pipeline-external.la-south-2.myhuaweicloud.com");
  EXPECT_EQ(PipelineEndpoint("me-east-1"), "https://pipeline.me-east-1.myhuaweicloud.com");
  EXPECT_EQ(PipelineEndpoint("af-north-1"), "https://pipeline.af-north-1.myhuaweicloud.com");
  EXPECT_EQ(PipelineEndpoint("af-south-1"), "https://pipeline.af-south-1.myhuaweicloud.com");
}

TEST(RegionsTest, UnknownRegionsHaveNoEndpoint) {
  EXPECT_EQ(PipelineEndpoint("cn-north-2"), std::nullopt);
  EXPECT_EQ(PipelineEndpoint("mars-1"), std::nullopt);
  EXPECT_EQ(PipelineEndpoint(""), std::nullopt);
  EXPECT_EQ(ProjectManEndpoint("tr-west-1"), std::nullopt);
}

TEST(RegionsTest, ProjectManIsInFewerRegions) {
  EXPECT_EQ(ProjectManEndpoint("cn-north-4"),
            "https://projectman-ext.cn-north-4.myhuaweicloud.com");
  EXPECT_THAT(
      Split(ListProjectManRegions(), ','),
      UnorderedElementsAre("cn-north-1", " cn-north-4", " cn-east-2", " cn-east-3", " cn-south-1",
                           " cn-southwest-2", " ap-southeast-3", " la-north-2", " sa-brazil-1"));
}

TEST(RegionsTest, ListsThePipelineRegions) {
  EXPECT_THAT(Split(ListPipelineRegions(), ','),
              UnorderedElementsAre("cn-north-1", " cn-north-4", " cn-south-1", " cn-south-2",
                                   " cn-east-2", " cn-east-3", " cn-southwest-2", " ap-southeast-3",
                                   " sa-brazil-1", " la-north-2", " tr-west-1", " la-south-2",
                                   " af-north-1", " me-east-1", " af-south-1"));
}

TEST(RegionsTest, IamFallsBackToTheGlobalEndpoint) {
  EXPECT_EQ(IamEndpoint("cn-north-4"), "https://iam.cn-north-4.myhuaweicloud.com");
  EXPECT_EQ(IamEndpoint("eu-west-0"), "https://iam.eu-west-0.myhuaweicloud.com");
  EXPECT_EQ(IamEndpoint("af-north-1"), "https://iam.myhuaweicloud.com");
  EXPECT_EQ(IamEndpoint(""), "https://iam.myhuaweicloud.com");
}

}  // namespace
}  // namespace codearts
