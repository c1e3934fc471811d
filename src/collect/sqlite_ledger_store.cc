#include "collect/sqlite_ledger_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "collect/ledger_schema.h"

namespace codearts {
namespace {

// In `meta`.
constexpr std::string_view kResetsKey = "resets";
constexpr std::string_view kReadResets =
    "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'resets'";
constexpr std::array<std::string_view, 4> kBoundsKeys = {"run_bounds", "stage_bounds", "job_bounds",
                                                         "step_bounds"};

// Small pages, of which a new file is made: a refresh changes rows all over the file, and each
// costs whole pages twice, in the log and in the file.
constexpr const char* kFileSettings = "PRAGMA page_size = 1024;";

// FULL: each commit is on the disk when it returns. The log is written back every 4000 pages, and
// cut to that size after a transaction that was larger.
constexpr const char* kWriterSettings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 4194304;";

std::array<std::string, 4> DescribeBounds(const HistogramBounds& bounds) {
  const auto describe = [](const BucketBounds& one) {
    return fmt::format("{}", fmt::join(one, " "));
  };
  return {describe(bounds.run), describe(bounds.stage), describe(bounds.job),
          describe(bounds.step)};
}

// What a commit has to write.
struct Changes {
  struct Put {
    const PipelineState* pipeline;
    std::optional<Timestamp> retired_since;
  };

  bool project = false;
  std::vector<Put> put;
  std::vector<PipelineId> drop;

  bool empty() const { return !project && put.empty() && drop.empty(); }
};

// Calls `visit` for each id of two maps with what is under it; null: nothing is. Goes through both
// side by side, which is far cheaper than looking thousands of ids up.
template <typename Map, typename Visit>
void VisitPairs(const Map& before, const Map& after, Visit visit) {
  auto b = before.begin();
  auto a = after.begin();
  while (b != before.end() || a != after.end()) {
    const bool has_before = a == after.end() || (b != before.end() && b->first <= a->first);
    const bool has_after = b == before.end() || (a != after.end() && a->first <= b->first);
    visit(has_before ? b->first : a->first, has_before ? &b->second : nullptr,
          has_after ? &a->second : nullptr);
    if (has_before) ++b;
    if (has_after) ++a;
  }
}

// Equal pointers are equal states.
Changes FindChanges(const ProjectLedger& before, const ProjectLedger& after) {
  using State = std::shared_ptr<const PipelineState>;
  Changes changes;
  changes.project = before.listed != after.listed || before.totals != after.totals ||
                    before.left_since != after.left_since;
  VisitPairs(before.pipelines, after.pipelines,
             [&](const PipelineId& id, const State* was, const State* is) {
               if (is == nullptr) {
                 if (!after.retired.contains(id)) changes.drop.push_back(id);
               } else if (was == nullptr || *was != *is) {
                 changes.put.push_back({is->get(), std::nullopt});
               }
             });
  VisitPairs(before.retired, after.retired,
             [&](const PipelineId& id, const RetiredPipeline* was, const RetiredPipeline* is) {
               if (is == nullptr) {
                 if (!after.pipelines.contains(id)) changes.drop.push_back(id);
               } else if (was == nullptr || was->state != is->state || was->since != is->since) {
                 changes.put.push_back({is->state.get(), is->since});
               }
             });
  return changes;
}

Status WriteChanges(const ProjectId& project, const ProjectLedger& after, const Changes& changes,
                    LedgerRowWriter& rows) {
  Status status = changes.project ? rows.PutProject(project, after) : Status();
  for (const Changes::Put& put : changes.put) {
    if (status.ok()) status = rows.PutPipeline(project, *put.pipeline, put.retired_since);
  }
  for (const PipelineId& id : changes.drop) {
    if (status.ok()) status = rows.DropPipeline(project, id);
  }
  return status;
}

}  // namespace

Result<std::unique_ptr<SqliteLedgerStore>> SqliteLedgerStore::Open(SqliteLedgerOptions options,
                                                                   const Clock& clock) {
  std::unique_ptr<SqliteLedgerStore> store(new SqliteLedgerStore(std::move(options), clock));
  Status status = store->lock_.Take(store->path_);
  if (status.ok()) status = store->Start();
  if (status.ok()) return store;
  return Status(StatusCode::kLedger, store->Explain(status).message() +
                                         "; set state.path to another file, or to \"\" to keep "
                                         "the ledger in memory");
}

SqliteLedgerStore::SqliteLedgerStore(SqliteLedgerOptions options, const Clock& clock)
    : path_(ResolveLedgerPath(options.path)), clock_(clock), bounds_(std::move(options.bounds)) {}

Result<std::map<ProjectId, ProjectLedger>> SqliteLedgerStore::Load() {
  Status status = rows_ ? Status() : Start();
  if (!status.ok()) return Explain(status);
  HistogramGeneration unchanged;
  unchanged.bounds = bounds_;
  unchanged.now = clock_.Now();
  Result<std::map<ProjectId, ProjectLedger>> ledgers = ReadLedgerRows(*database_, &unchanged);
  if (!ledgers.ok()) {
    if (!database_->damaged()) return Explain(ledgers.status());
    status = StartAfresh(ledgers.status());
    if (!status.ok()) return Explain(status);
    ledgers = std::map<ProjectId, ProjectLedger>();
  }
  whole_.reset();
  return ledgers;
}

Status SqliteLedgerStore::Commit(const ProjectId& project, const ProjectLedger& before,
                                 const ProjectLedger& after) {
  const bool is_whole = !whole_ || whole_->contains(project);
  const Changes changes = FindChanges(is_whole ? before : ProjectLedger(), after);
  if (changes.empty()) return Status();
  Status status = WriteOrStartAfresh([&] { return WriteChanges(project, after, changes, *rows_); });
  if (status.ok() && whole_) whole_->insert(project);
  return status;
}

Status SqliteLedgerStore::Drop(const ProjectId& project) {
  return WriteOrStartAfresh([&] { return rows_->DropProject(project); });
}

Result<ProjectListings> SqliteLedgerStore::LoadListings() {
  Status status = rows_ ? Status() : Start();
  if (!status.ok()) return Explain(status);
  Result<ProjectListings> listings = ReadListings(*database_);
  if (!listings.ok()) return Explain(listings.status());
  listings_ = *listings;
  return listings;
}

Status SqliteLedgerStore::StoreListings(const ProjectListings& listings) {
  if (listings == listings_) return Status();
  Status status = WriteOrStartAfresh([&] { return rows_->PutListings(listings); });
  if (status.ok()) listings_ = listings;
  return status;
}

Status SqliteLedgerStore::WriteOrStartAfresh(const std::function<Status()>& work) {
  Status status = Write(work);
  if (status.ok() || database_ == nullptr || !database_->damaged()) return status;
  // Nothing is lost yet: the commits to come write all of their ledgers to the new file.
  whole_.emplace();
  const Status afresh = StartAfresh(status);
  return afresh.ok() ? status : Explain(afresh);
}

Status SqliteLedgerStore::SetBounds(HistogramBounds bounds, Timestamp now) {
  Status status = Write([&] { return Renew(bounds, now); });
  if (status.ok()) bounds_ = std::move(bounds);
  return status;
}

Status SqliteLedgerStore::Write(const std::function<Status()>& work) {
  Status status = rows_ ? Status() : Start();
  if (status.ok()) status = database_->Transact(work);
  bytes_ = LedgerFileSize(path_);
  return status.ok() ? status : Explain(status);
}

Status SqliteLedgerStore::Start() {
  Status status = Connect();
  if (status.ok() || database_ == nullptr || !database_->damaged()) return status;
  return StartAfresh(status);
}

Status SqliteLedgerStore::Connect() {
  rows_.reset();
  database_.reset();
  Status status = PrepareLedgerFile(path_);
  if (!status.ok()) return status;
  Result<std::unique_ptr<SqliteDatabase>> database =
      SqliteDatabase::Open(path_, SqliteDatabase::Access::kReadWrite);
  if (!database.ok()) return database.status();
  database_ = std::move(*database);
  status = CheckLedgerFile(*database_);
  if (status.ok()) status = UseWriteAheadLog();
  if (status.ok()) status = MigrateLedgerSchema(*database_);
  if (!status.ok()) return status;
  Result<LedgerRowWriter> rows = LedgerRowWriter::Create(*database_);
  if (!rows.ok()) return rows.status();
  rows_ = std::move(*rows);
  status = database_->Transact([this] {
    Status kept = KeepResets();
    return kept.ok() ? Renew(bounds_, clock_.Now()) : kept;
  });
  bytes_ = LedgerFileSize(path_);
  if (!status.ok()) rows_.reset();
  return status;
}

// Takes over the count of the file, or stores ours after a fresh start.
Status SqliteLedgerStore::KeepResets() {
  const Result<std::int64_t> stored = database_->QueryInteger(kReadResets);
  if (!stored.ok()) return stored.status();
  const auto resets = static_cast<std::uint64_t>(*stored);
  if (resets >= resets_) {
    resets_ = resets;
    return Status();
  }
  return rows_->PutMeta(kResetsKey, std::to_string(resets_));
}

Status SqliteLedgerStore::UseWriteAheadLog() {
  const Status status = database_->Execute(kFileSettings);
  if (!status.ok()) return status;
  const Result<std::string> mode = database_->QueryText("PRAGMA journal_mode = WAL");
  if (!mode.ok()) return mode.status();
  if (*mode != "wal") {
    return Status(StatusCode::kLedger,
                  "its file system can't share memory between processes; move it to a local disk");
  }
  return database_->Execute(kWriterSettings);
}

Status SqliteLedgerStore::StartAfresh(const Status& damage) {
  const Result<std::int64_t> stored = database_->QueryInteger(kReadResets);
  database_->LeaveLogAlone();
  rows_.reset();
  database_.reset();
  const Result<std::string> aside = MoveLedgerAside(path_, clock_.Now());
  if (!aside.ok()) return aside.status();
  listings_.reset();
  const auto resets = static_cast<std::uint64_t>(stored.ok() ? *stored : 0);
  resets_ = std::max(resets, resets_.load()) + 1;
  LogError("the state file is damaged and was moved aside; a new one is begun",
           {{"path", path_}, {"moved_to", *aside}, {"error", damage.message()}});
  return Connect();
}

// Runs in a transaction.
Status SqliteLedgerStore::Renew(const HistogramBounds& bounds, Timestamp now) {
  const std::array<std::string, 4> wanted = DescribeBounds(bounds);
  std::array<bool, 4> changed = {};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Result<std::string> stored = rows_->GetMeta(kBoundsKeys[i]);
    if (!stored.ok()) return stored.status();
    changed[i] = *stored != wanted[i];
    const Status status = changed[i] ? rows_->PutMeta(kBoundsKeys[i], wanted[i]) : Status();
    if (!status.ok()) return status;
  }
  if (changed == std::array<bool, 4>()) return Status();
  const HistogramGeneration generation = {bounds,     changed[0], changed[1],
                                          changed[2], changed[3], now};
  const Result<std::map<ProjectId, ProjectLedger>> ledgers =
      ReadLedgerRows(*database_, &generation);
  if (!ledgers.ok()) return ledgers.status();
  for (const auto& [project, ledger] : *ledgers) {
    const Changes all = FindChanges(ProjectLedger(), ledger);
    const Status status = WriteChanges(project, ledger, all, *rows_);
    if (!status.ok()) return status;
  }
  return Status();
}

Status SqliteLedgerStore::Explain(const Status& failure) const {
  return failure.WithContext("state file " + path_);
}

Result<std::map<ProjectId, ProjectLedger>> ReadLedgers(const std::string& path) {
  const std::string context = "state file " + ResolveLedgerPath(path);
  const Result<std::unique_ptr<SqliteDatabase>> database =
      SqliteDatabase::Open(ResolveLedgerPath(path), SqliteDatabase::Access::kReadOnly);
  if (!database.ok()) return database.status().WithContext(context);
  Status status = RequireLedgerSchema(**database);
  // One transaction, so that both tables are read as of one commit.
  if (status.ok()) status = (*database)->Execute("BEGIN");
  if (!status.ok()) return status.WithContext(context);
  Result<std::map<ProjectId, ProjectLedger>> ledgers = ReadLedgerRows(**database, nullptr);
  if (!ledgers.ok()) return ledgers.status().WithContext(context);
  return ledgers;
}

}  // namespace codearts
