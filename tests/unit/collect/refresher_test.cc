#include "collect/refresher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/status_matchers.h"
#include "unit/collect/refresher_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(RefresherTest, IsNotReadyBeforeTheFirstRefresh) {
  plan_.rules = std::make_shared<RefreshRules>(rules_);
  refresher_ = std::move(*Refresher::Create(api_, clock_, store_, plan_));

  EXPECT_FALSE(refresher_->Current()->ready);
  EXPECT_FALSE(Shown().listed);
  Refresh();
  EXPECT_TRUE(refresher_->Current()->ready);
  EXPECT_TRUE(Shown().listed);
}

TEST_F(RefresherTest, ReadsNothingButTheListWhenNothingHappened) {
  Refresh();
  EXPECT_THAT(api_.calls, ElementsAre("list_pipelines project-1 0", "detail p1/run-1"));
  const std::shared_ptr<const PipelineState> before = Shown().pipelines.at(0);

  Refresh();

  EXPECT_THAT(api_.calls, ElementsAre("list_pipelines project-1 0"));
  EXPECT_EQ(Shown().pipelines.at(0), before);
}

TEST_F(RefresherTest, KeepsOtherProjectsWhenOneFails) {
  api_.projects["project-2"] = {MakePipeline("q1")};
  plan_.projects.push_back(MakePlan("project-2"));
  Refresh();
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what.find("project-1") == std::string_view::npos) return std::nullopt;
    return Status(StatusCode::kPermissionDenied, "HTTP 403");
  };

  Refresh();

  EXPECT_FALSE(Shown(0).health.up);
  EXPECT_THAT(Shown(0).pipelines, SizeIs(1));
  EXPECT_TRUE(Shown(1).health.up);
}

TEST_F(RefresherTest, LogsProjectsByTheirNames) {
  auto named = std::make_shared<ProjectPlan>(*plan_.projects.front());
  named->name = "the project";
  plan_.projects = {named};
  ::testing::internal::CaptureStderr();

  Refresh();

  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("msg=\"a project was listed\" project=\"the project\" "
                        "project_id=project-1 pipelines=1\n"));
}

TEST_F(RefresherTest, LogsAFailureOnceAlsoWhileNoListingIsComplete) {
  api_.projects["project-1"].push_back(MakePipeline("p2"));
  api_.max_limit = 1;
  api_.before_answer = [this](std::string_view what) {  // Between the pages of each listing.
    if (what == "list_pipelines project-1 1") {
      const std::size_t count = api_.projects["project-1"].size();
      api_.projects["project-1"].push_back(MakePipeline("new" + std::to_string(count)));
    }
  };
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (!what.starts_with("detail")) return std::nullopt;
    return Status(StatusCode::kPermissionDenied, "HTTP 403");
  };
  ::testing::internal::CaptureStderr();
  Refresh();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("some runs of a project"));

  ::testing::internal::CaptureStderr();
  Refresh();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(RefresherTest, HidesAProjectThatFailsForTooLongAndBringsItBack) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  Refresh();
  api_.fail = [](std::string_view) { return Status(StatusCode::kUnavailable, "HTTP 500"); };
  Refresh();
  EXPECT_TRUE(Shown().listed);

  clock_.Advance(plan_.max_staleness);
  Refresh();
  EXPECT_FALSE(Shown().listed);
  EXPECT_THAT(Shown().pipelines, SizeIs(0));

  api_.fail = nullptr;
  Refresh();
  EXPECT_EQ(Count(RunResult::kFailure), 1U);
}

TEST_F(RefresherTest, RemovesAPipelineOnlyAfterACompleteListing) {
  api_.projects["project-1"].push_back(MakePipeline("p2"));
  api_.max_limit = 1;
  Refresh();
  const std::vector<FakePipeline> all = api_.projects["project-1"];
  // The first page says two; then one is gone.
  api_.before_answer = [this, &all](std::string_view what) {
    api_.projects["project-1"] = all;
    if (what == "list_pipelines project-1 1") api_.projects["project-1"].pop_back();
  };
  Refresh();
  EXPECT_THAT(Shown().pipelines, SizeIs(2));

  api_.before_answer = nullptr;
  api_.projects["project-1"] = {all[0]};
  Refresh();
  EXPECT_THAT(Shown().pipelines, SizeIs(1));
}

TEST_F(RefresherTest, TakesOnlyPipelinesThatTheFilterMatches) {
  api_.projects["project-1"].push_back(MakePipeline("p2"));
  auto plan = std::make_shared<ProjectPlan>(*plan_.projects[0]);
  plan->include = std::make_shared<NamePatterns>(std::vector<std::string>{"p[12]$"});
  plan->exclude = std::make_shared<NamePatterns>(std::vector<std::string>{"p1"});
  plan_.projects = {plan};

  Refresh();

  ASSERT_THAT(Shown().pipelines, SizeIs(1));
  EXPECT_EQ(State().id.value, "p2");
}

TEST_F(RefresherTest, PublishesTheFirstListingBeforeTheDetailsAreThere) {
  bool seen = false;
  api_.before_answer = [this, &seen](std::string_view what) {
    if (what == "detail p1/run-1") seen = Shown().listed && !refresher_->Current()->ready;
  };

  Refresh();

  EXPECT_TRUE(seen);
}

TEST_F(RefresherTest, LeavesWhatTheTimeDoesNotSufficeForToTheNextRefresh) {
  Refresh();
  api_.projects["project-1"].push_back(MakePipeline("p2"));
  for (FakePipeline& pipeline : api_.projects["project-1"]) {
    pipeline.runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  }
  api_.before_answer = [this](std::string_view what) {
    if (what.substr(0, 4) == "list") clock_.Advance(std::chrono::minutes(1));
  };
  Refresh();
  EXPECT_EQ(api_.CountCalls("detail"), 0U);
  EXPECT_TRUE(IsBehind(State(0)));

  api_.before_answer = nullptr;
  Refresh();
  EXPECT_FALSE(IsBehind(State(0)));
}

TEST_F(RefresherTest, QueuesNoMoreDetailsThanTheTimeSufficesFor) {
  rules_.since = At(0);
  api_.projects["project-1"].clear();
  for (int i = 0; i < 20; ++i) {
    FakePipeline pipeline = MakePipeline("p" + std::to_string(i));
    for (int number = 2; number <= 100; ++number) {
      pipeline.runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
    }
    api_.projects["project-1"].push_back(pipeline);
  }
  api_.before_answer = [this](std::string_view what) {
    if (what.substr(0, 6) == "detail") clock_.Advance(std::chrono::milliseconds(100));
  };

  Refresh();
  // 200 take the whole time.
  EXPECT_LE(api_.CountCalls("detail"), 400U);

  for (int i = 0; i < 10; ++i) Refresh();
  for (std::size_t i = 0; i < 20; ++i) EXPECT_FALSE(IsBehind(State(i))) << i;
}

TEST_F(RefresherTest, ReadsANewRunBeforeTheBacklogOfOthers) {
  api_.projects["project-1"].clear();
  for (const std::string id : {"p1", "p2", "p3", "p4", "p5"}) {
    api_.projects["project-1"].push_back(MakePipeline(id));
  }
  Refresh();
  for (const std::string id : {"p1", "p2", "p3", "p4"}) {
    for (int number = 2; number <= 200; ++number) {
      api_.Find(id).runs.push_back(RunBuilder(number).Completed(At(number * 1000 + 10)).Build());
    }
  }
  api_.before_answer = [this](std::string_view what) {
    if (what.substr(0, 6) == "detail") clock_.Advance(std::chrono::milliseconds(200));
  };
  Refresh();
  api_.Find("p5").runs.push_back(RunBuilder(2).Completed(At(2010)).Build());

  Refresh();

  EXPECT_TRUE(IsBehind(State(3)));
  EXPECT_EQ(State(4).runs.at({RunResult::kSuccess, "", ""}).count, 1U);
}

TEST_F(RefresherTest, StopsAskingForDetailsThatAreRefused) {
  for (int i = 0; i < 300; ++i) {
    api_.projects["project-1"].push_back(MakePipeline("x" + std::to_string(i)));
  }
  api_.fail = [](std::string_view what) -> std::optional<Status> {
    if (what.substr(0, 6) != "detail") return std::nullopt;
    return Status(StatusCode::kPermissionDenied, "HTTP 403");
  };

  Refresh();

  EXPECT_LE(api_.CountCalls("detail"), 70U);
  EXPECT_TRUE(Shown().health.up);
}

TEST_F(RefresherTest, TakesAStopForNoFailure) {
  Refresh();
  std::stop_source stop;
  api_.fail = [&stop](std::string_view) -> std::optional<Status> {
    stop.request_stop();
    return Status(StatusCode::kDeadlineExceeded, "stopped");
  };

  refresher_->Refresh(stop.get_token());

  EXPECT_TRUE(Shown().health.up);
  EXPECT_FALSE(Shown().health.last_error.has_value());
}

TEST_F(RefresherTest, PublishesNothingThatCouldNotBeStored) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  store_.commit_status = Status(StatusCode::kLedger, "disk full");
  Refresh();
  EXPECT_EQ(Count(RunResult::kFailure), 0U);
  EXPECT_EQ(State().latest->number, 1);
  EXPECT_EQ(Shown().health.errors.at(StatusCode::kLedger), 1U);

  store_.commit_status = Status();
  Refresh();
  EXPECT_EQ(Count(RunResult::kFailure), 1U);
}

TEST_F(RefresherTest, RefreshesNewProjectsAfterAReload) {
  Refresh();
  api_.projects["project-2"] = {MakePipeline("q1")};
  plan_.projects = {MakePlan("project-2")};
  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());

  Refresh();

  ASSERT_THAT(refresher_->Current()->projects, SizeIs(1));
  EXPECT_EQ(Shown().id.value, "project-2");
}

TEST_F(RefresherTest, ShowsANewPlanBeforeTheNextRefresh) {
  Refresh();
  auto renamed = std::make_shared<ProjectPlan>(*plan_.projects[0]);
  renamed->name = "renamed";
  plan_.projects = {renamed, MakePlan("project-2")};

  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());

  EXPECT_EQ(Shown(0).name, "renamed");
  EXPECT_THAT(Shown(0).pipelines, SizeIs(1));
  EXPECT_EQ(Shown(1).id.value, "project-2");
  EXPECT_FALSE(Shown(1).listed);
}

TEST_F(RefresherTest, CountsOnWhenAProjectComesBackButShowsNoOldData) {
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  Refresh();
  const auto with_project = plan_.projects;
  plan_.projects.clear();
  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());
  EXPECT_TRUE(refresher_->Current()->projects.empty());

  plan_.projects = with_project;
  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());
  EXPECT_FALSE(Shown().listed);
  Refresh();

  EXPECT_EQ(Count(RunResult::kFailure), 1U);
}

TEST_F(RefresherTest, StartsHistogramsOfOtherBoundsAnewAtOnce) {
  rules_.counting.bounds = std::make_shared<HistogramBounds>(HistogramBounds{{1}, {1}, {1}, {1}});
  Refresh();
  api_.Find("p1").runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  Refresh();
  const auto histogram = [this] { return State().runs.at({RunResult::kFailure, "", ""}).duration; };
  ASSERT_EQ(TotalCount(histogram()), 1U);
  rules_.counting.bounds =
      std::make_shared<HistogramBounds>(HistogramBounds{{1, 2}, {1}, {1}, {1}});
  plan_.rules = std::make_shared<RefreshRules>(rules_);

  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());

  EXPECT_THAT(histogram().counts, ElementsAre(0, 0, 0));
  EXPECT_EQ(refresher_->Current()->bounds, rules_.counting.bounds);
  EXPECT_EQ(Count(RunResult::kFailure), 1U);
}

TEST_F(RefresherTest, KeepsTheOldPlanIfTheStoreCannotChangeItsBounds) {
  Refresh();
  const std::shared_ptr<const Snapshot> before = refresher_->Current();
  rules_.counting.bounds = std::make_shared<HistogramBounds>(HistogramBounds{{1}, {1}, {1}, {1}});
  plan_.rules = std::make_shared<RefreshRules>(rules_);
  plan_.projects.clear();
  store_.bounds_status = Status(StatusCode::kLedger, "disk full");

  EXPECT_THAT(refresher_->SetPlan(plan_), StatusIs(StatusCode::kLedger));

  EXPECT_EQ(refresher_->Current(), before);
}

TEST_F(RefresherTest, AsksForTheQueueOfActivePipelinesIfToldTo) {
  rules_.queue = true;
  Refresh();
  EXPECT_EQ(api_.CountCalls("queue"), 0U);
  api_.Find("p1").runs.push_back(RunBuilder(2).Build());
  api_.Find("p1").queue = {{{"run-3"}, At(2600)}};

  Refresh();
  ASSERT_TRUE(State().queue.has_value());
  EXPECT_EQ(State().queue->length, 1);

  api_.Find("p1").runs.back() = RunBuilder(2).Completed(At(2700)).Build();
  Refresh();
  EXPECT_FALSE(State().queue.has_value());
}

}  // namespace
}  // namespace codearts::testing
