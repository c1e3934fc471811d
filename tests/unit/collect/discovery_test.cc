#include "collect/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/status_matchers.h"
#include "unit/collect/discovery_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(DiscoveryTest, RefreshesWhatItFindsInTheSameRefresh) {
  See({"a", "b"});
  Refresh();

  ASSERT_THAT(ShownIds(), ElementsAre("a", "b"));
  EXPECT_TRUE(Shown(0).listed);
  EXPECT_EQ(Shown(0).name, "name of a");
  EXPECT_EQ(Shown(0).region, "region-1");
  EXPECT_EQ(Health().projects, 2U);
}

TEST_F(DiscoveryTest, IsNotReadyBeforeTheFirstRefresh) {
  plan_.rules = std::make_shared<RefreshRules>(rules_);
  refresher_ = std::move(*Refresher::Create(api_, clock_, store_, plan_));
  EXPECT_FALSE(refresher_->Current()->ready);
  EXPECT_FALSE(Health().attempted);
  Refresh();
  EXPECT_TRUE(refresher_->Current()->ready);
  EXPECT_TRUE(Health().attempted);
}

TEST_F(DiscoveryTest, AsksAgainOnlyAfterItsInterval) {
  Refresh();
  Refresh();
  EXPECT_EQ(api_.CountCalls("projects"), 0U);

  RefreshWhenDue();
  EXPECT_EQ(api_.CountCalls("projects"), 1U);
}

TEST_F(DiscoveryTest, ReadsAllPages) {
  auto plan = Discover("discovery[0]", "tenant");
  plan.page_size = 2;
  plan_.discoveries = {std::make_shared<DiscoveryPlan>(plan)};
  See({"a", "b", "c", "d", "e"});

  Refresh();

  EXPECT_THAT(ShownIds(), SizeIs(5));
  EXPECT_EQ(api_.CountCalls("projects"), 3U);
}

TEST_F(DiscoveryTest, TakesProjectsByTheirNames) {
  auto plan = Discover("discovery[0]", "tenant");
  plan.include = std::make_shared<NamePatterns>(std::vector<std::string>{"of [abc]$"});
  plan.exclude = std::make_shared<NamePatterns>(std::vector<std::string>{"of b"});
  plan_.discoveries = {std::make_shared<DiscoveryPlan>(plan)};
  See({"a", "b", "c", "d"});

  Refresh();

  EXPECT_THAT(ShownIds(), ElementsAre("a", "c"));
}

TEST_F(DiscoveryTest, LetsAProjectGoAfterACompleteListingWithoutIt) {
  See({"a", "b"});
  Refresh();
  See({"b"});

  RefreshWhenDue();

  EXPECT_THAT(ShownIds(), ElementsAre("b"));
}

TEST_F(DiscoveryTest, RemovesNobodyWhenTheListMovedWhileItWasRead) {
  auto plan = Discover("discovery[0]", "tenant");
  plan.page_size = 1;
  plan_.discoveries = {std::make_shared<DiscoveryPlan>(plan)};
  See({"a", "b", "c"});
  Refresh();
  See({"b", "c", "d"});
  int pages = 0;
  api_.before_answer = [this, &pages](std::string_view what) {
    if (what == "projects" && ++pages == 2) See({"c", "d"});
  };

  RefreshWhenDue();

  EXPECT_THAT(ShownIds(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(DiscoveryTest, KeepsWhatIsKnownWhileItFailsAndCountsWhy) {
  See({"a", "b"});
  Refresh();
  See({});
  FailDiscovery(true);

  RefreshWhenDue();
  EXPECT_THAT(ShownIds(), ElementsAre("a", "b"));
  EXPECT_TRUE(Shown(0).listed);
  EXPECT_EQ(Health().errors.at(StatusCode::kPermissionDenied), 1U);
  EXPECT_THAT(*Health().last_error,
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("discovery[0]")));

  // Tried again at the next refresh, however long its interval.
  FailDiscovery(false);
  Refresh();
  EXPECT_THAT(ShownIds(), IsEmpty());
  EXPECT_FALSE(Health().last_error.has_value());
}

TEST_F(DiscoveryTest, KeepsWhatIsSaidOfAConfiguredProject) {
  See({"project-1", "z"});
  auto configured = std::make_shared<ProjectPlan>(*MakePlan("PROJECT-1"));
  configured->name = "as configured";
  plan_.projects = {configured};
  api_.projects["PROJECT-1"] = api_.projects["project-1"];

  Refresh();

  EXPECT_THAT(ShownIds(), ElementsAre("PROJECT-1", "z"));
  EXPECT_EQ(Shown(0).name, "as configured");
}

TEST_F(DiscoveryTest, TakesAProjectThatTwoFindFromTheFirst) {
  auto second = Discover("discovery[1]", "other tenant");
  second.region = "region-2";
  plan_.discoveries = {MakeDiscovery("discovery[0]", "tenant"),
                       std::make_shared<DiscoveryPlan>(second)};
  Refresh();

  ASSERT_THAT(ShownIds(), ElementsAre("a"));
  EXPECT_EQ(Shown().region, "region-1");
}

TEST_F(DiscoveryTest, CountsOnWhenAProjectComesBack) {
  Refresh();
  api_.projects["a"][0].runs.push_back(RunBuilder(2).Failed(At(2500)).Build());
  Refresh();
  ASSERT_EQ(Count(RunResult::kFailure), 1U);
  See({});
  RefreshWhenDue();
  ASSERT_THAT(ShownIds(), IsEmpty());
  api_.projects["a"][0].runs.push_back(RunBuilder(3).Failed(At(3500)).Build());
  See({"a"});

  RefreshWhenDue();

  EXPECT_EQ(Count(RunResult::kFailure), 2U);
}

TEST_F(DiscoveryTest, KeepsWhatItFoundOverAReloadAndFiltersItAnew) {
  See({"a", "b"});
  Refresh();
  auto plan = Discover("discovery[1]", "tenant");
  plan.exclude = std::make_shared<NamePatterns>(std::vector<std::string>{"of a"});
  plan_.discoveries = {MakeDiscovery("discovery[0]", "new tenant"),
                       std::make_shared<DiscoveryPlan>(plan)};

  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());

  EXPECT_THAT(ShownIds(), ElementsAre("b"));
  EXPECT_EQ(Health(1).label, "discovery[1]");
  EXPECT_LE(*refresher_->Current()->next_discovery, clock_.SteadyNow());
}

TEST_F(DiscoveryTest, HasNoProjectsLeftWhenItIsGone) {
  Refresh();
  plan_.discoveries.clear();

  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());

  EXPECT_THAT(ShownIds(), IsEmpty());
  EXPECT_FALSE(refresher_->Current()->next_discovery.has_value());
}

TEST_F(DiscoveryTest, ListsAllAtOnceForCommands) {
  See({"a", "b"});
  std::vector<Status> failures;
  const auto projects =
      DiscoverProjects(api_, {MakeDiscovery("discovery[0]", "tenant")},
                       [&failures](const Status& failure) { failures.push_back(failure); });
  EXPECT_THAT(projects, SizeIs(2));
  EXPECT_THAT(failures, IsEmpty());

  FailDiscovery(true);
  EXPECT_THAT(DiscoverProjects(api_, plan_.discoveries,
                               [&failures](const Status& f) { failures.push_back(f); }),
              IsEmpty());
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_THAT(failures[0], StatusIs(StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace codearts::testing
