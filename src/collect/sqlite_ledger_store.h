#ifndef CODEARTS_COLLECT_SQLITE_LEDGER_STORE_H_
#define CODEARTS_COLLECT_SQLITE_LEDGER_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "collect/ledger_file.h"
#include "collect/ledger_rows.h"
#include "collect/ledger_store.h"
#include "collect/project_ledger.h"
#include "collect/snapshot.h"
#include "collect/sqlite_database.h"

namespace codearts {

struct SqliteLedgerOptions {
  std::string path;  // As state.path: absolute or from the working directory.
  // What histograms are counted with. Those that the file has of other bounds start anew.
  HistogramBounds bounds;
};

// Keeps ledgers in a SQLite file of one writer. A damaged file is moved aside, with an error in the
// log, and the store starts afresh; nothing else that goes wrong is taken for damage.
class SqliteLedgerStore final : public LedgerStore {
 public:
  // Opens the file, makes it and its folders if they are missing, and takes the lock. `clock` must
  // outlive the store. Errors: kLedger, with the remedy: the path can't be written, another process
  // holds the file, it belongs to another program or to a newer version of this one.
  static Result<std::unique_ptr<SqliteLedgerStore>> Open(SqliteLedgerOptions options,
                                                         const Clock& clock);

  Result<std::map<ProjectId, ProjectLedger>> Load() override;
  // Writes nothing, not even to the disk, if nothing differs. If it fails because the file was
  // damaged, the commits after it store all of `after` in a new file.
  Status Commit(const ProjectId& project, const ProjectLedger& before,
                const ProjectLedger& after) override;
  Status Drop(const ProjectId& project) override;
  Result<ProjectListings> LoadListings() override;
  // Writes nothing if nothing differs.
  Status StoreListings(const ProjectListings& listings) override;
  Status SetBounds(HistogramBounds bounds, Timestamp now) override;
  std::uint64_t bytes() const override { return bytes_; }
  std::uint64_t resets() const override { return resets_; }

 private:
  SqliteLedgerStore(SqliteLedgerOptions options, const Clock& clock);

  Status Start();
  Status Connect();
  Status UseWriteAheadLog();
  Status KeepResets();
  Status StartAfresh(const Status& damage);
  Status Write(const std::function<Status()>& work);
  Status WriteOrStartAfresh(const std::function<Status()>& work);
  Status Renew(const HistogramBounds& bounds, Timestamp now);
  Status Explain(const Status& failure) const;

  const std::string path_;
  const Clock& clock_;
  HistogramBounds bounds_;
  LedgerFileLock lock_;
  // In this order: statements end before their database.
  std::unique_ptr<SqliteDatabase> database_;
  std::optional<LedgerRowWriter> rows_;  // Set while the file is open and all is well.
  // After a fresh start with ledgers in use: the projects of which the new file has everything.
  std::optional<std::set<ProjectId>> whole_;
  std::optional<ProjectListings> listings_;  // Those of the file, as far as that is known.
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<std::uint64_t> resets_ = 0;
};

// Reads the ledgers of a file without a lock and without changing anything, also while another
// process writes to it. Errors: kLedger.
Result<std::map<ProjectId, ProjectLedger>> ReadLedgers(const std::string& path);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_SQLITE_LEDGER_STORE_H_
