// What is kept of projects that come and go, in the file and over restarts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "collect/sqlite_database.h"
#include "collect/sqlite_ledger_store.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "unit/collect/discovery_fixture.h"

namespace codearts::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration kDay = std::chrono::hours(24);

class ProjectRetentionTest : public DiscoveryTest {
 protected:
  ProjectRetentionTest() { Restart(); }

  void Restart() {
    refresher_.reset();
    file_.reset();
    file_ = *SqliteLedgerStore::Open({folder_.PathOf("state.db"), HistogramBounds()}, clock_);
    plan_.rules = std::make_shared<RefreshRules>(rules_);
    refresher_ = *Refresher::Create(api_, clock_, *file_, plan_);
  }

  // Lets time pass and refreshes once, with discovery.
  void RefreshAfter(Duration time) {
    clock_.Advance(time);
    refresher_->Refresh({});
  }

  // The projects whose counters are in the file.
  std::vector<std::string> Kept() const {
    std::vector<std::string> ids;
    const auto ledgers = ReadLedgers(folder_.PathOf("state.db"));
    for (const auto& [id, ledger] : *ledgers) ids.push_back(id.value);
    return ids;
  }

  // Adds a failed run to the project's pipeline.
  void FailRun(const std::string& project) {
    std::vector<FakePipeline>& pipelines = api_.projects[project];
    const auto number = static_cast<int>(pipelines[0].runs.size()) + 1;
    pipelines[0].runs.push_back(RunBuilder(number).Failed(At(1500 + number)).Build());
  }

  // What is counted of the failed runs of a project that is shown; nullopt: it is not.
  std::optional<std::uint64_t> Failures(const std::string& project) const {
    for (const auto& shown : refresher_->Current()->projects) {
      if (shown->id.value != project) continue;
      const auto& runs = shown->pipelines.at(0)->runs;
      const auto found = runs.find({RunResult::kFailure, "", ""});
      return found == runs.end() ? 0 : found->second.count;
    }
    return std::nullopt;
  }

  // The size of the file without its log.
  std::int64_t Pages() const {
    const auto database =
        SqliteDatabase::Open(folder_.PathOf("state.db"), SqliteDatabase::Access::kReadOnly);
    return *(*database)->QueryInteger("PRAGMA page_count");
  }

  const TempDir folder_;
  std::unique_ptr<SqliteLedgerStore> file_;
};

TEST_F(ProjectRetentionTest, ForgetsAProjectThirtyDaysAfterItLeft) {
  See({"a", "b"});
  RefreshAfter(kDay);
  See({"b"});
  RefreshAfter(kDay);

  RefreshAfter(30 * kDay);
  EXPECT_THAT(Kept(), ElementsAre("a", "b"));
  RefreshAfter(kDay);
  EXPECT_THAT(Kept(), ElementsAre("b"));
}

TEST_F(ProjectRetentionTest, CountsFromWhenAProjectLeftOverRestarts) {
  See({"a", "b"});
  RefreshAfter(kDay);
  See({"b"});
  RefreshAfter(kDay);
  for (int day = 1; day < 30; ++day) {
    Restart();
    RefreshAfter(kDay);
  }
  EXPECT_THAT(Kept(), ElementsAre("a", "b"));

  Restart();
  RefreshAfter(2 * kDay);
  EXPECT_THAT(Kept(), ElementsAre("b"));
}

TEST_F(ProjectRetentionTest, KeepsAConfiguredProjectThatFailsForHoweverLong) {
  plan_.discoveries.clear();
  plan_.projects = {MakePlan("a")};
  Restart();
  RefreshAfter(kDay);
  api_.fail = [](std::string_view) { return Status(StatusCode::kPermissionDenied, "HTTP 403"); };

  for (int month = 0; month < 12; ++month) RefreshAfter(31 * kDay);

  EXPECT_THAT(Kept(), ElementsAre("a"));
}

TEST_F(ProjectRetentionTest, KeepsDiscoveredProjectsWhileDiscoveryFailsForHoweverLong) {
  See({"a", "b"});
  RefreshAfter(kDay);
  FailDiscovery(true);

  for (int month = 0; month < 12; ++month) {
    RefreshAfter(31 * kDay);
    Restart();
  }

  EXPECT_THAT(Kept(), ElementsAre("a", "b"));
}

TEST_F(ProjectRetentionTest, TakesNobodyForGoneBeforeEveryDiscoveryHasAnswered) {
  See({"a"});
  RefreshAfter(kDay);
  // Another credential: what it can see is not known yet.
  plan_.discoveries = {MakeDiscovery("discovery[0]", "other tenant")};
  FailDiscovery(true);
  Restart();
  for (int month = 0; month < 12; ++month) RefreshAfter(31 * kDay);
  EXPECT_THAT(Kept(), ElementsAre("a"));

  See({"b"});
  FailDiscovery(false);
  RefreshAfter(kDay);
  RefreshAfter(31 * kDay);
  EXPECT_THAT(Kept(), ElementsAre("b"));
}

TEST_F(ProjectRetentionTest, ForgetsWhoLeftTheConfiguration) {
  plan_.discoveries.clear();
  plan_.projects = {MakePlan("a"), MakePlan("b"), MakePlan("never seen")};
  api_.projects["b"] = {MakePipeline("pipeline-b")};
  Restart();
  RefreshAfter(kDay);
  plan_.projects = {MakePlan("a")};
  ASSERT_THAT(refresher_->SetPlan(plan_), IsOk());
  RefreshAfter(kDay);
  EXPECT_THAT(Kept(), ElementsAre("a", "b"));

  RefreshAfter(31 * kDay);
  EXPECT_THAT(Kept(), ElementsAre("a"));
}

// Random comings and goings against what should be kept and counted of each project.
TEST_F(ProjectRetentionTest, LosesNothingOfWhoComesBackInTime) {
  struct Truth {
    int left_on = 0;  // The day; 0: it is there.
    std::uint64_t failures = 0;
  };
  std::map<std::string, Truth> kept;
  int came_back = 0;
  int forgotten = 0;
  std::mt19937 random(7);
  for (int day = 1; day <= 150; ++day) {
    std::set<std::string> seen;
    // Rarely seen ones stay away for longer than a month now and then.
    for (int project = 0; project < 12; ++project) {
      if (random() % static_cast<unsigned>(1 + project * 4) == 0) {
        seen.insert("p" + std::to_string(project));
      }
    }
    See({seen.begin(), seen.end()});
    for (const std::string& project : seen) {
      FailRun(project);
      const auto known = kept.find(project);
      // What ended before first sight is not counted.
      if (known == kept.end()) {
        kept[project] = {};
      } else {
        came_back += known->second.left_on != 0 ? 1 : 0;
        known->second = {0, known->second.failures + 1};
      }
    }
    for (auto it = kept.begin(); it != kept.end();) {
      Truth& truth = it->second;
      if (!seen.contains(it->first) && truth.left_on == 0) truth.left_on = day;
      const bool too_long = truth.left_on != 0 && day - truth.left_on > 30;
      forgotten += too_long ? 1 : 0;
      it = too_long ? kept.erase(it) : std::next(it);
    }
    if (random() % 8 == 0) Restart();

    RefreshAfter(kDay);

    std::set<std::string> ids;
    for (const auto& [id, truth] : kept) {
      ids.insert(id);
      if (truth.left_on != 0) continue;
      ASSERT_EQ(Failures(id), truth.failures) << id << ", day " << day;
    }
    const std::vector<std::string> in_file = Kept();
    ASSERT_EQ(std::set<std::string>(in_file.begin(), in_file.end()), ids) << "day " << day;
  }
  // Both happened.
  EXPECT_GT(came_back, 50);
  EXPECT_GT(forgotten, 5);
}

TEST_F(ProjectRetentionTest, TheFileStopsGrowing) {
  std::int64_t size_of_the_first = 0;
  for (int day = 1; day <= 90; ++day) {
    api_.projects.clear();
    See({"project-" + std::to_string(day)});
    RefreshAfter(kDay);
    if (day == 45) size_of_the_first = Pages();
  }

  EXPECT_EQ(Kept().size(), 32U);
  EXPECT_LE(Pages(), size_of_the_first + 2);
}

TEST_F(ProjectRetentionTest, KnowsAfterARestartWhatWasDiscovered) {
  See({"a", "b"});
  RefreshAfter(kDay);
  FailDiscovery(true);

  Restart();
  EXPECT_THAT(ShownIds(), ElementsAre("a", "b"));
  EXPECT_EQ(Shown().name, "name of a");
  EXPECT_TRUE(Health().attempted);
  EXPECT_FALSE(Health().last_success.has_value());
  EXPECT_EQ(Health().projects, 2U);

  RefreshAfter(kDay);
  EXPECT_THAT(ShownIds(), ElementsAre("a", "b"));
  EXPECT_TRUE(Shown(0).health.up);
  EXPECT_TRUE(Health().last_error.has_value());

  FailDiscovery(false);
  See({"b", "c"});
  RefreshAfter(kDay);
  EXPECT_THAT(ShownIds(), ElementsAre("b", "c"));
  Restart();
  EXPECT_THAT(ShownIds(), ElementsAre("b", "c"));
}

TEST_F(ProjectRetentionTest, KeepsWhatEachCredentialSeesApart) {
  See({"a"});
  RefreshAfter(kDay);
  plan_.discoveries = {MakeDiscovery("discovery[0]", "other tenant")};

  Restart();

  EXPECT_THAT(ShownIds(), IsEmpty());
}

TEST_F(ProjectRetentionTest, FiltersWhatWasDiscoveredByThePresentRules) {
  See({"a", "b"});
  RefreshAfter(kDay);
  auto plan = Discover("discovery[0]", "tenant");
  plan.exclude = std::make_shared<NamePatterns>(std::vector<std::string>{"of a"});
  plan_.discoveries = {std::make_shared<DiscoveryPlan>(plan)};

  Restart();

  EXPECT_THAT(ShownIds(), ElementsAre("b"));
}

}  // namespace
}  // namespace codearts::testing
