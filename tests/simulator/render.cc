#include "simulator/render.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "simulator/run_facts.h"

namespace codearts::sim {
namespace {

// stage_status_list has its times as strings. Source: api.md, 1.2.
void WriteStringTime(JsonWriter& json, std::string_view key, Timestamp t, Timestamp now,
                     NotYet style) {
  if (t <= now) {
    json.Field(key, std::to_string(ToEpochMillis(t)));
  } else if (style == NotYet::kNull) {
    json.Field(key, nullptr);
  } else if (style == NotYet::kZero) {
    json.Field(key, "");
  }
}

// `plan` is null while the run is queued.
void WriteStageStatus(JsonWriter& json, const Pipeline& pipeline, std::size_t index,
                      const StagePlan* plan, Timestamp now) {
  const NotYet style = pipeline.definition().style.not_yet;
  json.Field("name", pipeline.definition().stages[index].name);
  json.Field("sequence", index);
  json.Field("status", StateName(plan == nullptr ? State::kInit : plan->StateAt(now)));
  WriteStringTime(json, "start_time", plan == nullptr ? kNever : plan->start, now, style);
  WriteStringTime(json, "end_time", plan == nullptr ? kNever : plan->end, now, style);
}

void WriteBuildParams(JsonWriter& json, const RunFacts& facts, const CodeSource& source) {
  json.StartObject("build_params");
  json.Field("action", facts.action);
  json.Field("build_type", facts.tag ? "tag" : "branch");
  json.Field("commit_id", facts.commit);
  json.Field("event_type", facts.trigger);
  json.Field("merge_id", facts.merge_id);
  json.Field("message", facts.commit_message);
  json.Field("source_branch", facts.source_branch);
  json.Field("tag", facts.tag);
  json.Field("target_branch", facts.branch);
  json.Field("codehub_id", source.codehub_id);
  json.Field("source_codehub_id", nullptr);
  json.Field("source_codehub_url", nullptr);
  json.Field("source_codehub_http_url", nullptr);
  json.Field("git_url", source.git_url);
  json.EndObject();
}

Timestamp NextChange(const Span& span, Timestamp now) {
  return span.start > now ? span.start : span.end > now ? span.end : kNever;
}

// Returns when the run record, as it is at `now`, changes next by the clock alone.
Timestamp NextRecordChange(const RunPlan& plan, Timestamp now) {
  if (plan.end <= now) return kNever;
  Timestamp next = plan.end;
  for (const StagePlan& stage : plan.stages) {
    next = std::min(next, NextChange(stage, now));
    if (stage.pause_start > now) next = std::min(next, stage.pause_start);
    if (stage.pause_end > now) next = std::min(next, stage.pause_end);
  }
  return next;
}

}  // namespace

void WriteTime(JsonWriter& json, std::string_view key, Timestamp t, Timestamp now, NotYet style) {
  if (t <= now) {
    json.Field(key, t);
  } else if (style == NotYet::kNull) {
    json.Field(key, nullptr);
  } else if (style == NotYet::kZero) {
    json.Field(key, 0);
  }
}

State StatusOf(const World& world, const Pipeline& pipeline, const Run& run) {
  if (run.queued()) {
    return pipeline.definition().style.queued_as_init ? State::kInit : State::kQueued;
  }
  if (run.EndedAt(world.now())) return run.attempts.back().final;
  return pipeline.PlanOf(run).StateAt(world.now());
}

std::string PartId(const Run& run, std::string_view kind, std::size_t stage, std::size_t index) {
  return MakeId(DeriveSeed(run.seed, kind, stage * 100'000 + index));
}

void WriteRunRecord(JsonWriter& json, const World& world, const Pipeline& pipeline, const Run& run,
                    StageIds ids) {
  const Timestamp now = world.now();
  const NotYet style = pipeline.definition().style.not_yet;
  const RunFacts facts = FactsOf(run);
  RunPlan plan;
  if (!run.queued()) plan = pipeline.PlanOf(run);
  json.StartObject();
  json.Field("pipeline_id", pipeline.id());
  json.Field("pipeline_run_id", run.id);
  json.Field("executor_id", facts.executor.id);
  json.Field("executor_name", facts.executor.name);
  json.StartArray("stage_status_list");
  for (std::size_t i = 0; i < pipeline.definition().stages.size(); ++i) {
    json.StartObject();
    WriteStageStatus(json, pipeline, i, run.queued() ? nullptr : &plan.stages[i], now);
    if (ids == StageIds::kWith) json.Field("id", PartId(run, "stage", i));
    json.EndObject();
  }
  json.EndArray();
  json.Field("status", StateName(StatusOf(world, pipeline, run)));
  json.Field("run_number", run.number);
  json.Field("trigger_type", facts.trigger);
  WriteBuildParams(json, facts, SourceOf(pipeline));
  json.Field("artifact_params", nullptr);
  WriteTime(json, "start_time", run.queued() ? kNever : run.start(), now, style);
  WriteTime(json, "end_time", run.queued() ? kNever : plan.end, now, style);
  json.Field("modify_url", "");
  json.Field("detail_url",
             fmt::format("https://example.com/pipeline/{}/detail/{}", pipeline.id(), run.id));
  json.EndObject();
}

const std::string& PipelineEntries::Get(const World& world, const Project& project,
                                        const Pipeline& pipeline) {
  Entry& entry = entries_[&pipeline];
  const Timestamp now = world.now();
  if (!entry.json.empty() && entry.revision == pipeline.revision() && now < entry.valid_until) {
    return entry.json;
  }
  const Run* latest = world.LatestRun(pipeline);
  JsonWriter json;
  json.StartObject();
  json.Field("pipeline_id", pipeline.id());
  json.Field("name", pipeline.name());
  json.Field("project_id", project.id);
  json.Field("project_name", project.name);
  json.Field("component_id", "");
  json.Field("is_publish", false);
  json.Field("is_collect", false);
  json.Field("manifest_version", pipeline.spec().manifest_version);
  json.Field("create_time", pipeline.spec().create_time);
  entry.revision = pipeline.revision();
  entry.valid_until = kNever;
  if (latest != nullptr) {
    json.Key("latest_run");
    WriteRunRecord(json, world, pipeline, *latest, StageIds::kWith);
    if (!latest->queued()) {
      entry.valid_until = NextRecordChange(pipeline.PlanOf(*latest), now);
      const Timestamp end = latest->attempts.back().end;
      if (end <= now) entry.valid_until = end + World::kRetention + Duration(1);
    }
  } else if (!pipeline.definition().style.latest_run_absent) {
    json.Field("latest_run", nullptr);
  }
  json.Field("convert_sign", 0);
  json.Field("security_level", 0);
  json.Field("banned", pipeline.banned());
  json.EndObject();
  entry.json = json.Take();
  return entry.json;
}

}  // namespace codearts::sim
