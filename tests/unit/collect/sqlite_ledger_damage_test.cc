// Files that are not what the store left.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "collect/sqlite_ledger_store.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kProject;
using testing::LedgerFolder;
using testing::Ledgers;
using ::testing::Not;
using testing::RandomLedger;
using ::testing::StartsWith;
using testing::StatusIs;

// FakeClock's start.
constexpr const char* kAside = "state.db.corrupt-2024-06-01T000000Z";

class SqliteLedgerDamageTest : public ::testing::Test {
 protected:
  // A file of many pages.
  SqliteLedgerDamageTest() {
    EXPECT_THAT(folder_.Open()->Commit(kProject, ProjectLedger(), ledger_), IsOk());
  }

  void Overwrite(std::size_t offset, const std::string& bytes) {
    std::fstream file(folder_.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }

  void Execute(const std::string& sql) { EXPECT_THAT(folder_.Shell()->Execute(sql), IsOk()); }

  // Expects that the file is put aside as it is, and that the store begins afresh and works.
  void ExpectFreshStart() {
    const auto size = std::filesystem::file_size(folder_.path());
    {
      const auto store = folder_.Open();
      EXPECT_EQ(*store->Load(), Ledgers());
      EXPECT_EQ(store->resets(), 1);
      EXPECT_EQ(std::filesystem::file_size(folder_.PathOf(kAside)), size);
      EXPECT_THAT(store->Commit(kProject, ProjectLedger(), ledger_), IsOk());
    }
    const auto store = folder_.Open();
    EXPECT_EQ(store->resets(), 1);
    EXPECT_EQ(*store->Load(), (Ledgers{{kProject, ledger_}}));
  }

  LedgerFolder folder_;
  const ProjectLedger ledger_ = RandomLedger(1).Project(100);
};

TEST_F(SqliteLedgerDamageTest, PutsAsideWhatIsNoDatabase) {
  Overwrite(0, "state of something else");
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideATruncatedFile) {
  std::filesystem::resize_file(folder_.path(), std::filesystem::file_size(folder_.path()) / 2);
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithoutItsFirstPage) {
  Overwrite(0, std::string(1024, '\0'));
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithATornPage) {
  Overwrite(50 * 1024, std::string(1024, '\xa5'));
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithABrokenSchema) {
  Execute("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE' WHERE rowid = 1");
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithAFlippedBitInAPipeline) {
  // Found by our checksum alone.
  Execute("UPDATE pipelines SET state = CAST(state || x'00' AS BLOB) WHERE pipeline_id = 'p7'");
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithABrokenProject) {
  Execute("UPDATE projects SET totals = x''");
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, PutsAsideAFileWithRowsUnderWrongKeys) {
  Execute("UPDATE pipelines SET pipeline_id = 'p1000' WHERE pipeline_id = 'p7'");
  ExpectFreshStart();
}

TEST_F(SqliteLedgerDamageTest, FindsDamageWhileItTakesOverOtherBounds) {
  Execute("UPDATE projects SET totals = x''");

  const auto store = folder_.Open({{7}, {7}, {7}, {7}});

  EXPECT_EQ(store->resets(), 1);
  EXPECT_EQ(*store->Load(), Ledgers());
}

TEST_F(SqliteLedgerDamageTest, CountsItsFreshStarts) {
  for (int times = 1; times <= 3; ++times) {
    folder_.clock().Advance(std::chrono::seconds(1));
    EXPECT_THAT(folder_.Open()->Commit(kProject, ProjectLedger(), ledger_), IsOk());
    Execute("UPDATE projects SET totals = x''");

    const auto store = folder_.Open();
    EXPECT_EQ(*store->Load(), Ledgers());
    EXPECT_EQ(store->resets(), times);
  }
}

TEST_F(SqliteLedgerDamageTest, LosesNothingThatIsInUse) {
  const ProjectId other{"project-2"};
  const ProjectLedger other_ledger = RandomLedger(2).Project(10);
  ProjectLedger after = ledger_;
  after.pipelines.erase({"p1"});
  const auto store = folder_.Open();
  ASSERT_THAT(store->Commit(other, ProjectLedger(), other_ledger), IsOk());
  Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE' WHERE rowid = 1;"
      "PRAGMA schema_version = 99");

  EXPECT_THAT(store->Commit(kProject, ledger_, after),
              StatusIs(StatusCode::kLedger, HasSubstr("malformed")));
  EXPECT_EQ(store->resets(), 1);
  EXPECT_EQ(folder_.Read(), Ledgers());

  EXPECT_THAT(store->Commit(kProject, ledger_, after), IsOk());
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, after}}));
  // Of this one nothing has changed.
  EXPECT_THAT(store->Commit(other, other_ledger, other_ledger), IsOk());
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, after}, {other, other_ledger}}));
  EXPECT_THAT(store->Commit(kProject, after, ledger_), IsOk());
  EXPECT_EQ(*store->Load(), (Ledgers{{kProject, ledger_}, {other, other_ledger}}));
}

TEST_F(SqliteLedgerDamageTest, StoresListingsAgainInANewFile) {
  const ProjectListings listings = {{{"https://a", "tenant"}, {{{"p1"}, "one"}}}};
  const auto store = folder_.Open();
  ASSERT_THAT(store->StoreListings(listings), IsOk());
  Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE' WHERE rowid = 1;"
      "PRAGMA schema_version = 99");
  EXPECT_THAT(store->Drop({"project-2"}), StatusIs(StatusCode::kLedger, HasSubstr("malformed")));
  EXPECT_EQ(store->resets(), 1);

  ASSERT_THAT(store->StoreListings(listings), IsOk());

  EXPECT_EQ(*store->LoadListings(), listings);
}

TEST_F(SqliteLedgerDamageTest, StartsAfreshOnceItCan) {
  const auto store = folder_.Open();
  Execute(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE' WHERE rowid = 1;"
      "PRAGMA schema_version = 99");
  // A folder where the new file should be.
  const ProjectLedger after = RandomLedger(2).Project(10);
  std::filesystem::rename(folder_.path(), folder_.PathOf("moved"));
  std::filesystem::create_directory(folder_.path());
  std::filesystem::create_directory(folder_.PathOf(kAside));
  std::ofstream(folder_.PathOf(kAside) + "/full").close();
  EXPECT_THAT(store->Commit(kProject, ledger_, after), StatusIs(StatusCode::kLedger));
  EXPECT_THAT(store->Commit(kProject, ledger_, after), StatusIs(StatusCode::kLedger));

  std::filesystem::remove_all(folder_.path());

  EXPECT_THAT(store->Commit(kProject, ledger_, after), IsOk());
  EXPECT_EQ(*store->Load(), (Ledgers{{kProject, after}}));
}

TEST_F(SqliteLedgerDamageTest, LeavesTheLogBesideTheFileItBelongsTo) {
  ProjectLedger after = ledger_;
  after.pipelines[{"p1"}] = std::make_shared<PipelineState>(*after.pipelines[{"p1"}]);
  {
    const auto store = folder_.Open();
    ASSERT_THAT(store->Commit(kProject, ledger_, after), IsOk());
    std::filesystem::copy_file(folder_.path() + "-wal", folder_.PathOf("copy"));
  }
  std::filesystem::rename(folder_.PathOf("copy"), folder_.path() + "-wal");
  const auto size = std::filesystem::file_size(folder_.path() + "-wal");
  Overwrite(0, "state of something else");

  const auto store = folder_.Open();

  EXPECT_EQ(*store->Load(), Ledgers());
  EXPECT_EQ(std::filesystem::file_size(folder_.PathOf(kAside) + "-wal"), size);
}

TEST_F(SqliteLedgerDamageTest, TakesATornLogForTheEndOfIt) {
  const ProjectLedger second = RandomLedger(2).Project(100);
  const ProjectLedger third = RandomLedger(3).Project(100);
  std::uintmax_t end_of_second = 0;
  {
    const auto store = folder_.Open();
    ASSERT_THAT(store->Commit(kProject, ledger_, second), IsOk());
    end_of_second = std::filesystem::file_size(folder_.path() + "-wal");
    ASSERT_THAT(store->Commit(kProject, second, third), IsOk());
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(folder_.path() + suffix, folder_.PathOf("copy") + suffix);
    }
  }
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::rename(folder_.PathOf("copy") + suffix, folder_.path() + suffix);
  }
  std::filesystem::resize_file(folder_.path() + "-wal", end_of_second + 5000);

  const auto store = folder_.Open();

  EXPECT_EQ(*store->Load(), (Ledgers{{kProject, second}}));
  EXPECT_EQ(store->resets(), 0);
}

TEST_F(SqliteLedgerDamageTest, StartsOnAnEmptyFile) {
  std::filesystem::resize_file(folder_.path(), 0);

  const auto store = folder_.Open();

  EXPECT_EQ(*store->Load(), Ledgers());
  EXPECT_EQ(store->resets(), 0);
}

TEST_F(SqliteLedgerDamageTest, OnlyReportsDamageToReaders) {
  Execute("UPDATE projects SET totals = x''");

  EXPECT_THAT(ReadLedgers(folder_.path()),
              StatusIs(StatusCode::kLedger,
                       HasSubstr("state.db: the row of project project-1 can't be decoded")));

  EXPECT_THAT(folder_.Files(), Not(Contains(StartsWith(kAside))));
}

TEST_F(SqliteLedgerDamageTest, DoesNotTakeALockForDamage) {
  const auto shell = folder_.Shell();
  ASSERT_THAT(shell->Execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
                             "BEGIN EXCLUSIVE"),
              IsOk());

  EXPECT_THAT(folder_.TryOpen(),
              StatusIs(StatusCode::kLedger, HasSubstr("another program, such as a sqlite3 shell")));

  EXPECT_THAT(folder_.Files(), Not(Contains(StartsWith(kAside))));
}

}  // namespace
}  // namespace codearts
