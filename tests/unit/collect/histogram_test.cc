#include "collect/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_builder.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;

const BucketBounds kBounds = {10, 60};

TEST(HistogramTest, PutsAValueOnABoundIntoThatBoundsBucket) {
  Histogram histogram = MakeHistogram(kBounds, testing::At(0));

  EXPECT_EQ(Observe(histogram, kBounds, std::chrono::seconds(10)), 0U);
  EXPECT_EQ(Observe(histogram, kBounds, Duration(10001)), 1U);
  EXPECT_EQ(Observe(histogram, kBounds, std::chrono::seconds(61)), 2U);

  EXPECT_THAT(histogram.counts, ElementsAre(1, 1, 1));
  EXPECT_EQ(histogram.sum, Duration(81001));
  EXPECT_EQ(TotalCount(histogram), 3U);
}

TEST(HistogramTest, KeepsTheNewestExemplarOfEachBucket) {
  Histogram histogram = MakeHistogram(kBounds, testing::At(0));

  SetExemplar(histogram, {0, {"a"}, 1, Duration(1), testing::At(1)});
  SetExemplar(histogram, {1, {"b"}, 2, Duration(2), testing::At(2)});
  SetExemplar(histogram, {0, {"c"}, 3, Duration(3), testing::At(3)});

  ASSERT_EQ(histogram.exemplars.size(), 2U);
  EXPECT_EQ(histogram.exemplars[0].run_id.value, "c");
  EXPECT_EQ(histogram.exemplars[1].run_id.value, "b");
}

}  // namespace
}  // namespace codearts
