#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "simulator/render.h"
#include "simulator/rng.h"
#include "simulator/run_facts.h"

namespace codearts::sim {
namespace {

// Writes the stages of one run. The order of keys is that of the documented example.
class StageWriter {
 public:
  StageWriter(JsonWriter& json, const World& world, const Pipeline& pipeline, const Run& run)
      : json_(json), pipeline_(pipeline), run_(run), now_(world.now()) {
    if (!run.queued()) plan_ = pipeline.PlanOf(run);
  }

  void Write();
  const RunPlan& plan() const { return plan_; }

 private:
  void WriteStage(std::size_t index, const StagePlan& plan);
  void WriteJob(std::size_t stage, std::size_t index, const JobPlan& plan);
  void WriteSteps(std::string_view key, const std::vector<StepTemplate>& definitions,
                  const std::vector<Span>& plans, std::pair<std::size_t, std::size_t> place);
  void WriteStepDefinition(const StepTemplate& definition, int sequence);
  void WriteStepState(const StepTemplate& definition, const Span& plan);
  void WriteTimes(const Span& span) {
    const NotYet style = pipeline_.definition().style.not_yet;
    WriteTime(json_, "start_time", span.start, now_, style);
    WriteTime(json_, "end_time", span.end, now_, style);
  }
  void WriteFlag(std::string_view key, bool value) {
    if (pipeline_.definition().style.async_as_bool) {
      json_.Field(key, value);
    } else if (value) {
      json_.Field(key, "true");
    } else {
      json_.Field(key, nullptr);
    }
  }

  JsonWriter& json_;
  const Pipeline& pipeline_;
  const Run& run_;
  const Timestamp now_;
  RunPlan plan_;
};

void StageWriter::Write() {
  json_.StartArray("stages");
  const std::vector<StageTemplate>& stages = pipeline_.definition().stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!run_.queued()) {
      WriteStage(i, plan_.stages[i]);
      continue;
    }
    StagePlan blank;
    blank.pre.resize(stages[i].pre.size());
    blank.post.resize(stages[i].post.size());
    for (const JobTemplate& job : stages[i].jobs) {
      blank.jobs.emplace_back().steps.resize(job.steps.size());
    }
    WriteStage(i, blank);
  }
  json_.EndArray();
}

void StageWriter::WriteStage(std::size_t index, const StagePlan& plan) {
  const StageTemplate& definition = pipeline_.definition().stages[index];
  json_.StartObject();
  json_.Field("id", PartId(run_, "stage", index));
  json_.Field("category", nullptr);
  json_.Field("name", definition.name);
  json_.Field("identifier", definition.identifier);
  json_.Field("run_always", false);
  WriteFlag("parallel", false);
  json_.Field("is_select", true);
  json_.Field("sequence", index);
  json_.StartArray("depends_on");
  if (index > 0) json_.Value(pipeline_.definition().stages[index - 1].identifier);
  json_.EndArray();
  json_.Field("condition", nullptr);
  json_.Field("status", StateName(plan.StateAt(now_)));
  WriteTimes(plan);
  if (pipeline_.definition().style.extra_fields || plan.PausedUntil(now_) > Duration(0)) {
    json_.Field("pause_time", plan.PausedUntil(now_));
  }
  WriteSteps("pre", definition.pre, plan.pre, {index, 90'000});
  WriteSteps("post", definition.post, plan.post, {index, 95'000});
  json_.StartArray("jobs");
  for (std::size_t i = 0; i < plan.jobs.size(); ++i) WriteJob(index, i, plan.jobs[i]);
  json_.EndArray();
  json_.EndObject();
}

void StageWriter::WriteJob(std::size_t stage, std::size_t index, const JobPlan& plan) {
  const std::vector<JobTemplate>& jobs = pipeline_.definition().stages[stage].jobs;
  const JobTemplate& definition = jobs[index];
  const State state = plan.StateAt(now_);
  json_.StartObject();
  json_.Field("id", PartId(run_, "job", stage, index));
  json_.Field("category", nullptr);
  json_.Field("sequence", index);
  WriteFlag("async", definition.async);
  json_.Field("name", definition.name);
  json_.Field("identifier", definition.identifier);
  json_.StartArray("depends_on");
  if (definition.after_previous) json_.Value(jobs[index - 1].identifier);
  json_.EndArray();
  if (definition.conditional) {
    json_.Field("condition", "${{ failure() }}");
  } else if (index % 2 == 0) {
    json_.Field("condition", nullptr);
  } else {
    json_.Field("condition", "${{ default() }}");
  }
  if (definition.steps.empty()) {
    json_.Field("resource", nullptr);
  } else {
    json_.Field("resource",
                fmt::format(R"({{"type":"system","arch":"x86","agent":"{}"}})", kLeakSentinel));
  }
  json_.Field("is_select", state != State::kUnselected);
  json_.Field("timeout", "");
  if (plan.ran() && plan.start <= now_ && !definition.steps.empty()) {
    json_.Field("last_dispatch_id", PartId(run_, "dispatch", stage, index));
  } else {
    json_.Field("last_dispatch_id", nullptr);
  }
  json_.Field("status", StateName(state));
  if (definition.steps.empty() && state == State::kCompleted) {
    json_.Field("message", "not found steps");
  } else if (state == State::kFailed || state == State::kAsyncFailed) {
    json_.Field("message", fmt::format("exit code 1: {}", kLeakSentinel));
  } else {
    json_.Field("message", nullptr);
  }
  WriteTimes(plan);
  WriteSteps("steps", definition.steps, plan.steps, {stage, index * 20});
  if (pipeline_.definition().style.extra_fields) {
    json_.Field("exec_id", PartId(run_, "exec", stage, index));
  }
  json_.EndObject();
}

void StageWriter::WriteSteps(std::string_view key, const std::vector<StepTemplate>& definitions,
                             const std::vector<Span>& plans,
                             std::pair<std::size_t, std::size_t> place) {
  json_.StartArray(key);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const std::size_t index = place.second + i;
    json_.StartObject();
    WriteStepDefinition(definitions[i], static_cast<int>(i));
    json_.Field("id", PartId(run_, "step", place.first, index));
    json_.Field("endpoint_ids", nullptr);
    if (plans[i].start <= now_) {
      json_.Field("last_dispatch_id", PartId(run_, "stepdispatch", place.first, index));
    } else {
      json_.Field("last_dispatch_id", nullptr);
    }
    WriteStepState(definitions[i], plans[i]);
    json_.EndObject();
  }
  json_.EndArray();
}

void StageWriter::WriteStepDefinition(const StepTemplate& definition, int sequence) {
  const bool gate = !definition.name;
  json_.Field("name", definition.name);
  json_.Field("task", definition.task);
  json_.Field("business_type", definition.business_type);
  if (gate) {
    json_.Field("inputs", nullptr);
  } else {
    json_.StartArray("inputs");
    json_.StartObject();
    json_.Field("key", "script");
    json_.Field("value", fmt::format("#!/bin/sh\nexport PASSWORD={}\n", kLeakSentinel));
    json_.EndObject();
    json_.StartObject();
    json_.Field("key", "options");
    json_.StartArray("value");
    json_.Value(1);
    json_.Value(nullptr);
    json_.Value(kLeakSentinel);
    json_.EndArray();
    json_.EndObject();
    json_.EndArray();
  }
  json_.Field("sequence", sequence);
  if (gate) {
    json_.Field("official_task_version", nullptr);
    json_.Field("identifier", nullptr);
  } else {
    json_.Field("official_task_version", "0.0.5");
    json_.Field("identifier", definition.identifier);
  }
  json_.Field("multi_step_editable", gate ? 0 : sequence % 2);
}

void StageWriter::WriteStepState(const StepTemplate& definition, const Span& plan) {
  json_.Field("status", StateName(plan.At(now_)));
  if (plan.At(now_) == State::kFailed) {
    json_.Field("message", fmt::format("failed: {}", kLeakSentinel));
  } else {
    json_.Field("message", nullptr);
  }
  WriteTimes(plan);
  if (definition.business_type == "Build" && pipeline_.definition().style.extra_fields) {
    json_.Field("daily_build_number", fmt::format("20260101.{}", run_.number));
  }
}

void WriteSources(JsonWriter& json, const RunFacts& facts, const CodeSource& source) {
  json.StartArray("sources");
  json.StartObject();
  json.Field("type", "code");
  json.StartObject("params");
  json.Field("git_type", source.git_type);
  json.Field("git_url", source.git_url);
  json.Field("ssh_git_url", source.ssh_git_url);
  json.Field("web_url", "");
  json.Field("repo_name", source.repo_name);
  json.Field("default_branch", source.default_branch);
  json.Field("endpoint_id", "");
  json.Field("codehub_id", source.codehub_id);
  json.Field("alias", "");
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
  json.EndObject();
  json.EndObject();
  json.EndObject();
  json.EndArray();
}

const Group* GroupOf(const Project& project, const Pipeline& pipeline) {
  for (const Group& group : project.groups) {
    if (group.id == pipeline.spec().group_id) return &group;
  }
  return nullptr;
}

void WriteExtraFields(JsonWriter& json, const World& world, const Project& project,
                      const Pipeline& pipeline) {
  const Group* group = GroupOf(project, pipeline);
  if (group != nullptr) {
    json.Field("group_id", group->id);
    json.Field("group_name", group->name);
  } else {
    json.Field("group_id", nullptr);
    json.Field("group_name", nullptr);
  }
  json.Field("detail_url", fmt::format("https://example.com/pipeline/{}", pipeline.id()));
  json.Field("current_system_time", world.now());
}

// The pauses of all stages as they are shown, those of earlier attempts included.
Duration PauseShown(const RunPlan& plan, Timestamp now) {
  Duration total{0};
  for (const StagePlan& stage : plan.stages) total += stage.PausedUntil(now);
  return total;
}

}  // namespace

std::string RunDetailJson(const World& world, const Project& project, const Pipeline& pipeline,
                          const Run& run) {
  const RunFacts facts = FactsOf(run);
  const Style& style = pipeline.definition().style;
  JsonWriter json;
  StageWriter stages(json, world, pipeline, run);
  json.StartObject();
  json.Field("id", run.id);
  json.Field("pipeline_id", pipeline.id());
  json.Field("manifest_version", pipeline.spec().manifest_version);
  json.Field("name", pipeline.name());
  json.Field("description", nullptr);
  json.Field("is_publish", false);
  json.Field("executor_id", facts.executor.id);
  json.Field("executor_name", facts.executor.name);
  json.Field("status", StateName(StatusOf(world, pipeline, run)));
  json.Field("trigger_type", facts.trigger);
  json.Field("run_number", run.number);
  const Duration paused = PauseShown(stages.plan(), world.now());
  if (style.extra_fields || paused > Duration(0)) json.Field("pause_time", paused);
  WriteTime(json, "start_time", run.queued() ? kNever : run.start(), world.now(), style.not_yet);
  WriteTime(json, "end_time", run.queued() ? kNever : stages.plan().end, world.now(),
            style.not_yet);
  stages.Write();
  json.Field("domain_id", world.domain_id());
  json.Field("project_id", project.id);
  json.Field("region", "region01");
  json.Field("component_id", "");
  json.Field("language", "zh-cn");
  WriteSources(json, facts, SourceOf(pipeline));
  if (run.number % 3 == 0) {
    json.StartArray("artifacts");
    json.StartObject();
    json.Field("name", "app.tar.gz");
    json.Field("packageType", "generic");
    json.Field("version", fmt::format("1.0.{}", run.number));
    json.Field("downloadUrl", "https://example.com/artifacts/app.tar.gz");
    json.EndObject();
    json.EndArray();
  } else {
    json.Field("artifacts", nullptr);
  }
  json.Field("subject_id", run.id);
  if (style.extra_fields) WriteExtraFields(json, world, project, pipeline);
  json.EndObject();
  return json.Take();
}

}  // namespace codearts::sim
