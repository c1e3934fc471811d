#include "metrics/histogram_sum.h"

#include <gtest/gtest.h>

#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using testing::kTestStart;
using testing::MakeHistogramOf;

const BucketBounds kBounds = {1, 10};

Exemplar ExemplarAt(std::size_t bucket, int second) {
  return {bucket, {std::to_string(second)}, second, Duration(1), kTestStart + Duration(second)};
}

TEST(HistogramSumTest, AddsCountsAndSums) {
  Histogram sum = MakeHistogramOf(kBounds, {Duration(500), Duration(20'000)});
  Histogram part = MakeHistogramOf(kBounds, {Duration(5000), Duration(700)});
  part.created = kTestStart - Duration(9);

  AddTo(sum, part);

  EXPECT_EQ(sum.counts, (std::vector<std::uint64_t>{2, 1, 1}));
  EXPECT_EQ(sum.sum, Duration(26'200));
  EXPECT_EQ(sum.created, kTestStart - Duration(9));
}

TEST(HistogramSumTest, BeginsWithTheFirstPart) {
  const Histogram part = MakeHistogramOf(kBounds, {Duration(5000)});
  Histogram sum;

  AddTo(sum, part);

  EXPECT_EQ(sum, part);
}

TEST(HistogramSumTest, LeavesOutOtherBounds) {
  const Histogram before = MakeHistogramOf(kBounds, {Duration(500)});
  Histogram sum = before;

  AddTo(sum, MakeHistogramOf({1, 2, 3}, {Duration(5000)}));

  EXPECT_EQ(sum, before);
}

TEST(HistogramSumTest, KeepsTheNewestExemplarOfEachBucket) {
  Histogram sum = MakeHistogramOf(kBounds, {});
  sum.exemplars = {ExemplarAt(0, 5), ExemplarAt(1, 6)};
  Histogram part = sum;
  part.exemplars = {ExemplarAt(0, 4), ExemplarAt(1, 7), ExemplarAt(2, 1)};

  AddTo(sum, part);

  EXPECT_EQ(sum.exemplars,
            (std::vector<Exemplar>{ExemplarAt(0, 5), ExemplarAt(1, 7), ExemplarAt(2, 1)}));
}

TEST(HistogramSumTest, AddsRuns) {
  RunTotals sum;
  AddTo(sum, RunTotals{kTestStart, 2, MakeHistogramOf(kBounds, {Duration(1)})});
  AddTo(sum, RunTotals{kTestStart - Duration(1), 3, MakeHistogramOf(kBounds, {Duration(2)})});

  EXPECT_EQ(sum.count, 5U);
  EXPECT_EQ(sum.created, kTestStart - Duration(1));
  EXPECT_EQ(TotalCount(sum.duration), 2U);
}

TEST(HistogramSumTest, AddsProjects) {
  const StepLabels build{"build", "Build", RunResult::kSuccess};
  const StepLabels test{"test", "Test", RunResult::kSuccess};
  ProjectTotals a;
  a.step_durations[build] = MakeHistogramOf(kBounds, {Duration(1)});
  ProjectTotals b;
  b.step_durations[build] = MakeHistogramOf(kBounds, {Duration(2)});
  b.step_durations[test] = MakeHistogramOf(kBounds, {Duration(3)});
  b.dispatch_wait = MakeHistogramOf(kBounds, {Duration(4)});
  ProjectTotals sum;

  AddTo(sum, a);
  EXPECT_FALSE(sum.dispatch_wait.has_value());
  AddTo(sum, b);
  AddTo(sum, b);

  EXPECT_EQ(TotalCount(sum.step_durations[build]), 3U);
  EXPECT_EQ(TotalCount(sum.step_durations[test]), 2U);
  EXPECT_EQ(sum.dispatch_wait->sum, Duration(8));
}

}  // namespace
}  // namespace codearts
