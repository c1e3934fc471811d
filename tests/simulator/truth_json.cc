#include <string>
#include <string_view>
#include <vector>

#include "simulator/json_writer.h"
#include "simulator/truth.h"

namespace codearts::sim {
namespace {

void WriteCounts(JsonWriter& json, std::string_view key, const std::map<Outcome, int>& counts) {
  json.StartObject(key);
  for (const Outcome outcome :
       {Outcome::kSuccess, Outcome::kFailure, Outcome::kCancellation, Outcome::kSkip}) {
    const auto found = counts.find(outcome);
    json.Field(OutcomeName(outcome), found == counts.end() ? 0 : found->second);
  }
  json.EndObject();
}

void WriteOccurrence(JsonWriter& json, const Occurrence& occurrence) {
  json.StartObject();
  json.Field("name", occurrence.name);
  json.Field("identifier", occurrence.identifier);
  json.Field("sequence", occurrence.sequence);
  if (!occurrence.task.empty()) {
    json.Field("part", occurrence.part);
    json.Field("task", occurrence.task);
    json.Field("business_type", occurrence.business_type);
  }
  json.Field("status", StateName(occurrence.state));
  json.Field("start_time", occurrence.start);
  json.Field("end_time", occurrence.end);
  if (!occurrence.children.empty()) {
    json.StartArray("children");
    for (const Occurrence& child : occurrence.children) WriteOccurrence(json, child);
    json.EndArray();
  }
  json.EndObject();
}

void WriteAttempt(JsonWriter& json, const AttemptTruth& attempt, bool stages) {
  json.StartObject();
  json.Field("run_id", attempt.run_id);
  json.Field("run_number", attempt.run_number);
  json.Field("attempt", attempt.attempt);
  json.Field("result", OutcomeName(attempt.outcome));
  json.Field("start_time", attempt.start);
  json.Field("attempt_start_time", attempt.begin);
  json.Field("end_time", attempt.end);
  json.Field("duration_ms", attempt.end - attempt.start);
  json.Field("paused_ms", attempt.paused);
  json.Field("deployed", attempt.deployed);
  json.Field("replaced_at", attempt.replaced_at);
  json.Field("deleted", attempt.deleted);
  if (stages) {
    json.StartArray("stages");
    for (const Occurrence& stage : attempt.stages) WriteOccurrence(json, stage);
    json.EndArray();
  }
  json.EndObject();
}

void WritePipeline(JsonWriter& json, const PipelineTruth& truth, const TruthFilter& filter) {
  json.StartObject();
  json.Field("pipeline_id", truth.pipeline_id);
  json.Field("name", truth.name);
  json.Field("create_time", truth.create_time);
  json.Field("deleted", truth.deleted);
  json.Field("banned", truth.banned);
  WriteCounts(json, "runs", truth.runs);
  json.Field("retries", truth.retries);
  json.Field("paused_ms", truth.paused);
  WriteCounts(json, "deployments", truth.deployments);
  json.Field("latest_run_number", truth.latest_run_number);
  int active = 0;
  json.StartObject("active");
  for (const std::string_view state : {"queued", "running", "paused"}) {
    const auto found = truth.active.find(std::string(state));
    const int count = found == truth.active.end() ? 0 : found->second;
    active += count;
    json.Field(state, count);
  }
  json.EndObject();
  json.Field("active_runs", active);
  json.Field("last_success", truth.last_success);
  json.Field("last_failure", truth.last_failure);
  json.Field("broken_since", truth.broken_since);
  json.Field("consecutive_failures", truth.consecutive_failures);
  json.StartArray("times_to_restore_ms");
  for (const Duration time : truth.times_to_restore) json.Value(time);
  json.EndArray();
  if (filter.attempts) {
    json.StartArray("attempts");
    for (const AttemptTruth& attempt : truth.attempts) {
      WriteAttempt(json, attempt, filter.query.stages);
    }
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace

std::string TruthJson(const World& world, const TruthFilter& filter) {
  JsonWriter json;
  json.StartObject();
  json.Field("now", world.now());
  json.StartArray("projects");
  for (const auto& project : world.projects()) {
    if (!filter.project_id.empty() && filter.project_id != project->id) continue;
    json.StartObject();
    json.Field("id", project->id);
    json.Field("name", project->name);
    json.StartArray("pipelines");
    for (const auto& pipeline : project->pipelines) {
      if (!filter.pipeline_id.empty() && filter.pipeline_id != pipeline->id()) continue;
      WritePipeline(json, TruthOf(world, *pipeline, filter.query), filter);
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace codearts::sim
