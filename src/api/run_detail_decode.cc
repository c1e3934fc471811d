#include "api/run_detail_decode.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json_document.h"
#include "api/json_fields.h"
#include "api/run_fields.h"

namespace codearts {
namespace {

// A stage, job or step that has not begun may have no status.
ExecutionStatus ReadPartStatus(const JsonValue& object, std::int32_t& unknown) {
  return ReadStatus(object, "status", unknown).value_or(ExecutionStatus::kUnknown);
}

std::vector<std::string> ReadInputKeys(const JsonValue& step) {
  std::vector<std::string> keys;
  const JsonValue* inputs = FindArray(step, "inputs");
  if (inputs == nullptr) return keys;
  keys.reserve(inputs->Size());
  for (const JsonValue& input : inputs->GetArray()) {
    if (!input.IsObject()) continue;
    std::string key = ReadText(input, "key");
    if (!key.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

StepRun DecodeStep(const JsonValue& object, PipelineRun& run) {
  StepRun step;
  step.name = ReadText(object, "name");
  step.task = ReadText(object, "task");
  step.business_type = ReadText(object, "business_type");
  step.input_keys = ReadInputKeys(object);
  step.sequence = ReadSequence(object, "sequence");
  step.official_task_version = ReadText(object, "official_task_version");
  step.identifier = ReadText(object, "identifier");
  step.multi_step_editable = ReadBool(object, "multi_step_editable");
  step.id = ReadText(object, "id");
  step.endpoint_ids = ReadTexts(object, "endpoint_ids");
  step.last_dispatch_id = ReadText(object, "last_dispatch_id");
  step.status = ReadPartStatus(object, run.unknown_step_statuses);
  step.start_time = ReadTime(object, "start_time");
  step.end_time = ReadTime(object, "end_time");
  return step;
}

std::vector<StepRun> DecodeSteps(const JsonValue& object, std::string_view name, PipelineRun& run) {
  return ReadObjects<StepRun>(object, name,
                              [&run](const JsonValue& step) { return DecodeStep(step, run); });
}

JobRun DecodeJob(const JsonValue& object, PipelineRun& run) {
  JobRun job;
  job.id = ReadText(object, "id");
  job.category = ReadText(object, "category");
  job.sequence = ReadSequence(object, "sequence");
  job.async = ReadBool(object, "async");
  job.name = ReadText(object, "name");
  job.identifier = ReadText(object, "identifier");
  job.depends_on = ReadTexts(object, "depends_on");
  job.condition = ReadText(object, "condition");
  job.is_select = ReadBool(object, "is_select");
  job.timeout = ReadText(object, "timeout");
  job.last_dispatch_id = ReadText(object, "last_dispatch_id");
  job.status = ReadPartStatus(object, run.unknown_job_statuses);
  job.start_time = ReadTime(object, "start_time");
  job.end_time = ReadTime(object, "end_time");
  job.steps = DecodeSteps(object, "steps", run);
  job.exec_id = ReadText(object, "exec_id");
  return job;
}

StageRun DecodeStage(const JsonValue& object, PipelineRun& run) {
  StageRun stage;
  stage.id = ReadText(object, "id");
  stage.category = ReadText(object, "category");
  stage.name = ReadText(object, "name");
  stage.identifier = ReadText(object, "identifier");
  stage.run_always = ReadBool(object, "run_always");
  stage.parallel = ReadBool(object, "parallel");
  stage.is_select = ReadBool(object, "is_select");
  stage.sequence = ReadSequence(object, "sequence");
  stage.depends_on = ReadTexts(object, "depends_on");
  stage.condition = ReadText(object, "condition");
  stage.status = ReadPartStatus(object, run.unknown_stage_statuses);
  stage.start_time = ReadTime(object, "start_time");
  stage.end_time = ReadTime(object, "end_time");
  stage.pause_time = ReadSpan(object, "pause_time");
  stage.pre = DecodeSteps(object, "pre", run);
  stage.post = DecodeSteps(object, "post", run);
  stage.jobs = ReadObjects<JobRun>(object, "jobs",
                                   [&run](const JsonValue& job) { return DecodeJob(job, run); });
  return stage;
}

BuildParams DecodeBuildParams(const JsonValue& object) {
  BuildParams params;
  params.action = ReadText(object, "action");
  params.build_type = ReadText(object, "build_type");
  params.commit_id = ReadText(object, "commit_id");
  params.event_type = ReadText(object, "event_type");
  params.merge_id = ReadText(object, "merge_id");
  params.source_branch = ReadText(object, "source_branch");
  params.tag = ReadText(object, "tag");
  params.target_branch = ReadText(object, "target_branch");
  params.codehub_id = ReadText(object, "codehub_id");
  params.source_codehub_id = ReadText(object, "source_codehub_id");
  params.source_codehub_url = ReadText(object, "source_codehub_url");
  params.source_codehub_http_url = ReadText(object, "source_codehub_http_url");
  return params;
}

RunSource DecodeSource(const JsonValue& object) {
  RunSource source;
  source.type = ReadText(object, "type");
  const JsonValue* params = FindObject(object, "params");
  if (params == nullptr) return source;
  source.git_type = ReadText(*params, "git_type");
  source.git_url = ReadText(*params, "git_url");
  source.ssh_git_url = ReadText(*params, "ssh_git_url");
  source.web_url = ReadText(*params, "web_url");
  source.repo_name = ReadText(*params, "repo_name");
  source.default_branch = ReadText(*params, "default_branch");
  source.endpoint_id = ReadText(*params, "endpoint_id");
  source.codehub_id = ReadText(*params, "codehub_id");
  source.alias = ReadText(*params, "alias");
  const JsonValue* build_params = FindObject(*params, "build_params");
  if (build_params != nullptr) source.build_params = DecodeBuildParams(*build_params);
  return source;
}

PackageInfo DecodeArtifact(const JsonValue& object) {
  PackageInfo artifact;
  artifact.name = ReadText(object, "name");
  artifact.package_type = ReadText(object, "packageType");
  artifact.version = ReadText(object, "version");
  artifact.download_url = ReadText(object, "downloadUrl");
  return artifact;
}

}  // namespace

Result<PipelineRun> DecodeRunDetail(std::string body) {
  JsonDocument document;
  if (Status parsed = document.Parse(std::move(body)); !parsed.ok()) return parsed;
  const JsonValue& object = document.root();
  if (!object.IsObject()) {
    return Status(StatusCode::kInvalidResponse, "the body is not a JSON object");
  }

  PipelineRun run;
  Result<RunKey> key = ReadRunKey(object, "id", run.unknown_run_statuses);
  if (!key.ok()) return key.status();
  run.id = std::move(key->id);
  run.pipeline_id.value = ReadText(object, "pipeline_id");
  run.manifest_version = ReadText(object, "manifest_version");
  run.name = ReadText(object, "name");
  run.description = ReadText(object, "description");
  run.is_publish = ReadBool(object, "is_publish");
  run.executor_id = ReadText(object, "executor_id");
  run.executor_name = ReadText(object, "executor_name");
  run.status = key->status;
  run.trigger_type = ReadText(object, "trigger_type");
  run.run_number = key->run_number;
  run.pause_time = ReadSpan(object, "pause_time");
  run.start_time = ReadTime(object, "start_time");
  run.end_time = ReadTime(object, "end_time");
  run.stages = ReadObjects<StageRun>(
      object, "stages", [&run](const JsonValue& stage) { return DecodeStage(stage, run); });
  run.domain_id = ReadText(object, "domain_id");
  run.project_id.value = ReadText(object, "project_id");
  run.region = ReadText(object, "region");
  run.component_id = ReadText(object, "component_id");
  run.language = ReadText(object, "language");
  run.sources = ReadObjects<RunSource>(object, "sources", DecodeSource);
  run.artifacts = ReadObjects<PackageInfo>(object, "artifacts", DecodeArtifact);
  run.subject_id = ReadText(object, "subject_id");
  run.group_id = ReadText(object, "group_id");
  run.group_name = ReadText(object, "group_name");
  run.detail_url = ReadText(object, "detail_url");
  run.current_system_time = ReadTime(object, "current_system_time");
  return run;
}

}  // namespace codearts
