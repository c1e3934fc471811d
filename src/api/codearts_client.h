#ifndef CODEARTS_API_CODEARTS_CLIENT_H_
#define CODEARTS_API_CODEARTS_CLIENT_H_

#include <functional>
#include <stop_token>
#include <string>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "http/http_transport.h"
#include "http/request_scheduler.h"

namespace codearts {

// The API over HTTP. Its endpoint names, which are label values and begin error messages, are
// list_pipelines, list_runs, detail, queue and projects. Messages name the pipeline and run:
// "pipeline 7f3a: list_runs: HTTP 429 (APIGW.0308)". Threads: that of Run only.
class CodeArtsClient final : public CodeArtsApi {
 public:
  // `scheduler` must classify with StatusFromResponse and send over `transport`. All three must
  // outlive the client.
  CodeArtsClient(RequestScheduler& scheduler, HttpTransport& transport, const Clock& clock);

  void ListPipelines(const ApiTarget& target, PageRequest page, Done<Page<Pipeline>> done) override;
  void ListPipelineRuns(const ApiTarget& target, const RunListRequest& request,
                        Done<Page<RunSummary>> done) override;
  // Errors: kInvalidResponse also when the answer is another run than `run`, and kUnavailable when
  // the gateway does not know the path, which says nothing about the run.
  void ShowPipelineRunDetail(const ApiTarget& target, const PipelineId& pipeline, const RunId& run,
                             Done<PipelineRun> done) override;
  void ListPipelineQueue(const ApiTarget& target, const PipelineId& pipeline,
                         Done<Page<QueuedRun>> done) override;
  void ListProjects(const ApiTarget& target, PageRequest page, Done<Page<Project>> done) override;
  void Run(std::stop_token stop) override;
  void RunAfter(Duration delay, std::function<void()> task) override;

 private:
  RequestScheduler& scheduler_;
  HttpTransport& transport_;
  const Clock& clock_;
};

}  // namespace codearts

#endif  // CODEARTS_API_CODEARTS_CLIENT_H_
