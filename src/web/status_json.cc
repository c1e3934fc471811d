#include "web/status_json.h"

#include <optional>

#include "api/json_writer.h"
#include "base/status.h"

namespace codearts {
namespace {

template <typename Time>
void WriteSeconds(std::string_view key, const std::optional<Time>& value, JsonWriter& json) {
  json.Key(key);
  if (value) {
    json.Seconds(*value);
  } else {
    json.Null();
  }
}

void WriteInteger(std::string_view key, std::int64_t value, JsonWriter& json) {
  json.Key(key);
  json.Integer(value);
}

void WriteSource(const SourceRow& row, JsonWriter& json) {
  json.BeginObject();
  json.Field("id", row.id);
  json.Field("name", row.name);
  json.Field("region", row.region);
  json.Key("up");
  json.Bool(row.up);
  WriteInteger(row.discovery ? "projects" : "pipelines", static_cast<std::int64_t>(row.count),
               json);
  WriteSeconds("last_refresh", row.last_success, json);
  WriteSeconds("refresh_duration", row.duration, json);
  json.Key("last_error");
  if (row.last_error != nullptr) {
    json.BeginObject();
    json.Field("reason", StatusCodeName(row.last_error->code()));
    json.Field("message", row.last_error->message());
    WriteSeconds("time", row.last_error_time, json);
    json.EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
}

void WriteSources(std::string_view key, bool discovery, const std::vector<SourceRow>& rows,
                  JsonWriter& json) {
  json.Key(key);
  json.BeginArray();
  for (const SourceRow& row : rows) {
    if (row.discovery == discovery) WriteSource(row, json);
  }
  json.EndArray();
}

void WriteLatestRun(const StatusRow& row, JsonWriter& json) {
  json.Key("latest_run");
  if (!row.pipeline->latest) {
    json.Null();
    return;
  }
  const RunFacts& run = *row.pipeline->latest;
  json.BeginObject();
  json.Field("id", run.id.value);
  WriteInteger("number", run.number, json);
  json.Field("status", ExecutionStatusName(run.status));
  WriteSeconds("start", run.start_time, json);
  WriteSeconds("end", run.end_time, json);
  WriteSeconds("duration", row.duration, json);
  json.Field("trigger", run.trigger);
  json.Field("branch", run.branch);
  json.Field("stage", row.stage);
  json.Field("job", row.job);
  json.Field("url", LinkableUrl(run.url));
  json.EndObject();
}

void WritePipeline(const StatusRow& row, JsonWriter& json) {
  const PipelineState& pipeline = *row.pipeline;
  json.BeginObject();
  json.Field("id", pipeline.id.value);
  json.Field("name", pipeline.name);
  json.Field("project", row.project->name);
  json.Field("project_id", row.project->id.value);
  WriteLatestRun(row, json);
  WriteSeconds("when", row.when, json);
  WriteSeconds("usual_duration", row.usual, json);
  WriteSeconds("broken_since", pipeline.broken_since, json);
  WriteInteger("consecutive_failures", static_cast<std::int64_t>(pipeline.consecutive_failures),
               json);
  WriteSeconds("last_success", pipeline.last_success, json);
  WriteSeconds("last_failure", pipeline.last_failure, json);
  json.Key("active_runs");
  json.BeginObject();
  WriteInteger("queued", row.queued.count, json);
  WriteInteger("running", row.running.count, json);
  WriteInteger("paused", row.paused.count, json);
  json.EndObject();
  json.Key("shown_as");
  json.BeginArray();
  for (const StatusFilter filter : kStatusFilters) {
    if (filter != StatusFilter::kAll && Matches(row, filter)) json.String(StatusFilterName(filter));
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

std::string_view LinkableUrl(std::string_view url) {
  return url.starts_with("https://") ? url : std::string_view();
}

std::string FormatStatusJson(const ProgramFacts& facts, const Snapshot& snapshot,
                             const std::vector<StatusRow>& rows, Timestamp now) {
  JsonWriter json;
  json.BeginObject();
  json.Key("time");
  json.Seconds(now);
  json.Key("exporter");
  json.BeginObject();
  json.Field("version", facts.version);
  json.Field("revision", facts.revision);
  WriteInteger("shard", facts.shard.ordinal, json);
  WriteInteger("total_shards", facts.shard.total, json);
  json.Key("ready");
  json.Bool(snapshot.ready);
  json.EndObject();
  const std::vector<SourceRow> sources = MakeSourceRows(snapshot);
  WriteSources("projects", /*discovery=*/false, sources, json);
  WriteSources("discoveries", /*discovery=*/true, sources, json);
  json.Key("pipelines");
  json.BeginArray();
  for (const StatusRow& row : rows) WritePipeline(row, json);
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace codearts
