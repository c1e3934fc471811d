#ifndef CODEARTS_COLLECT_LEDGER_ROWS_H_
#define CODEARTS_COLLECT_LEDGER_ROWS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/status.h"
#include "collect/histogram_generation.h"
#include "collect/project_ledger.h"
#include "collect/sqlite_database.h"
#include "model/ids.h"

namespace codearts {

// Reads all ledgers of `database`. Histograms are adapted to `generation`; null: left as they are.
// Rows that can't be decoded are damage, which is noted there. Errors: kLedger, also if a row is of
// a newer program.
Result<std::map<ProjectId, ProjectLedger>> ReadLedgerRows(SqliteDatabase& database,
                                                          const HistogramGeneration* generation);

// Reads what discoveries knew. Errors: kLedger.
Result<ProjectListings> ReadListings(SqliteDatabase& database);

// Writes rows of a ledger's tables by statements that are prepared once. Lifetime: ends before its
// database. Errors of all methods: kLedger.
class LedgerRowWriter {
 public:
  static Result<LedgerRowWriter> Create(SqliteDatabase& database);

  // Also drops its pipelines.
  Status DropProject(const ProjectId& project);
  Status PutProject(const ProjectId& project, const ProjectLedger& ledger);
  Status PutPipeline(const ProjectId& project, const PipelineState& pipeline,
                     std::optional<Timestamp> retired_since);
  Status DropPipeline(const ProjectId& project, const PipelineId& pipeline);
  // Replaces those that there were.
  Status PutListings(const ProjectListings& listings);
  Status PutMeta(std::string_view key, std::string_view value);

  // Returns the value under `key`, "" if there is none.
  Result<std::string> GetMeta(std::string_view key);

 private:
  struct Statements {
    SqliteStatement put_project;
    SqliteStatement drop_project;
    SqliteStatement drop_pipelines;
    SqliteStatement put_pipeline;
    SqliteStatement drop_pipeline;
    SqliteStatement drop_listings;
    SqliteStatement put_listing;
    SqliteStatement put_meta;
    SqliteStatement get_meta;
  };

  explicit LedgerRowWriter(Statements statements) : statements_(std::move(statements)) {}

  Statements statements_;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_ROWS_H_
