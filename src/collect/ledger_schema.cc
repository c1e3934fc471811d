#include "collect/ledger_schema.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>

namespace codearts {
namespace {

// "CAPL" in ASCII; in the file's header, where `file` and SQLite find it.
constexpr std::int64_t kApplicationId = 0x4341504c;

// Step n leads from version n to n + 1; version 0 is the empty file. A change that programs of the
// version before would misread is a step, even if the tables stay.
constexpr std::array<std::string_view, 2> kSteps = {R"sql(
CREATE TABLE meta(
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE projects(
  project_id TEXT NOT NULL PRIMARY KEY,
  listed INTEGER NOT NULL,  -- 1: a listing was complete once.
  totals BLOB NOT NULL
);
CREATE TABLE pipelines(
  project_id TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  name TEXT NOT NULL,
  mark INTEGER NOT NULL,  -- Every run up to this number is settled or open.
  retired_since INTEGER,  -- Epoch milliseconds; NULL: it is listed.
  state BLOB NOT NULL,
  PRIMARY KEY(project_id, pipeline_id)
);
)sql",
                                                    R"sql(
ALTER TABLE projects ADD COLUMN left_since INTEGER;  -- Epoch milliseconds; NULL: it is there.
CREATE TABLE listings(
  endpoint TEXT NOT NULL,
  credential TEXT NOT NULL,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY(endpoint, credential, project_id)
) WITHOUT ROWID;
)sql"};

Status NewerVersion(std::int64_t version) {
  return Status(StatusCode::kLedger,
                fmt::format("its schema version {} is of a newer exporter, this one knows {}; "
                            "run the newer one",
                            version, kSteps.size()));
}

// The check reports what it could not read in its text. That is an error of the disk, no damage.
bool IsReadError(const std::string& report) {
  constexpr std::string_view kReadError = "unable to get the page. error code=";
  const std::size_t found = report.find(kReadError);
  if (found == std::string::npos) return report.find("failed to get page") != std::string::npos;
  // SQLITE_CORRUPT is 11.
  return report.compare(found + kReadError.size(), std::string::npos, "11") != 0;
}

}  // namespace

Status CheckLedgerFile(SqliteDatabase& database) {
  const Result<std::string> report = database.QueryText("PRAGMA quick_check(1)");
  if (!report.ok()) return report.status();
  if (*report != "ok") {
    if (IsReadError(*report)) return Status(StatusCode::kLedger, "it can't be read: " + *report);
    // Its first line is a heading.
    return database.NoteDamage(report->substr(report->rfind('\n') + 1));
  }
  const Result<std::int64_t> application = database.QueryInteger("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const Result<std::int64_t> tables = database.QueryInteger("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  if (*application == kApplicationId || *tables == 0) return Status();
  return Status(StatusCode::kLedger, "it is the SQLite database of another program");
}

Status MigrateLedgerSchema(SqliteDatabase& database) {
  const Result<std::int64_t> version = database.QueryInteger("PRAGMA user_version");
  if (!version.ok()) return version.status();
  const auto newest = static_cast<std::int64_t>(kSteps.size());
  if (*version > newest) return NewerVersion(*version);
  if (*version == newest) return Status();
  std::string steps = fmt::format("PRAGMA application_id = {};", kApplicationId);
  for (auto step = static_cast<std::size_t>(*version); step < kSteps.size(); ++step) {
    steps += kSteps[step];
  }
  steps += fmt::format("PRAGMA user_version = {};", newest);
  return database.Transact([&] { return database.Execute(steps); });
}

Status RequireLedgerSchema(SqliteDatabase& database) {
  const Result<std::int64_t> application = database.QueryInteger("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const Result<std::int64_t> version = database.QueryInteger("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*application != kApplicationId) return Status(StatusCode::kLedger, "it is no run ledger");
  const auto newest = static_cast<std::int64_t>(kSteps.size());
  if (*version > newest) return NewerVersion(*version);
  if (*version == newest) return Status();
  return Status(StatusCode::kLedger, "it is of an older exporter; start this one on it first");
}

}  // namespace codearts
