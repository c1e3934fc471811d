#ifndef CODEARTS_MODEL_PIPELINE_H_
#define CODEARTS_MODEL_PIPELINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/execution_status.h"
#include "model/ids.h"

namespace codearts {

// One stage of a RunSummary. Source: stage_status_list.
struct StageSummary {
  std::string id;
  std::string name;
  std::optional<std::int32_t> sequence;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;

  bool operator==(const StageSummary&) const = default;
};

// A run as lists show it: `latest_run` of ListPipelines and the records of ListPipelineRuns. It has
// neither jobs nor steps.
struct RunSummary {
  RunId id;
  std::int64_t run_number = 0;
  ExecutionStatus status = ExecutionStatus::kUnknown;
  std::string trigger_type;
  std::string executor_name;
  std::string branch;     // build_params.target_branch, else source_branch, else tag.
  std::string commit_id;  // build_params.commit_id.
  std::string detail_url;
  std::optional<Timestamp> start_time;
  std::optional<Timestamp> end_time;
  std::vector<StageSummary> stages;

  bool operator==(const RunSummary&) const = default;
};

// A pipeline as ListPipelines shows it.
struct Pipeline {
  PipelineId id;
  std::string name;
  ProjectId project_id;
  std::string project_name;
  std::string component_id;
  std::optional<bool> is_publish;
  std::string manifest_version;
  std::optional<Timestamp> create_time;
  std::optional<RunSummary> latest_run;  // nullopt: it never ran.
  std::optional<bool> banned;

  bool operator==(const Pipeline&) const = default;
};

// A page of a list.
template <typename T>
struct Page {
  std::vector<T> items;
  // The server's claim of how many there are in all, if it made one.
  std::optional<std::int64_t> total;
  // Items that could not be decoded: they count for the next offset, and a listing that skipped any
  // is not complete.
  std::int64_t skipped = 0;
  std::string skip_reason;  // Why the first of them was skipped, e.g. "pipelines[3]: no name".

  bool operator==(const Page&) const = default;
};

// A project as ProjectMan shows it. Source: ListProjectsV4.
struct Project {
  ProjectId id;
  std::string name;

  bool operator==(const Project&) const = default;
};

// A run that waits in a pipeline's queue. Source: ListPipelineQueue.
struct QueuedRun {
  RunId run_id;  // Empty if the API gives none.
  std::optional<Timestamp> enqueue_time;

  bool operator==(const QueuedRun&) const = default;
};

}  // namespace codearts

#endif  // CODEARTS_MODEL_PIPELINE_H_
