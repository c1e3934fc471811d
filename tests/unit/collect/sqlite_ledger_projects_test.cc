// What the file knows of projects as such, and how it came by that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/sqlite_ledger_store.h"
#include "support/run_builder.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kProject;
using testing::Ledgers;
using testing::RandomLedger;
using testing::StatusIs;

class SqliteLedgerProjectsTest : public testing::SqliteLedgerTest {};

TEST_F(SqliteLedgerProjectsTest, TakesOverAFileOfTheFirstVersion) {
  Commit(RandomLedger(1).Project(3));
  store_.reset();
  Execute(
      "ALTER TABLE projects DROP COLUMN left_since; DROP TABLE listings;"
      "PRAGMA user_version = 1");
  EXPECT_THAT(ReadLedgers(folder_.path()),
              StatusIs(StatusCode::kLedger, HasSubstr("start this one on it first")));

  store_ = folder_.Open();

  EXPECT_EQ(store_->resets(), 0);
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, ledger_}}));
  EXPECT_THAT(*store_->LoadListings(), IsEmpty());
  ProjectLedger after = ledger_;
  after.left_since = At(7);
  Commit(after);
  EXPECT_THAT(store_->StoreListings({{{"https://a", "tenant"}, {{{"p"}, "name"}}}}), IsOk());
}

TEST_F(SqliteLedgerProjectsTest, KeepsWhenAProjectLeft) {
  Commit(RandomLedger(1).Project(3));
  ProjectLedger after = ledger_;
  after.left_since = At(7);
  Commit(after);
  EXPECT_EQ(folder_.Read().at(kProject).left_since, At(7));

  after.left_since.reset();
  Commit(after);
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, after}}));
}

TEST_F(SqliteLedgerProjectsTest, DropsOneProjectWithItsPipelines) {
  const ProjectId other{"project-2"};
  Commit(RandomLedger(1).Project(3));
  ASSERT_THAT(store_->Commit(other, ProjectLedger(), RandomLedger(2).Project(4)), IsOk());

  ASSERT_THAT(store_->Drop(other), IsOk());

  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, ledger_}}));
  EXPECT_EQ(Query("SELECT count(*) FROM pipelines"), "3");
  EXPECT_EQ(Query("SELECT count(*) FROM projects"), "1");
}

TEST_F(SqliteLedgerProjectsTest, KeepsListings) {
  const ProjectListings first = {{{"https://a", "tenant"}, {{{"p1"}, "one"}, {{"p2"}, "two"}}},
                                 {{"https://a", "other"}, {{{"p1"}, "one"}}}};
  ProjectListings second = first;
  second.rbegin()->second.pop_back();
  for (const ProjectListings& listings : {first, second, ProjectListings()}) {
    ASSERT_THAT(store_->StoreListings(listings), IsOk());
    Reopen();
    EXPECT_EQ(*store_->LoadListings(), listings);
  }
}

TEST_F(SqliteLedgerProjectsTest, StoresListingsOnlyWhenTheyDiffer) {
  const ProjectListings listings = {{{"https://a", "tenant"}, {{{"p1"}, "one"}}}};
  ASSERT_THAT(store_->StoreListings(listings), IsOk());
  Reopen();
  ASSERT_THAT(store_->LoadListings(), IsOk());

  // A write would wait for this lock in vain.
  const auto locker = folder_.Shell();
  ASSERT_THAT(locker->Execute("BEGIN IMMEDIATE"), IsOk());

  EXPECT_THAT(store_->StoreListings(listings), IsOk());
}

}  // namespace
}  // namespace codearts
