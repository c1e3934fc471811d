#include "collect/sqlite_ledger_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "collect/sqlite_database.h"
#include "support/run_builder.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using ::testing::AllOf;
using testing::At;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kProject;
using testing::Ledgers;
using testing::RandomLedger;
using testing::RandomLedgerBounds;
using testing::StatusIs;

class SqliteLedgerStoreTest : public testing::SqliteLedgerTest {
 protected:
  Ledgers Load() {
    const auto ledgers = store_->Load();
    EXPECT_THAT(ledgers, IsOk());
    return ledgers.ok() ? *ledgers : Ledgers();
  }
};

TEST_F(SqliteLedgerStoreTest, StartsEmpty) {
  EXPECT_THAT(Load(), IsEmpty());
  EXPECT_EQ(store_->resets(), 0);
}

TEST_F(SqliteLedgerStoreTest, KeepsLedgersBeyondItsLife) {
  const ProjectLedger other = RandomLedger(2).Project(3);
  Commit(RandomLedger(1).Project(12));
  ASSERT_THAT(store_->Commit({"project-2"}, ProjectLedger(), other), IsOk());

  Reopen();

  EXPECT_EQ(Load(), (Ledgers{{kProject, ledger_}, {ProjectId{"project-2"}, other}}));
}

TEST_F(SqliteLedgerStoreTest, KeepsAProjectOfWhichNothingButPipelinesIsKnown) {
  ProjectLedger ledger = ledger_;
  ledger.pipelines = RandomLedger(1).Project(2).pipelines;
  Commit(ledger);

  EXPECT_EQ(Load(), (Ledgers{{kProject, ledger}}));
}

TEST_F(SqliteLedgerStoreTest, StoresWhatChanged) {
  Commit(RandomLedger(1).Project(10));
  ProjectLedger after = ledger_;
  RandomLedger random(2);
  PipelineState changed = random.Pipeline();
  changed.id = {"p3"};
  after.pipelines[changed.id] = std::make_shared<PipelineState>(changed);
  PipelineState added = random.Pipeline();
  added.id = {"p99"};
  after.pipelines[added.id] = std::make_shared<PipelineState>(added);
  after.totals = std::make_shared<ProjectTotals>(random.Totals());

  Commit(after);

  Reopen();
  EXPECT_EQ(Load().at(kProject), after);
}

TEST_F(SqliteLedgerStoreTest, WritesOnlyWhatChanged) {
  Commit(RandomLedger(1).Project(10));
  // Equal pointers stand for equal content, so that only these rows are written again.
  Execute("UPDATE pipelines SET name = 'marked', mark = -1");
  Execute("UPDATE projects SET listed = -1");
  ProjectLedger after = ledger_;
  after.pipelines[{"p3"}] = std::make_shared<PipelineState>(*after.pipelines[{"p3"}]);

  Commit(after);

  EXPECT_EQ(Query("SELECT group_concat(pipeline_id) FROM pipelines WHERE name != 'marked'"), "p3");
  EXPECT_EQ(Query("SELECT listed FROM projects"), "-1");
}

TEST_F(SqliteLedgerStoreTest, TouchesNoFileIfNothingChanged) {
  Commit(RandomLedger(1).Project(10));
  const auto written = std::filesystem::last_write_time(folder_.path() + "-wal");

  // A commit that writes would wait for this lock in vain.
  const auto locker = folder_.Shell();
  ASSERT_THAT(locker->Execute("BEGIN IMMEDIATE"), IsOk());
  EXPECT_THAT(store_->Commit(kProject, ledger_, ledger_), IsOk());

  EXPECT_EQ(std::filesystem::last_write_time(folder_.path() + "-wal"), written);
}

TEST_F(SqliteLedgerStoreTest, RetiresPipelinesAndTakesThemBack) {
  Commit(RandomLedger(1).Project(4));
  ProjectLedger after = ledger_;
  after.retired[{"p1"}] = {after.pipelines.at({"p1"}), At(7)};
  after.pipelines.erase({"p1"});
  Commit(after);
  EXPECT_EQ(Load().at(kProject), after);

  after.retired[{"p1"}].since = At(8);
  Commit(after);
  EXPECT_EQ(Load().at(kProject), after);

  after.pipelines[{"p1"}] = after.retired.at({"p1"}).state;
  after.retired.erase({"p1"});
  Commit(after);
  EXPECT_EQ(Load().at(kProject), after);
}

TEST_F(SqliteLedgerStoreTest, ForgetsPipelinesThatAreGone) {
  Commit(RandomLedger(1).Project(10));
  ProjectLedger after = ledger_;
  after.pipelines.erase({"p1"});
  after.retired.erase({"p4"});

  Commit(after);

  EXPECT_EQ(Load().at(kProject), after);
  EXPECT_EQ(Query("SELECT count(*) FROM pipelines"), "8");
}

TEST_F(SqliteLedgerStoreTest, ShowsItsContentToAShell) {
  ProjectLedger after = RandomLedger(1).Project(1);
  PipelineState state = *after.pipelines.at({"p0"});
  state.name = "deploy";
  state.mark = 17;
  after.pipelines[{"p0"}] = std::make_shared<PipelineState>(state);

  Commit(after);

  EXPECT_EQ(Query("SELECT name || ' ' || mark FROM pipelines WHERE retired_since IS NULL"),
            "deploy 17");
  EXPECT_EQ(Query("SELECT value FROM meta WHERE key = 'run_bounds'"), "1 2.5 60");
}

TEST_F(SqliteLedgerStoreTest, LetsOthersReadWhileItHoldsTheFile) {
  Commit(RandomLedger(1).Project(10));

  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, ledger_}}));

  // And writes while another reads.
  const auto reader = folder_.Shell();
  ASSERT_THAT(reader->Execute("BEGIN"), IsOk());
  ASSERT_THAT(reader->QueryInteger("SELECT count(*) FROM pipelines"), IsOk());
  Commit(RandomLedger(2).Project(5));
  EXPECT_EQ(*reader->QueryInteger("SELECT count(*) FROM pipelines"), 10);
}

TEST_F(SqliteLedgerStoreTest, LetsOthersReadWhenItIsGone) {
  Commit(RandomLedger(1).Project(10));
  store_.reset();

  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, ledger_}}));
}

TEST_F(SqliteLedgerStoreTest, TellsReadersWhyTheyCannotRead) {
  EXPECT_THAT(ReadLedgers(folder_.PathOf("missing.db")),
              StatusIs(StatusCode::kLedger,
                       AllOf(HasSubstr("missing.db: "), EndsWith("No such file or directory"))));
  std::ofstream(folder_.PathOf("empty.db")).close();
  EXPECT_THAT(ReadLedgers(folder_.PathOf("empty.db")),
              StatusIs(StatusCode::kLedger, EndsWith("empty.db: it is no run ledger")));
  EXPECT_THAT(folder_.Files(), ::testing::Not(::testing::Contains("missing.db")));
}

TEST_F(SqliteLedgerStoreTest, RefusesAFileThatAnotherStoreHolds) {
  EXPECT_THAT(
      folder_.TryOpen(),
      StatusIs(StatusCode::kLedger, AllOf(HasSubstr("in use by another exporter"),
                                          HasSubstr("state.db.lock"), HasSubstr("state.path"))));

  // By any name, and not any longer than it lives.
  std::filesystem::create_symlink(folder_.path(), folder_.PathOf("link.db"));
  EXPECT_THAT(SqliteLedgerStore::Open({folder_.PathOf("link.db"), {}}, folder_.clock()),
              StatusIs(StatusCode::kLedger, HasSubstr("in use")));
  Reopen();
}

TEST_F(SqliteLedgerStoreTest, RefusesAFileThatAnotherProcessHolds) {
  const pid_t child = fork();
  if (child == 0) {
    // What is inherited is the parent's, and so is its lock: this process opens the file itself.
    const auto store = folder_.TryOpen();
    _exit(!store.ok() && store.status().message().find("in use") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(SqliteLedgerStoreTest, TellsItsSize) {
  const std::uint64_t empty = store_->bytes();
  Commit(RandomLedger(1).Project(200));
  const std::uint64_t filled = store_->bytes();

  EXPECT_EQ(filled, std::filesystem::file_size(folder_.path()) +
                        std::filesystem::file_size(folder_.path() + "-wal"));
  EXPECT_GT(filled, empty + 100'000);
  Reopen();
  EXPECT_GT(store_->bytes(), 100'000);
}

TEST_F(SqliteLedgerStoreTest, TellsItsSizeToOtherThreads) {
  std::jthread watcher([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      EXPECT_GT(store_->bytes(), 0);
      EXPECT_EQ(store_->resets(), 0);
    }
  });
  for (std::uint64_t seed = 1; seed < 20; ++seed) Commit(RandomLedger(seed).Project(5));
}

TEST_F(SqliteLedgerStoreTest, BoundsItsLogAndEndsItWhenItIsClosed) {
  const ProjectLedger ledgers[] = {RandomLedger(1).Project(300), RandomLedger(2).Project(300)};
  std::uintmax_t written = 0;
  for (int i = 0; written < 12'000'000; ++i) {
    Commit(ledgers[i % 2]);
    written += std::filesystem::file_size(folder_.path());
    EXPECT_LT(std::filesystem::file_size(folder_.path() + "-wal"), 6'000'000);
  }
  store_.reset();

  EXPECT_THAT(folder_.Files(), ElementsAre("state.db", "state.db.lock"));
}

TEST_F(SqliteLedgerStoreTest, MakesFilesThatOthersMayNotRead) {
  Commit(RandomLedger(1).Project(1));
  for (const std::string& name : folder_.Files()) {
    struct stat facts = {};
    ASSERT_EQ(stat(folder_.PathOf(name).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0137, 0) << name;
  }
}

TEST_F(SqliteLedgerStoreTest, MakesItsFolders) {
  const std::string path = folder_.PathOf("a/b/state.db");

  ASSERT_THAT(SqliteLedgerStore::Open({path, RandomLedgerBounds()}, folder_.clock()), IsOk());

  struct stat facts = {};
  ASSERT_EQ(stat(folder_.PathOf("a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0027, 0);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(SqliteLedgerStoreTest, NamesTheReasonAndTheRemedyForAnUnwritablePath) {
  std::ofstream(folder_.PathOf("file")).close();
  std::filesystem::create_directory(folder_.PathOf("folder"));
  const struct {
    std::string path;
    const char* reason;
  } cases[] = {
      {folder_.PathOf("file/state.db"), "file/state.db.lock for writing: Not a directory"},
      {folder_.PathOf("file/data/state.db"), "file/data: Not a directory"},
      {folder_.PathOf("folder"), "can't open it for writing: Is a directory"},
      {"/proc/codearts/state.db", "can't make the folder /proc/codearts: No such file"},
  };
  for (const auto& [path, reason] : cases) {
    EXPECT_THAT(SqliteLedgerStore::Open({path, {}}, folder_.clock()),
                StatusIs(StatusCode::kLedger,
                         AllOf(HasSubstr("state file " + path), HasSubstr(reason),
                               HasSubstr("set state.path to another file, or to \"\" to keep the "
                                         "ledger in memory"))));
  }
}

TEST_F(SqliteLedgerStoreTest, NamesTheReasonAndTheRemedyForMissingRights) {
  constexpr uid_t kNobody = 65534;
  const uid_t user = geteuid();
  const std::string folder = folder_.PathOf("locked");
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(
      folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  // Rights don't count for root.
  ASSERT_EQ(seteuid(user == 0 ? kNobody : user), 0);

  EXPECT_THAT(SqliteLedgerStore::Open({folder + "/state.db", {}}, folder_.clock()),
              StatusIs(StatusCode::kLedger,
                       AllOf(HasSubstr("Permission denied"), HasSubstr("set state.path to"))));

  ASSERT_EQ(seteuid(user), 0);
}

TEST_F(SqliteLedgerStoreTest, RefusesTheDatabaseOfAnotherProgram) {
  const std::string path = folder_.PathOf("other.db");
  std::ofstream(path).close();
  {
    const auto other = SqliteDatabase::Open(path, SqliteDatabase::Access::kReadWrite);
    ASSERT_THAT((*other)->Execute("CREATE TABLE dashboard(id)"), IsOk());
  }

  EXPECT_THAT(SqliteLedgerStore::Open({path, {}}, folder_.clock()),
              StatusIs(StatusCode::kLedger, HasSubstr("the SQLite database of another program")));

  const auto other = SqliteDatabase::Open(path, SqliteDatabase::Access::kReadWrite);
  EXPECT_EQ(*(*other)->QueryText("SELECT group_concat(name) FROM sqlite_schema"), "dashboard");
  EXPECT_EQ(*(*other)->QueryText("PRAGMA journal_mode"), "delete");
}

TEST_F(SqliteLedgerStoreTest, RefusesAFileOfANewerExporter) {
  Commit(RandomLedger(1).Project(2));
  store_.reset();
  Execute("PRAGMA user_version = 3");

  const auto newer = StatusIs(
      StatusCode::kLedger,
      HasSubstr(
          "its schema version 3 is of a newer exporter, this one knows 2; run the newer one"));
  EXPECT_THAT(folder_.TryOpen(), newer);
  EXPECT_THAT(ReadLedgers(folder_.path()), newer);

  Execute("PRAGMA user_version = 2");
  store_ = folder_.Open();
  EXPECT_EQ(Load().at(kProject), ledger_);
}

TEST_F(SqliteLedgerStoreTest, RefusesRowsOfANewerExporter) {
  Commit(RandomLedger(1).Project(2));
  // Version 2, with the checksum of nothing more.
  Execute("UPDATE projects SET totals = x'0245600c07'");

  EXPECT_THAT(store_->Load(),
              StatusIs(StatusCode::kLedger, HasSubstr("was written by a newer exporter")));

  EXPECT_EQ(store_->resets(), 0);
}

}  // namespace
}  // namespace codearts
