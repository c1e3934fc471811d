#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/collect/refresher_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(RefresherTest, ReadsAnActiveRunAtEachRefreshAndCountsItsEnd) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Build());
  Refresh();
  Refresh();
  EXPECT_THAT(api_.calls, ElementsAre("list_pipelines project-1 0", "detail p1/run-2"));
  EXPECT_EQ(Count(RunResult::kFailure), 0U);

  api_.Find("p1").runs.back() = RunBuilder(2).Failed(At(2500)).Build();
  Refresh();
  Refresh();

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_EQ(State().latest->status, ExecutionStatus::kFailed);
}

TEST_F(RefresherTest, FillsAGapFromTheRunList) {
  Refresh();
  for (const int number : {2, 3, 4}) {
    api_.Find("p1").runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
  }

  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 3U);
  EXPECT_EQ(api_.CountCalls("list_runs"), 1U);
  EXPECT_EQ(api_.CountCalls("detail"), 3U);
}

TEST_F(RefresherTest, FillsAGapOfSeveralPages) {
  rules_.page_size = 10;
  Refresh();
  for (int number = 2; number <= 40; ++number) {
    api_.Find("p1").runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
  }

  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 39U);
  EXPECT_EQ(api_.CountCalls("list_runs"), 4U);
}

TEST_F(RefresherTest, AsksTheQueueForNumbersThatTheListLacks) {
  Refresh();
  FakePipeline& pipeline = api_.Find("p1");
  const PipelineRun queued = RunBuilder(2).Status(ExecutionStatus::kQueued).Build();
  pipeline.runs = {RunBuilder(1).Completed(At(1500)).Build(), queued,
                   RunBuilder(3).Completed(At(3500)).Build()};
  pipeline.queue = {{queued.id, At(2000)}};
  // Some servers keep queued runs out of the run list.
  api_.before_answer = [this](std::string_view what) {
    std::vector<PipelineRun>& runs = api_.Find("p1").runs;
    if (what.substr(0, 9) == "list_runs") {
      std::erase_if(runs, [](const PipelineRun& run) { return run.run_number == 2; });
    } else if (runs.size() == 2) {
      runs.push_back(RunBuilder(2).Status(ExecutionStatus::kQueued).Build());
    }
  };

  Refresh();

  EXPECT_EQ(State().mark, 3);
  EXPECT_EQ(State().open.count(2), 1U);
  EXPECT_EQ(CountActive(State(), ActivityState::kQueued).count, 1);
  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 0U);
}

TEST_F(RefresherTest, WaitsForQueuedRunsThatHaveNoDetailYet) {
  Refresh();
  FakePipeline& pipeline = api_.Find("p1");
  pipeline.runs.push_back(RunBuilder(3).Completed(At(3500)).Build());
  pipeline.queue = {{RunBuilder(2).Build().id, At(2000)}};

  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 0U);
  EXPECT_TRUE(Shown().health.errors.empty());

  api_.Find("p1").queue.clear();
  api_.Find("p1").runs.push_back(RunBuilder(2).Completed(At(4500)).Build());
  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 2U);
  EXPECT_FALSE(IsBehind(State()));
}

TEST_F(RefresherTest, CountsWhatTheListHasWhileTheQueueFails) {
  Refresh();
  for (const int number : {3, 4}) {
    api_.Find("p1").runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
  }
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what.substr(0, 5) != "queue") return std::nullopt;
    return Status(StatusCode::kUnavailable, "HTTP 500");
  };
  Refresh();
  EXPECT_EQ(Count(RunResult::kSuccess), 2U);
  EXPECT_TRUE(IsBehind(State()));

  api_.fail = nullptr;
  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 2U);
  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 1U);
  EXPECT_FALSE(IsBehind(State()));
}

TEST_F(RefresherTest, GoesByTheListWhereTheServiceRefusesToShowTheQueue) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(3).Completed(At(3010)).Build());
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what.substr(0, 5) != "queue") return std::nullopt;
    ErrorDetails details;
    details.http_status = 400;
    return Status(StatusCode::kInvalidResponse, "HTTP 400", details);
  };

  Refresh();

  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 1U);
  EXPECT_FALSE(IsBehind(State()));
}

TEST_F(RefresherTest, CountsDeletedRunsAsMissed) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(4).Completed(At(4500)).Build());

  Refresh();

  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 2U);
  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
}

TEST_F(RefresherTest, FindsOlderActiveRunsAtFirstSight) {
  clock_.SetWallClock(At(10'000));
  api_.Find("p1").runs = {RunBuilder(1).Build(), RunBuilder(2).Completed(At(2500)).Build()};

  Refresh();
  EXPECT_EQ(State().open.count(1), 1U);
  api_.Find("p1").runs[0] = RunBuilder(1).Failed(At(9000)).Build();
  Refresh();

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_EQ(Count(RunResult::kSuccess), 0U);
}

TEST_F(RefresherTest, FindsARetryOfAnOlderRunAtTheRecheck) {
  clock_.SetWallClock(At(10'000));
  Refresh();
  for (const int number : {2, 3}) {
    api_.Find("p1").runs.push_back(RunBuilder(number).Failed(At(number * 1000 + 10)).Build());
    Refresh();
  }
  api_.Find("p1").runs[1] = RunBuilder(2).Completed(At(9900)).Build();
  Refresh();
  EXPECT_EQ(Count(RunResult::kSuccess), 0U);

  clock_.Advance(std::chrono::hours(1));
  Refresh();

  EXPECT_EQ(api_.CountCalls("list_runs"), 1U);
  EXPECT_EQ(Count(RunResult::kSuccess), 1U);
  EXPECT_EQ(State().retries, 1U);
}

TEST_F(RefresherTest, KeepsARunUnreadWhileItsDetailFails) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what != "detail p1/run-2") return std::nullopt;
    return Status(StatusCode::kUnavailable, "HTTP 500");
  };
  Refresh();
  EXPECT_TRUE(IsBehind(State()));
  EXPECT_EQ(State().latest->status, ExecutionStatus::kFailed);
  EXPECT_EQ(Shown().health.errors.at(StatusCode::kUnavailable), 1U);
  EXPECT_TRUE(Shown().health.up);

  api_.fail = nullptr;
  Refresh();

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
  EXPECT_FALSE(Shown().health.last_error.has_value());
}

TEST_F(RefresherTest, BelievesThatARunIsGoneOnlyIfTheListLacksItToo) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Build());
  Refresh();
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what != "detail p1/run-2") return std::nullopt;
    return Status(StatusCode::kNotFound, "HTTP 404");
  };
  Refresh();
  EXPECT_EQ(State().open.count(2), 1U);

  api_.Find("p1").runs.pop_back();
  Refresh();

  EXPECT_EQ(State().open.count(2), 0U);
  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kVanished)], 1U);
}

TEST_F(RefresherTest, GivesAPipelineThatComesBackItsTotals) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  Refresh();
  const std::vector<FakePipeline> all = api_.projects["project-1"];
  api_.projects["project-1"].clear();
  Refresh();
  EXPECT_THAT(Shown().pipelines, SizeIs(0));

  api_.projects["project-1"] = all;
  Refresh();

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
}

TEST_F(RefresherTest, CountsAPipelineThatIsCreatedLaterFromItsFirstRun) {
  Refresh();
  FakePipeline later = MakePipeline("p2");
  later.create_time = At(500);
  later.runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  api_.projects["project-1"].push_back(later);

  Refresh();

  EXPECT_EQ(State(1).runs.at({RunResult::kSuccess, "", ""}).count, 1U);
  EXPECT_EQ(State(1).runs.at({RunResult::kFailure, "", ""}).count, 1U);
}

TEST_F(RefresherTest, FillsAGapThatBeginsBelowManyRunsThatAreKnown) {
  rules_.page_size = 10;
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Completed(At(2010)).Build());
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what.substr(0, 9) != "list_runs") return std::nullopt;
    return Status(StatusCode::kUnavailable, "HTTP 500");
  };
  for (int number = 3; number <= 40; ++number) {
    api_.Find("p1").runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
    Refresh();
  }
  EXPECT_EQ(Count(RunResult::kSuccess), 38U);

  api_.fail = nullptr;
  Refresh();

  EXPECT_EQ(Count(RunResult::kSuccess), 39U);
  EXPECT_EQ(State().missed[static_cast<std::size_t>(MissedReason::kDeleted)], 0U);
}

TEST_F(RefresherTest, RechecksNoFurtherBackThanItRemembers) {
  rules_.page_size = 1000;
  const auto completed = [](int number) {
    return RunBuilder(number).Started(At(999'000 + number)).Completed(At(999'100 + number)).Build();
  };
  Refresh();
  for (int number = 2; number <= 151; ++number) {
    api_.Find("p1").runs.push_back(completed(number));
    if (number % 50 == 1) Refresh();
  }
  ASSERT_EQ(Count(RunResult::kSuccess), 150U);

  // What of it was counted before is not known any more.
  api_.Find("p1").runs[1] = RunBuilder(2).Started(At(999'002)).Build();
  clock_.Advance(std::chrono::hours(1));
  Refresh();

  EXPECT_EQ(State().open.count(2), 0U);
}

TEST_F(RefresherTest, CountsTheNewestOfAHistoryThatIsLongerThanCanBeRead) {
  rules_.since = At(0);
  rules_.page_size = 1;
  std::vector<PipelineRun>& runs = api_.Find("p1").runs;
  for (int number = 2; number <= 250; ++number) {
    runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
  }

  Refresh();
  Refresh();

  EXPECT_FALSE(IsBehind(State()));
  EXPECT_EQ(Count(RunResult::kSuccess), 200U);
}

TEST_F(RefresherTest, BoundsTheSeriesOfNamesThatEachRunMakesUp) {
  rules_.counting.bounds =
      std::make_shared<HistogramBounds>(HistogramBounds{{60}, {60}, {60}, {60}});
  rules_.series_limit = 300;
  Refresh();

  for (int number = 2; number <= 150; ++number) {
    PipelineRun run = RunBuilder(number).Completed(At(number * 1000 + 10)).Build();
    run.stages[0].jobs[0].name = "job of run " + std::to_string(number);
    api_.Find("p1").runs.push_back(run);
    Refresh();
  }

  EXPECT_EQ(Count(RunResult::kSuccess), 149U);
  EXPECT_LE(State().job_durations.size(), 75U);
  EXPECT_EQ(State().job_durations.count({"build", "_overflow", RunResult::kSuccess}), 1U);
}

}  // namespace
}  // namespace codearts::testing
