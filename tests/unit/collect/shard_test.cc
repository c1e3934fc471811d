#include "collect/shard.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace codearts {
namespace {

PipelineId MakeId(int n) {
  return {fmt::format("{:032x}", n * 7919)};
}

TEST(ShardTest, GivesEveryPipelineToOneShardAndSpreadsThem) {
  constexpr int kPipelines = 3000;
  std::array<int, 3> sizes{};

  for (int n = 0; n < kPipelines; ++n) {
    const int shard = ShardOf(MakeId(n), 3);
    ASSERT_GE(shard, 0);
    ASSERT_LT(shard, 3);
    ++sizes[static_cast<std::size_t>(shard)];
  }

  for (const int size : sizes) EXPECT_NEAR(size, kPipelines / 3, kPipelines / 20);
}

TEST(ShardTest, MovesOnlyToTheNewShardWhenOneIsAdded) {
  constexpr int kPipelines = 3000;
  int moved = 0;

  for (int n = 0; n < kPipelines; ++n) {
    const int before = ShardOf(MakeId(n), 4);
    const int after = ShardOf(MakeId(n), 5);
    if (before == after) continue;
    EXPECT_EQ(after, 4);
    ++moved;
  }

  EXPECT_NEAR(moved, kPipelines / 5, kPipelines / 25);
}

TEST(ShardTest, KeepsPlacesThatAreKnown) {
  EXPECT_EQ(ShardOf({"98b6ea1536374df883bcc3b129bca4e9"}, 1), 0);
  EXPECT_EQ(ShardOf({"98b6ea1536374df883bcc3b129bca4e9"}, 5),
            ShardOf({"98b6ea1536374df883bcc3b129bca4e9"}, 5));
}

}  // namespace
}  // namespace codearts
