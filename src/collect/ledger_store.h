#ifndef CODEARTS_COLLECT_LEDGER_STORE_H_
#define CODEARTS_COLLECT_LEDGER_STORE_H_

#include <cstdint>
#include <map>

#include "base/clock.h"
#include "base/status.h"
#include "collect/project_ledger.h"
#include "collect/snapshot.h"
#include "model/ids.h"

namespace codearts {

// Keeps ledgers beyond the life of the process. Threads: one at a time, but for bytes() and
// resets().
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;

  // Reads every project's ledger. Errors: kLedger.
  virtual Result<std::map<ProjectId, ProjectLedger>> Load() = 0;

  // Stores what differs between `before`, which was loaded or stored last, and `after`, in one
  // transaction that survives a power cut. Errors: kLedger, and then nothing was stored.
  virtual Status Commit(const ProjectId& project, const ProjectLedger& before,
                        const ProjectLedger& after) = 0;

  // Forgets a project. Errors: kLedger, and then nothing has changed.
  virtual Status Drop(const ProjectId& project) = 0;

  // Reads what discoveries knew. Errors: kLedger.
  virtual Result<ProjectListings> LoadListings() = 0;

  // Stores what discoveries know instead of what they knew. Errors: kLedger, and then nothing was
  // stored.
  virtual Status StoreListings(const ProjectListings& listings) = 0;

  // Goes over to other bounds (reload): histograms of kinds that differ start anew at `now`. The
  // caller does the same to what it holds (StartGeneration). Errors: kLedger, and then nothing has
  // changed.
  virtual Status SetBounds(HistogramBounds bounds, Timestamp now) = 0;

  // Size of what is stored.
  virtual std::uint64_t bytes() const = 0;

  // How often the store had to start afresh because it was corrupt, since it was made.
  virtual std::uint64_t resets() const = 0;
};

// Stores nothing: `state.path: ""`.
class MemoryLedgerStore final : public LedgerStore {
 public:
  Result<std::map<ProjectId, ProjectLedger>> Load() override {
    return std::map<ProjectId, ProjectLedger>();
  }
  Status Commit(const ProjectId&, const ProjectLedger&, const ProjectLedger&) override {
    return Status();
  }
  Status Drop(const ProjectId&) override { return Status(); }
  Result<ProjectListings> LoadListings() override { return ProjectListings(); }
  Status StoreListings(const ProjectListings&) override { return Status(); }
  Status SetBounds(HistogramBounds, Timestamp) override { return Status(); }
  std::uint64_t bytes() const override { return 0; }
  std::uint64_t resets() const override { return 0; }
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_STORE_H_
