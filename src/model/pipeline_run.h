#ifndef CODEARTS_MODEL_PIPELINE_RUN_H_
#define CODEARTS_MODEL_PIPELINE_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/execution_status.h"
#include "model/ids.h"

namespace codearts {

// The types below mirror the response of ShowPipelineRunDetail field by field, in its order (tables
// 4 to 12 of its documentation page). Absent, null and "" are the same: an empty string or nullopt.
// Not kept, on purpose: `message` of jobs and steps, `resource` of jobs and the values of `inputs`
// may hold secrets or whole scripts; decoding leaves them out.

// Table 7, and table 8 for `input_keys`.
struct StepRun {
  std::string name;
  std::string task;           // The plug-in, e.g. "official_devcloud_autoTrigger".
  std::string business_type;  // Build, Test, Check, Deploy, Normal: an open set.
  std::vector<std::string> input_keys;
  std::optional<std::int32_t> sequence;
  std::string official_task_version;
  std::string identifier;
  std::optional<bool> multi_step_editable;
  std::string id;
  std::vector<std::string> endpoint_ids;
  std::string last_dispatch_id;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;

  bool operator==(const StepRun&) const = default;
};

// Table 6.
struct JobRun {
  std::string id;
  std::string category;
  std::optional<std::int32_t> sequence;
  std::optional<bool> async;
  std::string name;
  std::string identifier;
  std::vector<std::string> depends_on;
  std::string condition;
  std::optional<bool> is_select;
  std::string timeout;
  std::string last_dispatch_id;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;
  std::vector<StepRun> steps;
  std::string exec_id;

  bool operator==(const JobRun&) const = default;
};

// Table 5.
struct StageRun {
  std::string id;
  std::string category;
  std::string name;
  std::string identifier;
  std::optional<bool> run_always;
  std::optional<bool> parallel;
  std::optional<bool> is_select;
  std::optional<std::int32_t> sequence;
  std::vector<std::string> depends_on;
  std::string condition;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;
  std::optional<Duration> pause_time;
  std::vector<StepRun> pre;
  std::vector<StepRun> post;
  std::vector<JobRun> jobs;

  bool operator==(const StageRun&) const = default;
};

// Table 11. `message`, the commit's text, is not kept.
struct BuildParams {
  std::string action;
  std::string build_type;
  std::string commit_id;
  std::string event_type;
  std::string merge_id;
  std::string source_branch;
  std::string tag;
  std::string target_branch;
  std::string codehub_id;
  std::string source_codehub_id;
  std::string source_codehub_url;
  std::string source_codehub_http_url;

  bool operator==(const BuildParams&) const = default;
};

// Tables 9 and 10.
struct RunSource {
  std::string type;
  std::string git_type;
  std::string git_url;
  std::string ssh_git_url;
  std::string web_url;
  std::string repo_name;
  std::string default_branch;
  std::string endpoint_id;
  std::string codehub_id;
  std::string alias;
  BuildParams build_params;

  bool operator==(const RunSource&) const = default;
};

// Table 12.
struct PackageInfo {
  std::string name;
  std::string package_type;
  std::string version;
  std::string download_url;

  bool operator==(const PackageInfo&) const = default;
};

// Table 4: one run in full. Source: ShowPipelineRunDetail.
struct PipelineRun {
  RunId id;
  PipelineId pipeline_id;
  std::string manifest_version;
  std::string name;  // The pipeline's.
  std::string description;
  std::optional<bool> is_publish;
  std::string executor_id;
  std::string executor_name;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::string trigger_type;
  std::int64_t run_number = 0;
  std::optional<Duration> pause_time;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;
  std::vector<StageRun> stages;
  std::string domain_id;
  ProjectId project_id;
  std::string region;
  std::string component_id;
  std::string language;
  std::vector<RunSource> sources;
  std::vector<PackageInfo> artifacts;
  std::string subject_id;
  std::string group_id;
  std::string group_name;
  std::string detail_url;
  std::optional<Timestamp> current_system_time;
  std::int32_t unknown_run_statuses = 0;  // Statuses outside the documented sets, by level.
  std::int32_t unknown_stage_statuses = 0;
  std::int32_t unknown_job_statuses = 0;
  std::int32_t unknown_step_statuses = 0;

  bool operator==(const PipelineRun&) const = default;
};

}  // namespace codearts

#endif  // CODEARTS_MODEL_PIPELINE_RUN_H_
