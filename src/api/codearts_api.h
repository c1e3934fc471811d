// api/: the CodeArts Pipeline API: paths, bodies, paging parameters, JSON -> model, error bodies.
// Knows nothing of the ledger or of metrics; decides nothing about what is to be asked.
#ifndef CODEARTS_API_CODEARTS_API_H_
#define CODEARTS_API_CODEARTS_API_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "auth/credential.h"
#include "base/status.h"
#include "model/ids.h"
#include "model/pipeline.h"
#include "model/pipeline_run.h"

namespace codearts {

// Where and as whom the API is called for one project.
struct ApiTarget {
  ProjectId project;
  std::string endpoint;              // "https://host[:port]", without a path.
  Credential* credential = nullptr;  // Outlives the calls.
};

struct PageRequest {
  std::int64_t offset = 0;
  std::int64_t limit = 100;
};

struct RunListRequest {
  PipelineId pipeline;
  PageRequest page;  // Newest start first.
};

// The reading part of the API, asynchronous on one event loop: methods queue a call and `done` is
// called from Run with the decoded answer or the failure. Errors of all: kUnauthenticated,
// kPermissionDenied, kNotFound, kThrottled, kDeadlineExceeded, kUnavailable, kInvalidResponse,
// kCredentials; an error body with HTTP 200 is a failure too. Threads: that of Run only.
class CodeArtsApi {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  virtual ~CodeArtsApi() = default;

  // Lists one page of a project's pipelines in order of creation. Source: ListPipelines.
  virtual void ListPipelines(const ApiTarget& target, PageRequest page,
                             Done<Page<Pipeline>> done) = 0;

  // Lists one page of a pipeline's runs, newest start first. Source: ListPipelineRuns.
  virtual void ListPipelineRuns(const ApiTarget& target, const RunListRequest& request,
                                Done<Page<RunSummary>> done) = 0;

  // Gets one run in full. Errors: kNotFound also when the run or pipeline is gone. Source:
  // ShowPipelineRunDetail.
  virtual void ShowPipelineRunDetail(const ApiTarget& target, const PipelineId& pipeline,
                                     const RunId& run, Done<PipelineRun> done) = 0;

  // Lists the first page of a pipeline's queue, oldest first; `total` counts all. Source:
  // ListPipelineQueue.
  virtual void ListPipelineQueue(const ApiTarget& target, const PipelineId& pipeline,
                                 Done<Page<QueuedRun>> done) = 0;

  // Lists one page of the projects that the credential can see; `target.endpoint` is ProjectMan's
  // and `target.project` unused. Source: ProjectMan ListProjectsV4.
  virtual void ListProjects(const ApiTarget& target, PageRequest page,
                            Done<Page<Project>> done) = 0;

  // Serves the queued calls, and those that their callbacks queue, until none is left or `stop` is
  // requested.
  virtual void Run(std::stop_token stop) = 0;

  // Calls `task` from Run after `delay`.
  virtual void RunAfter(Duration delay, std::function<void()> task) = 0;
};

}  // namespace codearts

#endif  // CODEARTS_API_CODEARTS_API_H_
