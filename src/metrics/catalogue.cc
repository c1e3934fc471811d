#include "metrics/catalogue.h"

#include <algorithm>
#include <array>

namespace codearts {
namespace {

using Names = std::span<const std::string_view>;

template <std::size_t kSize>
using NameList = std::array<std::string_view, kSize>;

constexpr auto kPipeline = std::to_array<std::string_view>({"project", "pipeline", "pipeline_id"});

// Returns the labels that identify a pipeline, followed by `more`.
template <typename... More>
constexpr NameList<3 + sizeof...(More)> OfPipeline(More... more) {
  return {kPipeline[0], kPipeline[1], kPipeline[2], std::string_view(more)...};
}

constexpr auto kPipelineFacts = OfPipeline("project_id", "region", "group", "component_id",
                                           "repository", "default_branch", "manifest_version");
constexpr auto kRunFacts =
    OfPipeline("run_id", "run_number", "trigger", "branch", "commit", "executor", "url");
constexpr auto kStatus = OfPipeline("status");
constexpr auto kState = OfPipeline("state");
constexpr auto kResult = OfPipeline("result");
constexpr auto kReason = OfPipeline("reason");
constexpr auto kStage = OfPipeline("stage");
constexpr auto kStageAndStatus = OfPipeline("stage", "status");
constexpr auto kStageAndResult = OfPipeline("stage", "result");
constexpr auto kJob = OfPipeline("stage", "job_name");
constexpr auto kJobAndStatus = OfPipeline("stage", "job_name", "status");
constexpr auto kJobAndResult = OfPipeline("stage", "job_name", "result");
constexpr auto kStep = OfPipeline("stage", "job_name", "step");
constexpr auto kStepAndStatus = OfPipeline("stage", "job_name", "step", "status");
constexpr auto kPlugin =
    std::to_array<std::string_view>({"project", "plugin", "business_type", "result"});
constexpr auto kProjectName = std::to_array<std::string_view>({"project"});
constexpr auto kProject = std::to_array<std::string_view>({"project_id", "project"});
constexpr auto kProjectAndReason =
    std::to_array<std::string_view>({"project_id", "project", "reason"});
constexpr auto kForm = std::to_array<std::string_view>({"form"});
constexpr auto kLevel = std::to_array<std::string_view>({"level"});
constexpr auto kEndpoint = std::to_array<std::string_view>({"endpoint"});
constexpr auto kEndpointAndCode = std::to_array<std::string_view>({"endpoint", "code"});
constexpr auto kHost = std::to_array<std::string_view>({"endpoint_host"});
constexpr auto kCredential = std::to_array<std::string_view>({"credential"});
constexpr auto kRefusalReason = std::to_array<std::string_view>({"reason"});
constexpr auto kBuild = std::to_array<std::string_view>({"version", "revision", "compiler"});
constexpr auto kRunLabels = std::to_array<std::string_view>({"trigger", "branch"});
constexpr Names kNone;

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;
constexpr auto kHistogram = MetricType::kHistogram;
constexpr auto kStable = Stability::kStable;
constexpr auto kExperimental = Stability::kExperimental;

constexpr auto kCatalogue = std::to_array<MetricSpec>({
    {MetricId::kPipelineInfo, "codearts_pipeline_info", kGauge, "", kPipelineFacts, kNone, kStable,
     "Facts about the pipeline, always 1 (ListPipelines; region, group, repository and "
     "default_branch by ShowPipelineRunDetail once a run was read).",
     ""},
    {MetricId::kLastRunStatus, "codearts_pipeline_last_run_status", kGauge, "", kStatus, kNone,
     kStable, "Whether the latest run has this status, 1 for exactly one of them (status).",
     "the pipeline never ran"},
    {MetricId::kLastRunNumber, "codearts_pipeline_last_run_number", kGauge, "", kPipeline, kNone,
     kStable, "Number of the latest run, counted by the pipeline from 1 (run_number).",
     "the pipeline never ran"},
    {MetricId::kLastRunStart, "codearts_pipeline_last_run_start_timestamp_seconds", kGauge,
     "seconds", kPipeline, kNone, kStable,
     "Unix time at which the latest run started (start_time).",
     "the pipeline never ran, or its latest run has not started"},
    {MetricId::kLastRunEnd, "codearts_pipeline_last_run_end_timestamp_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable, "Unix time at which the latest run ended (end_time).",
     "the latest run has not ended"},
    {MetricId::kLastRunDuration, "codearts_pipeline_last_run_duration_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable, "How long the latest finished run took (end_time - start_time).",
     "no run has finished, or it lacks a time"},
    {MetricId::kLastRunPaused, "codearts_pipeline_last_run_paused_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable, "How long the latest finished run waited for people (pause_time).",
     "no run has finished, or the API gives no pause_time"},
    {MetricId::kLastRunInfo, "codearts_pipeline_last_run_info", kGauge, "", kRunFacts, kNone,
     kStable,
     "Facts about the latest run, always 1 (id, run_number, trigger_type, build_params, "
     "executor_name, detail_url).",
     "the pipeline never ran, or `metrics.run_info` is off"},
    {MetricId::kLastSuccess, "codearts_pipeline_last_success_timestamp_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable,
     "Unix time at which a run last ended COMPLETED (the latest end_time of such a run).",
     "no success is known"},
    {MetricId::kLastFailure, "codearts_pipeline_last_failure_timestamp_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable,
     "Unix time at which a run last ended FAILED (the latest end_time of such a run).",
     "no failure is known"},
    {MetricId::kBrokenSince, "codearts_pipeline_broken_since_timestamp_seconds", kGauge, "seconds",
     kPipeline, kNone, kStable, "Unix time of the first failure since the last success (end_time).",
     "the pipeline is healthy"},
    {MetricId::kConsecutiveFailures, "codearts_pipeline_consecutive_failures", kGauge, "",
     kPipeline, kNone, kStable,
     "Failures since the last success in order of end_time; cancelled and ignored runs don't count "
     "(status).",
     ""},
    {MetricId::kActiveRuns, "codearts_pipeline_active_runs", kGauge, "", kState, kNone, kStable,
     "Runs in progress by what they are doing, 0 where there is none (status).", ""},
    {MetricId::kActiveRunStart, "codearts_pipeline_active_run_start_timestamp_seconds", kGauge,
     "seconds", kState, kNone, kStable,
     "Unix time at which the oldest run in that state started (start_time).",
     "no run in that state has started"},
    {MetricId::kStageStatus, "codearts_pipeline_last_run_stage_status", kGauge, "", kStageAndStatus,
     kNone, kStable, "Present status of a stage of the latest run, always 1 (stages[].status).",
     "the stage is no part of the latest run, or `metrics.level` is `run`"},
    {MetricId::kStageDuration, "codearts_pipeline_last_run_stage_duration_seconds", kGauge,
     "seconds", kStage, kNone, kStable,
     "How long the stage took when it last finished (stages[].end_time - start_time).",
     "the stage has not finished yet, or `metrics.level` is `run`"},
    {MetricId::kJobStatus, "codearts_pipeline_last_run_job_status", kGauge, "", kJobAndStatus,
     kNone, kStable,
     "Present status of a job of the latest run, always 1 (stages[].jobs[].status).",
     "the job is no part of the latest run, or `metrics.level` is not `job` or `step`"},
    {MetricId::kJobDuration, "codearts_pipeline_last_run_job_duration_seconds", kGauge, "seconds",
     kJob, kNone, kStable,
     "How long the job took when it last finished (stages[].jobs[].end_time - start_time).",
     "the job has not finished yet, or `metrics.level` is not `job` or `step`"},
    {MetricId::kStepStatus, "codearts_pipeline_last_run_step_status", kGauge, "", kStepAndStatus,
     kNone, kExperimental,
     "Present status of a step of the latest run, always 1 (steps[], pre[] and post[], status).",
     "the step is no part of the latest run, or `metrics.level` is not `step`"},
    {MetricId::kStepDuration, "codearts_pipeline_last_run_step_duration_seconds", kGauge, "seconds",
     kStep, kNone, kExperimental,
     "How long the step took when it last finished (steps[], pre[] and post[], end_time - "
     "start_time).",
     "the step has not finished yet, or `metrics.level` is not `step`"},
    {MetricId::kQueueLength, "codearts_pipeline_queue_length", kGauge, "", kPipeline, kNone,
     kExperimental, "Runs that wait in the pipeline's queue (ListPipelineQueue, total).",
     "`metrics.queue` is off, or the pipeline has no active run"},
    {MetricId::kQueueOldest, "codearts_pipeline_queue_oldest_enqueue_timestamp_seconds", kGauge,
     "seconds", kPipeline, kNone, kExperimental,
     "Unix time since which the oldest run in the queue waits (ListPipelineQueue, enqueue_time).",
     "the queue is empty or unknown"},
    {MetricId::kRuns, "codearts_pipeline_runs_total", kCounter, "", kResult, kRunLabels, kStable,
     "Finished attempts of runs, each counted once; a retry is another attempt (status, end_time).",
     "with `metrics.run_labels`: until the first such attempt"},
    {MetricId::kRunRetries, "codearts_pipeline_run_retries_total", kCounter, "", kPipeline, kNone,
     kStable, "Finished attempts of runs that had ended before (a new end_time of the same id).",
     ""},
    {MetricId::kRunsMissed, "codearts_pipeline_runs_missed_total", kCounter, "", kReason, kNone,
     kStable,
     "Runs that are known to have happened and can't be read any more (gaps in run_number).", ""},
    {MetricId::kRunPaused, "codearts_pipeline_run_paused_seconds_total", kCounter, "seconds",
     kPipeline, kNone, kStable, "Time that finished runs spent waiting for people (pause_time).",
     ""},
    {MetricId::kDeployments, "codearts_pipeline_deployments_total", kCounter, "", kResult, kNone,
     kExperimental,
     "Finished attempts that ran a step of business_type Deploy (steps[].business_type).",
     "no such attempt was counted"},
    {MetricId::kRunDurations, "codearts_pipeline_run_duration_seconds", kHistogram, "seconds",
     kResult, kRunLabels, kStable,
     "How long finished attempts of runs took (end_time - start_time).",
     "no such attempt was counted"},
    {MetricId::kStageDurations, "codearts_pipeline_stage_duration_seconds", kHistogram, "seconds",
     kStageAndResult, kNone, kStable,
     "How long stages took that ran in a finished attempt (stages[].end_time - start_time).",
     "no such stage was counted, or `metrics.histogram_level` is `run`"},
    {MetricId::kJobDurations, "codearts_pipeline_job_duration_seconds", kHistogram, "seconds",
     kJobAndResult, kNone, kStable,
     "How long jobs took that ran in a finished attempt (stages[].jobs[].end_time - start_time).",
     "no such job was counted, or `metrics.histogram_level` is not `job` or `step`"},
    {MetricId::kTimeToRestore, "codearts_pipeline_time_to_restore_seconds", kHistogram, "seconds",
     kPipeline, kNone, kExperimental,
     "Time from the end of the first failure to the end of the next success (end_time).",
     "no failure was followed by a success"},
    {MetricId::kStepDurations, "codearts_pipeline_step_duration_seconds", kHistogram, "seconds",
     kPlugin, kNone, kExperimental,
     "How long steps took that ran in a finished attempt, by plug-in over all pipelines of the "
     "project (steps[].end_time - start_time, task, business_type).",
     "no such step was counted, or `metrics.histogram_level` is not `step`"},
    {MetricId::kDispatchWait, "codearts_pipeline_run_dispatch_wait_seconds", kHistogram, "seconds",
     kProjectName, kNone, kExperimental,
     "Time from the start of a run to the start of its first job (jobs[].start_time - start_time).",
     "no such run was counted"},
    {MetricId::kUp, "codearts_exporter_up", kGauge, "", kProject, kNone, kStable,
     "Whether the last listing of the project's pipelines succeeded (ListPipelines).", ""},
    {MetricId::kPipelines, "codearts_exporter_pipelines", kGauge, "", kProject, kNone, kStable,
     "Pipelines of the project that the filters and the shard take (ListPipelines).",
     "there is no listing, or it is older than `scrape.max_staleness`"},
    {MetricId::kPipelinesBehind, "codearts_exporter_pipelines_behind", kGauge, "", kProject, kNone,
     kStable, "Pipelines with runs that are known and not read yet (run_number).",
     "there is no listing, or it is older than `scrape.max_staleness`"},
    {MetricId::kLastRefresh, "codearts_exporter_last_refresh_timestamp_seconds", kGauge, "seconds",
     kProject, kNone, kStable,
     "Unix time at which the project's last successful refresh ended; its data is cached since.",
     "no refresh has succeeded"},
    {MetricId::kRefreshDuration, "codearts_exporter_refresh_duration_seconds", kGauge, "seconds",
     kProject, kNone, kStable, "How long the project's last refresh took.", "no refresh has ended"},
    {MetricId::kRefreshErrors, "codearts_exporter_refresh_errors_total", kCounter, "",
     kProjectAndReason, kNone, kStable,
     "Errors in refreshes of the project by reason; of a discovery, without a project_id.", ""},
    {MetricId::kClockSkew, "codearts_exporter_clock_skew_seconds", kGauge, "seconds", kProject,
     kNone, kExperimental, "The API's clock minus the exporter's (current_system_time).",
     "no answer told the time"},
    {MetricId::kUnknownStatus, "codearts_exporter_unknown_status_total", kCounter, "", kLevel,
     kNone, kStable, "Statuses outside the documented sets, exposed as UNKNOWN (status).", ""},
    {MetricId::kSeries, "codearts_exporter_series", kGauge, "", kNone, kNone, kStable,
     "Series of pipelines on this page, those that `metrics.series_limit` bounds.", ""},
    {MetricId::kSeriesLimit, "codearts_exporter_series_limit", kGauge, "", kNone, kNone, kStable,
     "Configured limit of series (metrics.series_limit).", ""},
    {MetricId::kSeriesOverflow, "codearts_exporter_series_overflow_total", kCounter, "", kNone,
     kNone, kStable, "Stages and jobs that were folded into _overflow to hold the limit of series.",
     ""},
    {MetricId::kLedgerBytes, "codearts_exporter_ledger_bytes", kGauge, "bytes", kNone, kNone,
     kStable, "Size of the run ledger's file (state.path); 0 if it is kept in memory.", ""},
    {MetricId::kLedgerReset, "codearts_exporter_ledger_reset_total", kCounter, "", kNone, kNone,
     kStable, "Times that a corrupt run ledger was moved aside, so that counting began afresh.",
     ""},
    {MetricId::kPageCacheBytes, "codearts_exporter_page_cache_bytes", kGauge, "bytes", kForm, kNone,
     kExperimental,
     "Memory of what is kept of pages between scrapes: their text, and it compressed (gzip).", ""},
    {MetricId::kApiRequests, "codearts_exporter_api_requests_total", kCounter, "", kEndpointAndCode,
     kNone, kStable, "Requests to the API by HTTP status; `error` means that there was no answer.",
     ""},
    {MetricId::kApiRequestDuration, "codearts_exporter_api_request_duration_seconds", kHistogram,
     "seconds", kEndpoint, kNone, kStable, "How long requests to the API took, retries apart.", ""},
    {MetricId::kApiThrottled, "codearts_exporter_api_throttled_total", kCounter, "", kEndpoint,
     kNone, kStable, "Answers by which the API asked for fewer requests (429 and its relatives).",
     ""},
    {MetricId::kApiRetries, "codearts_exporter_api_retries_total", kCounter, "", kEndpoint, kNone,
     kStable, "Requests to the API that repeated one that failed.", ""},
    {MetricId::kApiBudget, "codearts_exporter_api_budget_requests_per_second", kGauge, "", kHost,
     kNone, kStable, "Present rate of the limiter for requests to that host.",
     "no request was made to that host"},
    {MetricId::kCredentialExpiry, "codearts_exporter_credential_expiry_timestamp_seconds", kGauge,
     "seconds", kCredential, kNone, kStable,
     "Unix time at which the credential's present key or token ends.", "the end is not known"},
    {MetricId::kWebRefusals, "codearts_exporter_web_requests_refused_total", kCounter, "",
     kRefusalReason, kNone, kExperimental,
     "Requests to this exporter that were turned away: max_requests (--web.max-requests), "
     "rate_limit, unauthorized, busy (too many passwords to check).",
     ""},
    {MetricId::kConfigReloadSuccessful, "codearts_exporter_config_last_reload_successful", kGauge,
     "", kNone, kNone, kStable, "Whether the last load of the configuration succeeded.", ""},
    {MetricId::kConfigReloadTime, "codearts_exporter_config_last_reload_success_timestamp_seconds",
     kGauge, "seconds", kNone, kNone, kStable,
     "Unix time of the last successful load of the configuration.", ""},
    {MetricId::kShardOrdinal, "codearts_exporter_shard_ordinal", kGauge, "", kNone, kNone, kStable,
     "Number of this shard, from 0 (--shard).", ""},
    {MetricId::kTotalShards, "codearts_exporter_total_shards", kGauge, "", kNone, kNone, kStable,
     "Shards that the pipelines are spread over (--total-shards).", ""},
    {MetricId::kBuildInfo, "codearts_exporter_build_info", kGauge, "", kBuild, kNone, kStable,
     "How this exporter was built, always 1.", ""},
    {MetricId::kProcessCpu, "process_cpu_seconds_total", kCounter, "seconds", kNone, kNone, kStable,
     "Total user and system CPU time spent in seconds.", "/proc can't be read"},
    {MetricId::kProcessOpenFds, "process_open_fds", kGauge, "", kNone, kNone, kStable,
     "Number of open file descriptors.", "/proc can't be read"},
    {MetricId::kProcessMaxFds, "process_max_fds", kGauge, "", kNone, kNone, kStable,
     "Maximum number of open file descriptors.", "/proc can't be read, or there is no limit"},
    {MetricId::kProcessVirtualMemory, "process_virtual_memory_bytes", kGauge, "bytes", kNone, kNone,
     kStable, "Virtual memory size in bytes.", "/proc can't be read"},
    {MetricId::kProcessVirtualMemoryMax, "process_virtual_memory_max_bytes", kGauge, "bytes", kNone,
     kNone, kStable, "Maximum amount of virtual memory available in bytes.",
     "/proc can't be read, or there is no limit"},
    {MetricId::kProcessResidentMemory, "process_resident_memory_bytes", kGauge, "bytes", kNone,
     kNone, kStable, "Resident memory size in bytes.", "/proc can't be read"},
    {MetricId::kProcessStartTime, "process_start_time_seconds", kGauge, "seconds", kNone, kNone,
     kStable, "Start time of the process since unix epoch in seconds.", "/proc can't be read"},
    {MetricId::kProcessThreads, "process_threads", kGauge, "", kNone, kNone, kStable,
     "Number of operating system threads in the process.", "/proc can't be read"},
});

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    if (kCatalogue[i].id != static_cast<MetricId>(i)) return false;
  }
  return true;
}
static_assert(IsInOrder(), "a row of the catalogue must stand where its MetricId says");
static_assert(kCatalogue.back().id == MetricId::kProcessThreads, "a MetricId lacks its row");

}  // namespace

std::string_view MetricTypeName(MetricType type) {
  constexpr std::array<std::string_view, 3> kNames = {"counter", "gauge", "histogram"};
  return kNames[static_cast<std::size_t>(type)];
}

std::span<const MetricSpec> MetricCatalogue() {
  return kCatalogue;
}

const MetricSpec& SpecOf(MetricId id) {
  return kCatalogue[static_cast<std::size_t>(id)];
}

const MetricSpec* FindMetric(std::string_view name) {
  const auto found = std::find_if(kCatalogue.begin(), kCatalogue.end(),
                                  [name](const MetricSpec& spec) { return spec.name == name; });
  return found == kCatalogue.end() ? nullptr : &*found;
}

std::string_view FamilyName(const MetricSpec& spec) {
  constexpr std::string_view kSuffix = "_total";
  std::string_view name = spec.name;
  if (spec.type == MetricType::kCounter && name.ends_with(kSuffix)) {
    name.remove_suffix(kSuffix.size());
  }
  return name;
}

}  // namespace codearts
