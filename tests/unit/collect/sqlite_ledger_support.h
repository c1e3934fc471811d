#ifndef CODEARTS_TESTS_UNIT_COLLECT_SQLITE_LEDGER_SUPPORT_H_
#define CODEARTS_TESTS_UNIT_COLLECT_SQLITE_LEDGER_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "collect/project_ledger.h"
#include "collect/sqlite_database.h"
#include "collect/sqlite_ledger_store.h"
#include "support/fake_clock.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "unit/collect/ledger_codec_random.h"

namespace codearts {

// Ledgers are equal if what they point to is.
inline bool operator==(const RetiredPipeline& a, const RetiredPipeline& b) {
  return *a.state == *b.state && a.since == b.since;
}

inline bool operator==(const ProjectLedger& a, const ProjectLedger& b) {
  const auto same_state = [](const auto& x, const auto& y) {
    return x.first == y.first && *x.second == *y.second;
  };
  return a.listed == b.listed && *a.totals == *b.totals && a.retired == b.retired &&
         a.left_since == b.left_since &&
         std::equal(a.pipelines.begin(), a.pipelines.end(), b.pipelines.begin(), b.pipelines.end(),
                    same_state);
}

inline void PrintTo(const ProjectLedger& ledger, std::ostream* out) {
  *out << "a ledger of " << ledger.pipelines.size() << " pipelines and " << ledger.retired.size()
       << " retired ones";
}

namespace testing {

using Ledgers = std::map<ProjectId, ProjectLedger>;

inline const ProjectId kProject{"project-1"};

// A folder with a state file.
class LedgerFolder {
 public:
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view name) const { return folder_.PathOf(name); }

  Result<std::unique_ptr<SqliteLedgerStore>> TryOpen(
      HistogramBounds bounds = RandomLedgerBounds()) const {
    return SqliteLedgerStore::Open({path_, std::move(bounds)}, clock_);
  }

  // Requires that it opens.
  std::unique_ptr<SqliteLedgerStore> Open(HistogramBounds bounds = RandomLedgerBounds()) const {
    auto store = TryOpen(std::move(bounds));
    EXPECT_TRUE(store.ok()) << store.status().message();
    return std::move(*store);
  }

  // A connection beside the store's.
  std::unique_ptr<SqliteDatabase> Shell() const {
    auto database = SqliteDatabase::Open(path_, SqliteDatabase::Access::kReadWrite);
    EXPECT_TRUE(database.ok()) << database.status().message();
    return std::move(*database);
  }

  // What a reader beside the store finds in the file.
  Ledgers Read() const {
    const auto ledgers = ReadLedgers(path_);
    EXPECT_TRUE(ledgers.ok()) << ledgers.status().message();
    return ledgers.ok() ? *ledgers : Ledgers();
  }

  // The names in the folder, in order.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.PathOf(""))) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  FakeClock& clock() { return clock_; }

 private:
  TempDir folder_;
  FakeClock clock_;
  const std::string path_ = folder_.PathOf("state.db");
};

// A state file with a store on it.
class SqliteLedgerTest : public ::testing::Test {
 protected:
  // Stores `ledger` after `ledger_` and takes its place.
  void Commit(const ProjectLedger& ledger) {
    ASSERT_THAT(store_->Commit(kProject, ledger_, ledger), IsOk());
    ledger_ = ledger;
  }

  void Reopen() {
    store_.reset();
    store_ = folder_.Open();
  }

  // Asks and changes the file as somebody with a shell could.
  std::string Query(const std::string& sql) {
    const Result<std::string> value = folder_.Shell()->QueryText(sql);
    EXPECT_THAT(value, IsOk());
    return *value;
  }
  void Execute(const std::string& sql) { EXPECT_THAT(folder_.Shell()->Execute(sql), IsOk()); }

  LedgerFolder folder_;
  std::unique_ptr<SqliteLedgerStore> store_ = folder_.Open();
  ProjectLedger ledger_;
};

}  // namespace testing
}  // namespace codearts

#endif  // CODEARTS_TESTS_UNIT_COLLECT_SQLITE_LEDGER_SUPPORT_H_
