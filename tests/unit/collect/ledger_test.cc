#include "collect/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using testing::RunBuilder;
using ::testing::SizeIs;
using testing::Summarize;

Pipeline Listed(std::optional<RunSummary> latest) {
  Pipeline pipeline;
  pipeline.id = {"p1"};
  pipeline.name = "deploy";
  pipeline.latest_run = std::move(latest);
  return pipeline;
}

CountingRules MakeRules() {
  CountingRules rules;
  rules.bounds = std::make_shared<HistogramBounds>();
  return rules;
}

// A pipeline that was first seen after its run 5 had completed.
class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest()
      : pipeline_(StartPipeline(Listed(Summarize(RunBuilder(5).Completed(At(5500)).Build())),
                                {At(90000 + 5500), SinceFirstSeen(), false})) {}

  void List(const PipelineRun& latest) { ObserveListing(Listed(Summarize(latest)), pipeline_); }
  void Read(const PipelineRun& run) { ObserveDetail(run, MakeRules(), pipeline_, project_); }
  std::uint64_t Count(RunResult result) const {
    const auto found = pipeline_.runs.find({result, "", ""});
    return found == pipeline_.runs.end() ? 0 : found->second.count;
  }
  std::uint64_t Missed(MissedReason reason) const {
    return pipeline_.missed[static_cast<std::size_t>(reason)];
  }

  PipelineState pipeline_;
  ProjectTotals project_;
};

TEST_F(LedgerTest, SettlesWhatHasEndedAtFirstSightWithoutCountingIt) {
  Read(RunBuilder(5).Completed(At(5500)).Build());

  EXPECT_EQ(Count(RunResult::kSuccess), 0U);
  EXPECT_EQ(pipeline_.mark, 5);
  EXPECT_THAT(pipeline_.open, IsEmpty());
  EXPECT_THAT(pipeline_.last_success, Optional(At(5500)));
  ASSERT_TRUE(pipeline_.last_finished.has_value());
  EXPECT_EQ(pipeline_.last_finished->number, 5);
}

TEST_F(LedgerTest, LooksForOlderActiveRunsOnlyIfThePipelineRanLately) {
  EXPECT_FALSE(pipeline_.newest_page_unread);

  const PipelineState lately =
      StartPipeline(Listed(Summarize(RunBuilder(5).Completed(At(5500)).Build())),
                    {At(6000), SinceFirstSeen(), false});
  EXPECT_TRUE(lately.newest_page_unread);
}

TEST_F(LedgerTest, CountsANewRunOnceItHasEnded) {
  List(RunBuilder(6).Build());
  EXPECT_THAT(pipeline_.open, SizeIs(1));
  Read(RunBuilder(6).Build());
  EXPECT_EQ(Count(RunResult::kFailure), 0U);

  const PipelineRun ended = RunBuilder(6).Failed(At(6500)).Build();
  List(ended);
  EXPECT_TRUE(IsBehind(pipeline_));
  Read(ended);
  Read(ended);

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_THAT(pipeline_.open, IsEmpty());
  EXPECT_FALSE(IsBehind(pipeline_));
}

TEST_F(LedgerTest, NeverReadsASettledRunAgain) {
  const PipelineRun ended = RunBuilder(6).Completed(At(6500)).Build();
  List(ended);
  Read(ended);

  EXPECT_TRUE(IsUnchanged(Listed(Summarize(ended)), pipeline_));
  List(ended);

  EXPECT_THAT(pipeline_.open, IsEmpty());
  EXPECT_FALSE(NeedsDisplayDetail(pipeline_));
}

TEST_F(LedgerTest, CountsARetryAsAnAttemptOfItsOwn) {
  const PipelineRun first = RunBuilder(6).Failed(At(6500)).Build();
  List(first);
  Read(first);

  const PipelineRun again = RunBuilder(6).Status(ExecutionStatus::kRunning).Build();
  List(again);
  EXPECT_THAT(pipeline_.open, SizeIs(1));
  Read(again);
  const PipelineRun second = RunBuilder(6).Completed(At(6900)).Build();
  List(second);
  Read(second);

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(pipeline_.retries, 1U);
}

TEST_F(LedgerTest, CountsARetryThatWasNeverSeenActive) {
  const PipelineRun first = RunBuilder(6).Failed(At(6500)).Build();
  List(first);
  Read(first);

  const PipelineRun second = RunBuilder(6).Failed(At(6900)).Build();
  List(second);
  Read(second);

  EXPECT_EQ(Count(RunResult::kFailure), 2U);
  EXPECT_EQ(pipeline_.retries, 1U);
}

TEST_F(LedgerTest, TakesAnAnswerFromBeforeTheRetryForNoAttempt) {
  const PipelineRun first = RunBuilder(6).Failed(At(6500)).Build();
  const PipelineRun second = RunBuilder(6).Completed(At(6900)).Build();
  for (const PipelineRun& run : {first, second}) {
    List(run);
    Read(run);
  }

  // A replica of the service may lag behind.
  for (const PipelineRun& run : {first, second, first, second}) {
    List(run);
    if (!pipeline_.open.empty()) Read(run);
  }

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(pipeline_.retries, 1U);
  EXPECT_THAT(pipeline_.open, IsEmpty());
}

TEST_F(LedgerTest, CountsTheRetryOfARunThatEndedBeforeFirstSight) {
  const PipelineRun again = RunBuilder(5).Completed(At(8000)).Build();
  List(again);
  Read(again);

  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(pipeline_.retries, 1U);
}

TEST_F(LedgerTest, AsksForTheNumbersBetweenAndFillsThem) {
  List(RunBuilder(9).Build());
  EXPECT_THAT(MissingNumbers(pipeline_), ElementsAre(6, 7, 8));

  WalkResult walk;
  for (const int number : {9, 8, 7, 6, 5}) {
    walk.records.push_back(
        Summarize(RunBuilder(number).Completed(At(number * 1000 + 500)).Build()));
  }
  CloseGap(walk, {6, 7, 8}, pipeline_);

  EXPECT_EQ(pipeline_.mark, 9);
  EXPECT_THAT(MissingNumbers(pipeline_), IsEmpty());
  for (const int number : {6, 7, 8}) {
    Read(RunBuilder(number).Completed(At(number * 1000 + 500)).Build());
  }
  EXPECT_EQ(Count(RunResult::kSuccess), 3U);
}

TEST_F(LedgerTest, CallsANumberThatTheListSkipsDeletedAndOneBelowItExpired) {
  List(RunBuilder(9).Build());

  WalkResult walk;
  walk.records = {Summarize(RunBuilder(9).Build()),
                  Summarize(RunBuilder(7).Completed(At(7500)).Build())};
  walk.reached_end = true;
  CloseGap(walk, {6, 7, 8}, pipeline_);

  EXPECT_EQ(Missed(MissedReason::kDeleted), 1U);
  EXPECT_EQ(Missed(MissedReason::kExpired), 1U);
  EXPECT_THAT(pipeline_.open, SizeIs(2));
}

TEST_F(LedgerTest, ReadsTheLatestRunWhileTheGapIsStillOpen) {
  const PipelineRun latest = RunBuilder(9).Completed(At(9500)).Build();
  List(latest);
  Read(latest);
  List(latest);

  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(pipeline_.mark, 5);
  EXPECT_THAT(pipeline_.open, IsEmpty());
  EXPECT_TRUE(IsBehind(pipeline_));
}

TEST_F(LedgerTest, CountsParallelRunsThatEndOutOfOrder) {
  List(RunBuilder(6).Build());
  List(RunBuilder(7).Build());
  EXPECT_EQ(CountActive(pipeline_, ActivityState::kRunning).count, 2);
  EXPECT_THAT(CountActive(pipeline_, ActivityState::kRunning).oldest_start, Optional(At(6000)));

  Read(RunBuilder(7).Completed(At(7100)).Build());
  Read(RunBuilder(6).Failed(At(7200)).Build());

  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  ASSERT_TRUE(pipeline_.last_finished.has_value());
  EXPECT_EQ(pipeline_.last_finished->number, 7);
}

TEST_F(LedgerTest, MissesAnActiveRunThatIsGoneAsVanished) {
  List(RunBuilder(6).Build());

  ObserveGone(6, pipeline_);
  ObserveGone(6, pipeline_);

  EXPECT_EQ(Missed(MissedReason::kVanished), 1U);
}

TEST_F(LedgerTest, MissesAnEndedRunThatIsGoneAsUnreadable) {
  List(RunBuilder(6).Failed(At(6500)).Build());

  ObserveGone(6, pipeline_);

  EXPECT_EQ(Missed(MissedReason::kUnreadable), 1U);
}

TEST_F(LedgerTest, GivesUpAfterThreeInvalidAnswersInARow) {
  List(RunBuilder(6).Failed(At(6500)).Build());
  const Status invalid(StatusCode::kInvalidResponse, "no JSON");
  const Status unavailable(StatusCode::kUnavailable, "HTTP 500");

  ObserveDetailFailure(6, invalid, pipeline_);
  ObserveDetailFailure(6, unavailable, pipeline_);
  ObserveDetailFailure(6, invalid, pipeline_);
  EXPECT_THAT(pipeline_.open, SizeIs(1));
  ObserveDetailFailure(6, invalid, pipeline_);

  EXPECT_THAT(pipeline_.open, IsEmpty());
  EXPECT_EQ(Missed(MissedReason::kUnreadable), 1U);
}

TEST_F(LedgerTest, TakesAnUnknownStatusForActiveUntilItHasEnded) {
  List(RunBuilder(6).Status(ExecutionStatus::kUnknown).Build());
  EXPECT_EQ(CountActive(pipeline_, ActivityState::kRunning).count, 1);

  Read(RunBuilder(6).Ended(ExecutionStatus::kUnknown, At(6500)).Build());

  EXPECT_EQ(Count(RunResult::kUnknown), 1U);
}

TEST_F(LedgerTest, ShowsTheStagesOfTheLatestRunOnly) {
  List(RunBuilder(6).Build());
  List(RunBuilder(7).Build());
  Read(RunBuilder(7).Build());
  StageRun other;
  other.name = "other";
  Read(RunBuilder(6).Stage(other).Build());

  ASSERT_THAT(pipeline_.stages, SizeIs(1));
  EXPECT_EQ(pipeline_.stages[0].name, "build");
}

TEST_F(LedgerTest, FindsTheRetryOfAnOlderRunOnTheNewestPage) {
  for (const int number : {6, 7}) {
    const PipelineRun run = RunBuilder(number).Failed(At(number * 1000 + 500)).Build();
    List(run);
    Read(run);
  }

  ObserveRecords({Summarize(RunBuilder(7).Failed(At(7500)).Build()),
                  Summarize(RunBuilder(6).Completed(At(8800)).Build())},
                 {}, pipeline_);
  ASSERT_THAT(pipeline_.open, SizeIs(1));
  Read(RunBuilder(6).Completed(At(8800)).Build());

  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(pipeline_.retries, 1U);
}

TEST(StartPipelineTest, OpensARunInProgress) {
  const PipelineState pipeline =
      StartPipeline(Listed(Summarize(RunBuilder(3).Build())), {At(3100), SinceFirstSeen(), false});

  EXPECT_EQ(pipeline.mark, 3);
  EXPECT_THAT(pipeline.open, SizeIs(1));
}

TEST(StartPipelineTest, CountsFromTheFirstRunIfCreatedAfterTheFirstListing) {
  const PipelineState pipeline =
      StartPipeline(Listed(Summarize(RunBuilder(3).Completed(At(3500)).Build())),
                    {At(4000), SinceFirstSeen(), true});

  EXPECT_THAT(MissingNumbers(pipeline), ElementsAre(1, 2));
  EXPECT_THAT(pipeline.open, SizeIs(1));
}

TEST(StartPipelineTest, ReadsHistoryBackToAnInstantAndCountsFromThere) {
  PipelineState pipeline = StartPipeline(
      Listed(Summarize(RunBuilder(3).Completed(At(3500)).Build())), {At(9000), At(2000), false});
  EXPECT_TRUE(pipeline.history_unread);
  EXPECT_TRUE(IsBehind(pipeline));

  WalkResult walk;
  for (const int number : {3, 2, 1}) {
    walk.records.push_back(
        Summarize(RunBuilder(number).Completed(At(number * 1000 + 500)).Build()));
  }
  walk.reached_end = true;
  ReadHistory(walk, pipeline);

  EXPECT_FALSE(pipeline.history_unread);
  EXPECT_THAT(pipeline.open, SizeIs(2));
  EXPECT_THAT(pipeline.settled, SizeIs(1));
  EXPECT_EQ(pipeline.mark, 3);
}

TEST(StartPipelineTest, ShowsNothingOfAPipelineThatNeverRan) {
  const PipelineState pipeline =
      StartPipeline(Listed(std::nullopt), {At(0), SinceFirstSeen(), false});

  EXPECT_FALSE(pipeline.latest.has_value());
  EXPECT_EQ(pipeline.mark, 0);
  EXPECT_FALSE(IsBehind(pipeline));
}

TEST(MissingNumbersTest, IsBoundedWhateverNumberTheApiGives) {
  PipelineState pipeline =
      StartPipeline(Listed(Summarize(RunBuilder(1).Completed(At(1500)).Build())),
                    {At(9000), SinceFirstSeen(), false});
  ObserveListing(Listed(Summarize(RunBuilder(2'000'000'000).Build())), pipeline);

  EXPECT_EQ(MissingNumbers(pipeline).size(), static_cast<std::size_t>(kMaxGap - 1));
}

}  // namespace
}  // namespace codearts
