// Disks that are full or fail: at every write, sync and read in turn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "collect/sqlite_ledger_store.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_faulty_vfs.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::FaultyVfs;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kProject;
using testing::LedgerFolder;
using testing::Ledgers;
using testing::RandomLedger;
using testing::StatusIs;

class SqliteLedgerFaultTest : public ::testing::Test {
 protected:
  FaultyVfs vfs_;
  LedgerFolder folder_;
  const ProjectLedger before_ = RandomLedger(1).Project(5);
  const ProjectLedger after_ = RandomLedger(2).Project(5);
};

// By SQLite's code of the fault.
class SqliteLedgerWriteFaultTest : public SqliteLedgerFaultTest,
                                   public ::testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(Codes, SqliteLedgerWriteFaultTest,
                         ::testing::Values(SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC));

TEST_P(SqliteLedgerWriteFaultTest, StoresNothingIfACommitFailsAnywhere) {
  const auto store = folder_.Open();
  ASSERT_THAT(store->Commit(kProject, ProjectLedger(), before_), IsOk());
  int faults = 0;
  for (;; ++faults) {
    SCOPED_TRACE(faults);
    vfs_.FailWritesFrom(faults, GetParam());
    const Status status = store->Commit(kProject, before_, after_);
    vfs_.Heal();
    if (!vfs_.has_failed()) break;

    ASSERT_THAT(status, StatusIs(StatusCode::kLedger, HasSubstr("state file " + folder_.path())));
    ASSERT_EQ(folder_.Read(), (Ledgers{{kProject, before_}}));
    ASSERT_EQ(*store->Load(), (Ledgers{{kProject, before_}}));
  }

  EXPECT_GT(faults, 20);
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, after_}}));
  EXPECT_EQ(store->resets(), 0);
}

TEST_P(SqliteLedgerWriteFaultTest, NeverTakesAFailedWriteAtStartForDamage) {
  ASSERT_THAT(folder_.Open()->Commit(kProject, ProjectLedger(), before_), IsOk());
  int faults = 0;
  for (;; ++faults) {
    SCOPED_TRACE(faults);
    vfs_.FailWritesFrom(faults, GetParam());
    // Other bounds, so that there is something to write.
    const auto store = folder_.TryOpen({{1.0 + faults}, {7}, {7}, {7}});
    vfs_.Heal();
    if (!vfs_.has_failed()) break;

    ASSERT_THAT(store, StatusIs(StatusCode::kLedger, HasSubstr("set state.path to")));
    ASSERT_EQ(folder_.Read(), (Ledgers{{kProject, before_}}));
  }

  EXPECT_GT(faults, 20);
}

TEST_F(SqliteLedgerFaultTest, NeverTakesAFailedReadAtStartForDamage) {
  const ProjectLedger ledger = RandomLedger(3).Project(50);
  ASSERT_THAT(folder_.Open()->Commit(kProject, ProjectLedger(), ledger), IsOk());
  int faults = 0;
  for (;; ++faults) {
    SCOPED_TRACE(faults);
    vfs_.FailReadsFrom(faults, SQLITE_IOERR_READ);
    {
      const auto store = folder_.TryOpen();
      if (store.ok()) {
        EXPECT_THAT((*store)->Load(), IsOk());
        EXPECT_EQ((*store)->resets(), 0);
      }
    }
    vfs_.Heal();
    ASSERT_THAT(folder_.Files(), ElementsAre("state.db", "state.db.lock"));
    if (!vfs_.has_failed()) break;
  }

  EXPECT_GT(faults, 50);
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, ledger}}));
}

TEST_F(SqliteLedgerFaultTest, HasEveryCommitOnTheDiskWhenItReturns) {
  const auto store = folder_.Open();
  ProjectLedger ledger;
  for (std::uint64_t seed = 1; seed < 10; ++seed) {
    const ProjectLedger next = RandomLedger(seed).Project(5);
    const int syncs = vfs_.log_syncs();

    ASSERT_THAT(store->Commit(kProject, ledger, next), IsOk());

    EXPECT_GT(vfs_.log_syncs(), syncs);
    EXPECT_FALSE(vfs_.log_is_dirty());
    ledger = next;
  }
}

TEST_F(SqliteLedgerFaultTest, GoesOnWhenAFullDiskHasRoomAgain) {
  const auto store = folder_.Open();
  vfs_.FailWritesFrom(0, SQLITE_FULL);
  for (int refresh = 0; refresh < 3; ++refresh) {
    EXPECT_THAT(store->Commit(kProject, ProjectLedger(), before_),
                StatusIs(StatusCode::kLedger, HasSubstr("database or disk is full; free space on "
                                                        "its disk, then it goes on by itself")));
  }
  vfs_.Heal();

  EXPECT_THAT(store->Commit(kProject, ProjectLedger(), before_), IsOk());

  EXPECT_EQ(*store->Load(), (Ledgers{{kProject, before_}}));
}

}  // namespace
}  // namespace codearts
