#include "api/codearts_client.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "api/list_decode.h"
#include "api/run_detail_decode.h"
#include "base/text.h"

namespace codearts {
namespace {

// Label values of the exporter's own metrics.
constexpr std::string_view kListPipelines = "list_pipelines";
constexpr std::string_view kListRuns = "list_runs";
constexpr std::string_view kDetail = "detail";
constexpr std::string_view kQueue = "queue";
constexpr std::string_view kProjects = "projects";

// The service keeps at most 100 queued runs per pipeline: one page holds them all.
constexpr int kQueuePageSize = 100;

ApiCall Get(std::string_view endpoint, const ApiTarget& target, std::string_view path) {
  ApiCall call;
  call.endpoint = endpoint;
  call.credential = target.credential;
  call.group = target.project.value;
  call.request.method = "GET";
  call.request.url = target.endpoint + std::string(path);
  return call;
}

ApiCall Post(std::string_view endpoint, const ApiTarget& target, std::string_view path,
             std::string body) {
  ApiCall call = Get(endpoint, target, path);
  call.request.method = "POST";
  call.request.headers.push_back({"Content-Type", "application/json"});
  call.request.body = std::move(body);
  return call;
}

std::string PipelinesPath(const ApiTarget& target) {
  return fmt::format("/v5/{}/api/pipelines", PercentEncode(target.project.value));
}

std::string PipelinePath(const ApiTarget& target, const PipelineId& pipeline) {
  return fmt::format("{}/{}", PipelinesPath(target), PercentEncode(pipeline.value));
}

// `limit` is always sent: its default is documented nowhere.
std::string ListBody(PageRequest page, std::string_view sort_key, std::string_view sort_dir) {
  return fmt::format(R"({{"offset":{},"limit":{},"sort_key":"{}","sort_dir":"{}"}})", page.offset,
                     page.limit, sort_key, sort_dir);
}

// The gateway's own 404 means that it does not know the path. It must not pass for a deleted run,
// which would be given up for good.
Status GoneOnlyIfTheServiceSaysSo(const Status& status) {
  const std::string& code = status.details().error_code;
  const bool by_gateway = code.starts_with("APIGW.") || code.starts_with("APIG.");
  if (status.code() != StatusCode::kNotFound || !by_gateway) return status;
  return Status(StatusCode::kUnavailable, status.message(), status.details());
}

// Returns what decodes the answer of one call and hands it to `done`. `context` stands before the
// endpoint's name in errors; it may be empty.
template <typename T, typename Decode>
RequestScheduler::Done Finish(std::string_view endpoint, std::string context, Decode decode,
                              CodeArtsApi::Done<T> done) {
  return [endpoint, context = std::move(context), decode = std::move(decode),
          done = std::move(done)](Result<HttpResponse> response) {
    Result<T> answer = response.ok() ? decode(std::move(response->body)) : response.status();
    if (answer.ok()) {
      done(std::move(answer));
      return;
    }
    // The scheduler's failures have the endpoint's name already.
    const Status status = response.ok() ? answer.status().WithContext(endpoint) : answer.status();
    done(context.empty() ? status : status.WithContext(context));
  };
}

}  // namespace

CodeArtsClient::CodeArtsClient(RequestScheduler& scheduler, HttpTransport& transport,
                               const Clock& clock)
    : scheduler_(scheduler), transport_(transport), clock_(clock) {}

void CodeArtsClient::ListPipelines(const ApiTarget& target, PageRequest page,
                                   Done<Page<Pipeline>> done) {
  scheduler_.Submit(Post(kListPipelines, target, PipelinesPath(target) + "/list",
                         ListBody(page, "create_time", "asc")),
                    Finish<Page<Pipeline>>(kListPipelines, "", DecodePipelines, std::move(done)));
}

void CodeArtsClient::ListPipelineRuns(const ApiTarget& target, const RunListRequest& request,
                                      Done<Page<RunSummary>> done) {
  // start_time is the only sort key that all versions of the documentation name.
  scheduler_.Submit(
      Post(kListRuns, target, PipelinePath(target, request.pipeline) + "/pipeline-runs/list",
           ListBody(request.page, "start_time", "desc")),
      Finish<Page<RunSummary>>(kListRuns, "pipeline " + request.pipeline.value, DecodeRuns,
                               std::move(done)));
}

void CodeArtsClient::ShowPipelineRunDetail(const ApiTarget& target, const PipelineId& pipeline,
                                           const RunId& run, Done<PipelineRun> done) {
  auto decode = [run](std::string body) -> Result<PipelineRun> {
    Result<PipelineRun> detail = DecodeRunDetail(std::move(body));
    if (detail.ok() && detail->id != run) {
      return Status(StatusCode::kInvalidResponse, "id is another run's");
    }
    return detail;
  };
  Done<PipelineRun> finish = [done = std::move(done)](Result<PipelineRun> detail) {
    done(detail.ok() ? std::move(detail)
                     : Result<PipelineRun>(GoneOnlyIfTheServiceSaysSo(detail.status())));
  };
  scheduler_.Submit(
      Get(kDetail, target,
          fmt::format("{}/pipeline-runs/detail?pipeline_run_id={}", PipelinePath(target, pipeline),
                      PercentEncode(run.value))),
      Finish<PipelineRun>(kDetail, fmt::format("pipeline {} run {}", pipeline.value, run.value),
                          std::move(decode), std::move(finish)));
}

void CodeArtsClient::ListPipelineQueue(const ApiTarget& target, const PipelineId& pipeline,
                                       Done<Page<QueuedRun>> done) {
  scheduler_.Submit(
      Get(kQueue, target,
          fmt::format("{}/queued-pipeline?offset=0&limit={}", PipelinePath(target, pipeline),
                      kQueuePageSize)),
      Finish<Page<QueuedRun>>(kQueue, "pipeline " + pipeline.value, DecodeQueue, std::move(done)));
}

void CodeArtsClient::ListProjects(const ApiTarget& target, PageRequest page,
                                  Done<Page<Project>> done) {
  scheduler_.Submit(Get(kProjects, target,
                        fmt::format("/v4/projects?offset={}&limit={}", page.offset, page.limit)),
                    Finish<Page<Project>>(kProjects, "", DecodeProjects, std::move(done)));
}

void CodeArtsClient::Run(std::stop_token stop) {
  scheduler_.Run(std::move(stop));
}

void CodeArtsClient::RunAfter(Duration delay, std::function<void()> task) {
  transport_.RunAt(clock_.SteadyNow() + delay, std::move(task));
}

}  // namespace codearts
