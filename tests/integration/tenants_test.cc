// Several regions and tenants in one process: what breaks one does not touch the other.

#include <gmock/gmock.h>

#include <chrono>

#include "collect/collector.h"
#include "collect/sqlite_ledger_store.h"
#include "integration/tenants_fixture.h"
#include "support/temp_dir.h"

namespace codearts::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(TenantsTest, ReadsEachByItsOwnEndpointAndKey) {
  Refresh();

  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 2);
  for (const std::size_t tenant : {0U, 1U}) {
    EXPECT_EQ(Tenant(tenant).Counts().Of("projects", "200"), 1);
    EXPECT_EQ(Tenant(tenant).Counts().by_status.count("401"), 0U);
  }
}

TEST_F(TenantsTest, KeepsOneUpWhateverTheOtherAnswers) {
  for (const char* kind : {"500", "403", "404", "error200", "html", "garbage", "empty", "truncate",
                           "reset", "huge_chunked", "endless_paging"}) {
    SCOPED_TRACE(kind);
    Tenant(1).ClearFaults();
    refresher_.reset();
    Start();
    Refresh();
    ASSERT_EQ(Up("region-b"), 2);

    ASSERT_TRUE(Tenant(1).AddFault({.endpoint = "*", .kind = kind}).ok());
    Refresh();

    EXPECT_EQ(Up("region-a"), 2);
    EXPECT_EQ(Up("region-b"), 0);
    const Snapshot& snapshot = *refresher_->Current();
    EXPECT_EQ(snapshot.projects.size(), 4U);
    EXPECT_FALSE(snapshot.discoveries[0].last_error.has_value());
    EXPECT_TRUE(snapshot.discoveries[1].last_error.has_value());
  }
}

TEST_F(TenantsTest, ShowsOneBeforeTheOtherAnswers) {
  ASSERT_TRUE(Tenant(1).AddFault({.endpoint = "*", .kind = "slow", .seconds = 20}).ok());
  Start();
  Collector collector(*refresher_, clock_, Duration(0));

  // Scrapes whose deadline comes before the other tenant's answer.
  const SteadyTime limit = clock_.SteadyNow() + std::chrono::seconds(15);
  while (Up("region-a") < 2 && clock_.SteadyNow() < limit) {
    collector.Scrape(clock_.SteadyNow() + Duration(100));
  }

  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 0);
}

TEST_F(TenantsTest, SlowsDownOnlyTheOneThatThrottles) {
  Refresh();
  ASSERT_TRUE(Tenant(1).AddFault({.endpoint = "list_pipelines", .kind = "429"}).ok());

  Refresh();

  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 0);
  const auto budget = [this](std::size_t tenant) {
    return "budget_requests_per_second{endpoint_host=\"127.0.0.1:" +
           std::to_string(Tenant(tenant).port()) + "\"} ";
  };
  EXPECT_THAT(OwnMetrics(), HasSubstr(budget(0) + "1000\n"));
  EXPECT_THAT(OwnMetrics(), Not(HasSubstr(budget(1) + "1000\n")));
}

TEST_F(TenantsTest, LeavesOnlyTheKeyAloneThatWasRefused) {
  Refresh();
  Tenant(1).simulator().AddKey("another", "key");
  Tenant(1).simulator().RemoveKey("ak-b");
  Refresh();
  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 0);
  const std::int64_t asked_of_b = Tenant(1).Counts().total;
  const std::int64_t asked_of_a = Tenant(0).Counts().total;

  Refresh();

  EXPECT_EQ(Tenant(1).Counts().total, asked_of_b);
  EXPECT_GT(Tenant(0).Counts().total, asked_of_a);
  EXPECT_EQ(Up("region-a"), 2);
}

TEST_F(TenantsTest, KnowsItsProjectsAfterARestartWhileProjectManIsDown) {
  const TempDir folder;
  const auto restart = [this, &folder] {
    refresher_.reset();
    store_.reset();
    store_ = std::move(*SqliteLedgerStore::Open({folder.PathOf("state.db"), {}}, clock_));
    Start();
  };
  restart();
  Refresh();
  ASSERT_EQ(Up("region-b"), 2);
  ASSERT_TRUE(Tenant(1).AddFault({.endpoint = "projects", .kind = "500"}).ok());

  restart();
  EXPECT_EQ(refresher_->Current()->projects.size(), 4U);
  Refresh();

  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 2);
  EXPECT_TRUE(refresher_->Current()->discoveries[1].last_error.has_value());
}

}  // namespace
}  // namespace codearts::testing
