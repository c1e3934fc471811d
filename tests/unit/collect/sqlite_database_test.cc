#include "collect/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  SqliteDatabaseTest() : path_(folder_.Write("test.db", "")), database_(Open()) {
    EXPECT_THAT(database_->Execute("CREATE TABLE t(a PRIMARY KEY, b NOT NULL)"), IsOk());
  }

  std::unique_ptr<SqliteDatabase> Open(
      SqliteDatabase::Access access = SqliteDatabase::Access::kReadWrite) {
    return std::move(*SqliteDatabase::Open(path_, access));
  }
  std::int64_t Count() { return *database_->QueryInteger("SELECT count(*) FROM t"); }

  TempDir folder_;
  const std::string path_;
  std::unique_ptr<SqliteDatabase> database_;
};

TEST_F(SqliteDatabaseTest, GivesBackWhatWasBound) {
  const std::string bytes("a\0b\xff", 4);
  Result<SqliteStatement> insert = database_->Prepare("INSERT INTO t VALUES(?1, ?2)");
  ASSERT_THAT(insert, IsOk());
  EXPECT_THAT(insert->Bind(1, -5).BindBlob(2, bytes).Run(), IsOk());
  EXPECT_THAT(insert->Bind(1, std::nullopt).Bind(2, "text").Run(), IsOk());
  EXPECT_THAT(insert->Bind(1, 7).BindBlob(2, "").Run(), IsOk());

  Result<SqliteStatement> rows = database_->Prepare("SELECT a, b FROM t ORDER BY a");
  ASSERT_THAT(rows, IsOk());
  ASSERT_TRUE(*rows->Next());
  EXPECT_TRUE(rows->IsNull(0));
  EXPECT_EQ(rows->Bytes(1), "text");
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->Integer(0), -5);
  EXPECT_EQ(rows->Bytes(1), bytes);
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->Bytes(1), "");
  EXPECT_FALSE(*rows->Next());
}

TEST_F(SqliteDatabaseTest, RunsAStatementAgainAfterAFailure) {
  Result<SqliteStatement> insert = database_->Prepare("INSERT INTO t VALUES(?1, ?2)");
  ASSERT_THAT(insert, IsOk());

  EXPECT_THAT(insert->Bind(1, 1).Run(),
              StatusIs(StatusCode::kLedger, "NOT NULL constraint failed: t.b"));
  EXPECT_THAT(insert->Bind(9, 1).Run(), StatusIs(StatusCode::kLedger, HasSubstr("out of range")));
  EXPECT_THAT(insert->Bind(1, 1).Bind(2, 2).Run(), IsOk());

  EXPECT_EQ(Count(), 1);
}

TEST_F(SqliteDatabaseTest, SaysWhatIsWrongWithAStatement) {
  EXPECT_THAT(database_->Prepare("SELECT * FROM nowhere"),
              StatusIs(StatusCode::kLedger, "no such table: nowhere"));
  EXPECT_FALSE(database_->damaged());
}

TEST_F(SqliteDatabaseTest, TransactsAllOrNothing) {
  EXPECT_THAT(database_->Transact([&] {
    Status status = database_->Execute("INSERT INTO t VALUES(1, 1)");
    return status.ok() ? database_->Execute("INSERT INTO t VALUES(1, 2)") : status;
  }),
              StatusIs(StatusCode::kLedger, "UNIQUE constraint failed: t.a"));
  EXPECT_EQ(Count(), 0);

  EXPECT_THAT(database_->Transact([&] { return database_->Execute("INSERT INTO t VALUES(1, 1)"); }),
              IsOk());
  EXPECT_EQ(Count(), 1);
}

TEST_F(SqliteDatabaseTest, NamesTheRemedyForALock) {
  const std::unique_ptr<SqliteDatabase> other = Open();
  ASSERT_THAT(other->Execute("BEGIN EXCLUSIVE"), IsOk());
  ASSERT_THAT(database_->Execute("PRAGMA busy_timeout = 0"), IsOk());

  EXPECT_THAT(database_->Execute("INSERT INTO t VALUES(1, 1)"),
              StatusIs(StatusCode::kLedger,
                       "database is locked; another program, such as a "
                       "sqlite3 shell, holds a lock on it: end that program"));
  EXPECT_FALSE(database_->damaged());
}

TEST_F(SqliteDatabaseTest, NamesTheRemedyForAFullFile) {
  ASSERT_THAT(database_->Execute("PRAGMA max_page_count = 3"), IsOk());

  EXPECT_THAT(database_->Execute("INSERT INTO t VALUES(1, zeroblob(100000))"),
              StatusIs(StatusCode::kLedger,
                       "database or disk is full; free space on its disk, "
                       "then it goes on by itself"));
  EXPECT_FALSE(database_->damaged());
}

TEST_F(SqliteDatabaseTest, DoesNotWriteWhenItIsToReadOnly) {
  const std::unique_ptr<SqliteDatabase> reader = Open(SqliteDatabase::Access::kReadOnly);

  EXPECT_THAT(reader->Execute("INSERT INTO t VALUES(1, 1)"), StatusIs(StatusCode::kLedger));
}

TEST_F(SqliteDatabaseTest, GivesTheSystemsReasonForAMissingFile) {
  EXPECT_THAT(
      SqliteDatabase::Open(folder_.PathOf("missing"), SqliteDatabase::Access::kReadWrite),
      StatusIs(StatusCode::kLedger, "unable to open database file: No such file or directory"));
}

TEST_F(SqliteDatabaseTest, FindsThatAFileIsNoDatabase) {
  const std::string path = folder_.Write("text", std::string(2000, 'x'));
  const auto text = SqliteDatabase::Open(path, SqliteDatabase::Access::kReadWrite);
  ASSERT_THAT(text, IsOk());
  EXPECT_FALSE((*text)->damaged());

  EXPECT_THAT((*text)->QueryInteger("PRAGMA user_version"),
              StatusIs(StatusCode::kLedger, "file is not a database"));

  EXPECT_TRUE((*text)->damaged());
}

TEST_F(SqliteDatabaseTest, FindsThatAFileIsMalformed) {
  database_.reset();
  std::filesystem::resize_file(path_, 6000);
  database_ = Open();

  EXPECT_THAT(database_->Execute("INSERT INTO t VALUES(1, 1)"),
              StatusIs(StatusCode::kLedger, "database disk image is malformed"));

  EXPECT_TRUE(database_->damaged());
}

TEST_F(SqliteDatabaseTest, NotesDamageThatOthersFind) {
  EXPECT_THAT(database_->NoteDamage("a row is wrong"),
              StatusIs(StatusCode::kLedger, "a row is wrong"));

  EXPECT_TRUE(database_->damaged());
}

TEST_F(SqliteDatabaseTest, LeavesTheLogAloneWhenAsked) {
  ASSERT_EQ(*database_->QueryText("PRAGMA journal_mode = WAL"), "wal");
  ASSERT_THAT(database_->Execute("INSERT INTO t VALUES(1, 1)"), IsOk());
  database_->LeaveLogAlone();

  database_.reset();

  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
}

}  // namespace
}  // namespace codearts
