#include "collect/ledger_rows.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "collect/ledger_codec.h"

namespace codearts {
namespace {

using Ledgers = std::map<ProjectId, ProjectLedger>;

// Judges the decoding of the row of `subject`.
Status Judge(DecodeOutcome outcome, const std::string& subject, SqliteDatabase& database) {
  switch (outcome) {
    case DecodeOutcome::kOk:
      return Status();
    case DecodeOutcome::kNewer:
      return Status(StatusCode::kLedger,
                    subject + " was written by a newer exporter; run the newer one");
    case DecodeOutcome::kDamaged:
      break;
  }
  return database.NoteDamage(subject + " can't be decoded");
}

Status ReadProjects(SqliteDatabase& database, const HistogramGeneration* generation,
                    Ledgers& ledgers) {
  Result<SqliteStatement> rows =
      database.Prepare("SELECT project_id, listed, totals, left_since FROM projects");
  if (!rows.ok()) return rows.status();
  for (;;) {
    const Result<bool> row = rows->Next();
    if (!row.ok() || !*row) return row.status();
    const ProjectId id{std::string(rows->Bytes(0))};
    auto totals = std::make_shared<ProjectTotals>();
    Status decoded = Judge(DecodeProjectTotals(rows->Bytes(2), *totals),
                           "the row of project " + id.value, database);
    if (!decoded.ok()) return decoded;
    if (generation != nullptr) StartGeneration(*generation, *totals);
    ProjectLedger& ledger = ledgers[id];
    ledger.listed = rows->Integer(1) != 0;
    ledger.totals = std::move(totals);
    if (!rows->IsNull(3)) ledger.left_since = FromEpochMillis(rows->Integer(3));
  }
}

Status ReadPipelines(SqliteDatabase& database, const HistogramGeneration* generation,
                     Ledgers& ledgers) {
  Result<SqliteStatement> rows =
      database.Prepare("SELECT project_id, pipeline_id, retired_since, state FROM pipelines");
  if (!rows.ok()) return rows.status();
  for (;;) {
    const Result<bool> row = rows->Next();
    if (!row.ok() || !*row) return row.status();
    const PipelineId id{std::string(rows->Bytes(1))};
    auto state = std::make_shared<PipelineState>();
    DecodeOutcome outcome = DecodePipelineState(rows->Bytes(3), *state);
    if (outcome == DecodeOutcome::kOk && state->id != id) outcome = DecodeOutcome::kDamaged;
    Status decoded = Judge(outcome, "the row of pipeline " + id.value, database);
    if (!decoded.ok()) return decoded;
    if (generation != nullptr) StartGeneration(*generation, *state);
    ProjectLedger& ledger = ledgers[ProjectId{std::string(rows->Bytes(0))}];
    if (rows->IsNull(2)) {
      ledger.pipelines.emplace(id, std::move(state));
    } else {
      ledger.retired.emplace(id,
                             RetiredPipeline{std::move(state), FromEpochMillis(rows->Integer(2))});
    }
  }
}

}  // namespace

Result<Ledgers> ReadLedgerRows(SqliteDatabase& database, const HistogramGeneration* generation) {
  Ledgers ledgers;
  Status status = ReadProjects(database, generation, ledgers);
  if (status.ok()) status = ReadPipelines(database, generation, ledgers);
  if (!status.ok()) return status;
  return ledgers;
}

Result<ProjectListings> ReadListings(SqliteDatabase& database) {
  Result<SqliteStatement> rows =
      database.Prepare("SELECT endpoint, credential, project_id, name FROM listings");
  if (!rows.ok()) return rows.status();
  ProjectListings listings;
  for (;;) {
    const Result<bool> row = rows->Next();
    if (!row.ok()) return row.status();
    if (!*row) return listings;
    const ListingSource source{std::string(rows->Bytes(0)), std::string(rows->Bytes(1))};
    listings[source].push_back({{std::string(rows->Bytes(2))}, std::string(rows->Bytes(3))});
  }
}

Result<LedgerRowWriter> LedgerRowWriter::Create(SqliteDatabase& database) {
  Status failure;
  const auto prepare = [&](std::string_view sql) -> std::optional<SqliteStatement> {
    Result<SqliteStatement> statement = database.Prepare(sql);
    if (statement.ok()) return std::move(*statement);
    if (failure.ok()) failure = statement.status();
    return std::nullopt;
  };
  // Updates keep the row where it is, so that the index is not written.
  auto put_project = prepare(
      "INSERT INTO projects(project_id, listed, totals, left_since) VALUES(?1, ?2, ?3, ?4)"
      " ON CONFLICT(project_id) DO UPDATE SET listed = ?2, totals = ?3, left_since = ?4");
  auto drop_project = prepare("DELETE FROM projects WHERE project_id = ?1");
  auto drop_pipelines = prepare("DELETE FROM pipelines WHERE project_id = ?1");
  auto put_pipeline = prepare(
      "INSERT INTO pipelines(project_id, pipeline_id, name, mark, retired_since, state)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(project_id, pipeline_id)"
      " DO UPDATE SET name = ?3, mark = ?4, retired_since = ?5, state = ?6");
  auto drop_pipeline = prepare("DELETE FROM pipelines WHERE project_id = ?1 AND pipeline_id = ?2");
  auto drop_listings = prepare("DELETE FROM listings");
  auto put_listing = prepare(
      "INSERT INTO listings(endpoint, credential, project_id, name) VALUES(?1, ?2, ?3, ?4)");
  auto put_meta = prepare(
      "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
  auto get_meta = prepare("SELECT value FROM meta WHERE key = ?1");
  if (!failure.ok()) return failure;
  return LedgerRowWriter({std::move(*put_project), std::move(*drop_project),
                          std::move(*drop_pipelines), std::move(*put_pipeline),
                          std::move(*drop_pipeline), std::move(*drop_listings),
                          std::move(*put_listing), std::move(*put_meta), std::move(*get_meta)});
}

Status LedgerRowWriter::DropProject(const ProjectId& project) {
  Status status = statements_.drop_pipelines.Bind(1, project.value).Run();
  return status.ok() ? statements_.drop_project.Bind(1, project.value).Run() : status;
}

Status LedgerRowWriter::PutProject(const ProjectId& project, const ProjectLedger& ledger) {
  const std::string totals = EncodeProjectTotals(*ledger.totals);
  std::optional<std::int64_t> left_since;
  if (ledger.left_since) left_since = ToEpochMillis(*ledger.left_since);
  return statements_.put_project.Bind(1, project.value)
      .Bind(2, std::int64_t{ledger.listed})
      .BindBlob(3, totals)
      .Bind(4, left_since)
      .Run();
}

Status LedgerRowWriter::PutPipeline(const ProjectId& project, const PipelineState& pipeline,
                                    std::optional<Timestamp> retired_since) {
  const std::string state = EncodePipelineState(pipeline);
  std::optional<std::int64_t> since;
  if (retired_since) since = ToEpochMillis(*retired_since);
  return statements_.put_pipeline.Bind(1, project.value)
      .Bind(2, pipeline.id.value)
      .Bind(3, pipeline.name)
      .Bind(4, pipeline.mark)
      .Bind(5, since)
      .BindBlob(6, state)
      .Run();
}

Status LedgerRowWriter::DropPipeline(const ProjectId& project, const PipelineId& pipeline) {
  return statements_.drop_pipeline.Bind(1, project.value).Bind(2, pipeline.value).Run();
}

Status LedgerRowWriter::PutListings(const ProjectListings& listings) {
  Status status = statements_.drop_listings.Run();
  for (const auto& [source, projects] : listings) {
    for (const Project& project : projects) {
      if (!status.ok()) return status;
      status = statements_.put_listing.Bind(1, source.endpoint)
                   .Bind(2, source.credential)
                   .Bind(3, project.id.value)
                   .Bind(4, project.name)
                   .Run();
    }
  }
  return status;
}

Status LedgerRowWriter::PutMeta(std::string_view key, std::string_view value) {
  return statements_.put_meta.Bind(1, key).Bind(2, value).Run();
}

Result<std::string> LedgerRowWriter::GetMeta(std::string_view key) {
  SqliteStatement& statement = statements_.get_meta;
  const Result<bool> row = statement.Bind(1, key).Next();
  if (!row.ok()) return row.status();
  if (!*row) return std::string();
  std::string value(statement.Bytes(0));
  const Status end = statement.Run();
  if (!end.ok()) return end;
  return value;
}

}  // namespace codearts
