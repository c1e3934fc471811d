#include "metrics/pipeline_renderer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "metrics/histogram_sum.h"
#include "metrics/label_values.h"

namespace codearts {
namespace {

constexpr std::uint64_t kOne = 1;

using RunTotalsByLabels = std::map<RunLabels, RunTotals>;

// Whether runs were counted by a label that is exported no more.
bool HasHiddenLabels(const RunTotalsByLabels& runs, const MetricsConfig& options) {
  return std::any_of(runs.begin(), runs.end(), [&options](const auto& entry) {
    return (!options.trigger_label && !entry.first.trigger.empty()) ||
           (!options.branch_label && !entry.first.branch.empty());
  });
}

RunTotalsByLabels SumOverHiddenLabels(const RunTotalsByLabels& runs, const MetricsConfig& options) {
  RunTotalsByLabels sums;
  for (const auto& [labels, totals] : runs) {
    RunLabels shown = labels;
    if (!options.trigger_label) shown.trigger.clear();
    if (!options.branch_label) shown.branch.clear();
    AddTo(sums[std::move(shown)], totals);
  }
  return sums;
}

bool StartsAtZero(RunResult result) {
  return result == RunResult::kSuccess || result == RunResult::kFailure ||
         result == RunResult::kCancellation;
}

// Returns the newest run that the histogram names, or nullptr.
const Exemplar* NewestExemplar(const Histogram& histogram) {
  const auto newest =
      std::max_element(histogram.exemplars.begin(), histogram.exemplars.end(),
                       [](const Exemplar& a, const Exemplar& b) { return a.time < b.time; });
  return newest == histogram.exemplars.end() ? nullptr : &*newest;
}

// Calls `visit` with the labels, status and duration of each part of the latest run at `level`.
template <typename Visit>
void ForEachPart(const std::vector<StageView>& stages, MetricsLevel level, LabelText& labels,
                 const Visit& visit) {
  for (const StageView& stage : stages) {
    if (level == MetricsLevel::kStage) {
      visit(labels.Clear().Add("stage", stage.name), stage.status, stage.duration);
      continue;
    }
    for (const JobView& job : stage.jobs) {
      if (level == MetricsLevel::kJob) {
        visit(labels.Clear().Add("stage", stage.name).Add("job_name", job.name), job.status,
              job.duration);
        continue;
      }
      for (const StepView& step : job.steps) {
        labels.Clear().Add("stage", stage.name).Add("job_name", job.name).Add("step", step.name);
        visit(labels, step.status, step.duration);
      }
    }
  }
}

}  // namespace

PipelineRenderer::PipelineRenderer(const MetricsConfig& options, const HistogramBounds& bounds,
                                   TextFormat format)
    : options_(options),
      run_bounds_(bounds.run),
      stage_bounds_(bounds.stage),
      job_bounds_(bounds.job),
      builder_(format, kPipelineMetrics) {}

FamilyBlocks PipelineRenderer::Render(const ProjectSnapshot& project,
                                      const PipelineState& pipeline) {
  labels_.Clear()
      .Add("project", project.name)
      .Add("pipeline", pipeline.name)
      .Add("pipeline_id", pipeline.id.value);
  builder_.Begin(std::string(labels_.text()));
  RenderInfo(project, pipeline);
  if (pipeline.latest) RenderLatestRun(*pipeline.latest);
  if (pipeline.last_finished) RenderFinishedRun(*pipeline.last_finished);
  if (pipeline.latest && options_.run_info) RenderRunInfo(*pipeline.latest);
  RenderOutcomes(pipeline);
  RenderActiveRuns(pipeline);
  RenderParts(pipeline);
  if (pipeline.queue && options_.queue) RenderQueue(*pipeline.queue);
  if (HasHiddenLabels(pipeline.runs, options_)) {
    const RunTotalsByLabels runs = SumOverHiddenLabels(pipeline.runs, options_);
    RenderTotals(pipeline, runs);
  } else {
    RenderTotals(pipeline, pipeline.runs);
  }
  return builder_.Finish();
}

void PipelineRenderer::RenderTotals(const PipelineState& pipeline, const RunTotalsByLabels& runs) {
  RenderRunCounts(pipeline, runs);
  RenderCounters(pipeline);
  RenderRunDurations(runs);
  RenderDurations(pipeline);
}

void PipelineRenderer::RenderInfo(const ProjectSnapshot& project, const PipelineState& pipeline) {
  labels_.Clear()
      .Add("project_id", project.id.value)
      .Add("region", project.region.empty() ? pipeline.region : project.region)
      .Add("group", pipeline.group)
      .Add("component_id", pipeline.component_id)
      .Add("repository", pipeline.repository)
      .Add("default_branch", pipeline.default_branch)
      .Add("manifest_version", pipeline.manifest_version);
  builder_.Start(MetricId::kPipelineInfo).Gauge(labels_.text(), kOne);
}

void PipelineRenderer::RenderLatestRun(const RunFacts& run) {
  const bool is_listed =
      std::find(kRunStatuses.begin(), kRunStatuses.end(), run.status) != kRunStatuses.end();
  const ExecutionStatus shown = is_listed ? run.status : ExecutionStatus::kUnknown;
  SampleWriter& statuses = builder_.Start(MetricId::kLastRunStatus);
  for (const ExecutionStatus status : kRunStatuses) {
    labels_.Clear().Add("status", ExecutionStatusName(status));
    statuses.Gauge(labels_.text(), std::uint64_t{status == shown});
  }
  builder_.Start(MetricId::kLastRunNumber).Gauge("", run.number);
  if (run.start_time) builder_.Start(MetricId::kLastRunStart).Gauge("", *run.start_time);
  if (run.end_time && !IsActive(run.status, run.end_time)) {
    builder_.Start(MetricId::kLastRunEnd).Gauge("", *run.end_time);
  }
}

void PipelineRenderer::RenderFinishedRun(const FinishedRun& run) {
  if (run.duration) builder_.Start(MetricId::kLastRunDuration).Gauge("", *run.duration);
  if (run.paused) builder_.Start(MetricId::kLastRunPaused).Gauge("", *run.paused);
}

void PipelineRenderer::RenderRunInfo(const RunFacts& run) {
  labels_.Clear()
      .Add("run_id", run.id.value)
      .Add("run_number", std::to_string(run.number))
      .Add("trigger", run.trigger)
      .Add("branch", run.branch)
      .Add("commit", run.commit)
      .Add("executor", run.executor)
      .Add("url", run.url);
  builder_.Start(MetricId::kLastRunInfo).Gauge(labels_.text(), kOne);
}

void PipelineRenderer::RenderOutcomes(const PipelineState& pipeline) {
  const auto write = [this](MetricId id, const std::optional<Timestamp>& time) {
    if (time) builder_.Start(id).Gauge("", *time);
  };
  write(MetricId::kLastSuccess, pipeline.last_success);
  write(MetricId::kLastFailure, pipeline.last_failure);
  write(MetricId::kBrokenSince, pipeline.broken_since);
  builder_.Start(MetricId::kConsecutiveFailures).Gauge("", pipeline.consecutive_failures);
}

void PipelineRenderer::RenderActiveRuns(const PipelineState& pipeline) {
  std::array<std::optional<Timestamp>, kActivityStates.size()> oldest;
  SampleWriter& counts = builder_.Start(MetricId::kActiveRuns);
  for (std::size_t i = 0; i < kActivityStates.size(); ++i) {
    const ActiveRuns active = CountActive(pipeline, kActivityStates[i]);
    oldest[i] = active.oldest_start;
    labels_.Clear().Add("state", ActivityStateName(kActivityStates[i]));
    counts.Gauge(labels_.text(), active.count);
  }
  SampleWriter& starts = builder_.Start(MetricId::kActiveRunStart);
  for (std::size_t i = 0; i < kActivityStates.size(); ++i) {
    if (!oldest[i]) continue;
    labels_.Clear().Add("state", ActivityStateName(kActivityStates[i]));
    starts.Gauge(labels_.text(), *oldest[i]);
  }
}

void PipelineRenderer::RenderParts(const PipelineState& pipeline) {
  struct Level {
    MetricsLevel level;
    MetricId status;
    MetricId duration;
  };
  constexpr std::array<Level, 3> kLevels = {
      {{MetricsLevel::kStage, MetricId::kStageStatus, MetricId::kStageDuration},
       {MetricsLevel::kJob, MetricId::kJobStatus, MetricId::kJobDuration},
       {MetricsLevel::kStep, MetricId::kStepStatus, MetricId::kStepDuration}}};
  for (const Level& level : kLevels) {
    if (level.level > options_.level) return;
    SampleWriter& statuses = builder_.Start(level.status);
    ForEachPart(pipeline.stages, level.level, labels_,
                [&statuses](LabelText& labels, const std::optional<ExecutionStatus>& status,
                            const std::optional<Duration>&) {
                  if (!status) return;
                  statuses.Gauge(labels.Add("status", ExecutionStatusName(*status)).text(), kOne);
                });
    SampleWriter& durations = builder_.Start(level.duration);
    ForEachPart(pipeline.stages, level.level, labels_,
                [&durations](LabelText& labels, const std::optional<ExecutionStatus>&,
                             const std::optional<Duration>& duration) {
                  if (duration) durations.Gauge(labels.text(), *duration);
                });
  }
}

void PipelineRenderer::RenderQueue(const QueueFacts& queue) {
  builder_.Start(MetricId::kQueueLength).Gauge("", queue.length);
  if (!queue.oldest_enqueue_time) return;
  builder_.Start(MetricId::kQueueOldest).Gauge("", *queue.oldest_enqueue_time);
}

void PipelineRenderer::SetRunLabels(const RunLabels& labels) {
  labels_.Clear().Add("result", RunResultName(labels.result));
  if (options_.trigger_label) labels_.Add("trigger", labels.trigger);
  if (options_.branch_label) labels_.Add("branch", labels.branch);
}

void PipelineRenderer::RenderRunCounts(const PipelineState& pipeline,
                                       const RunTotalsByLabels& runs) {
  SampleWriter& writer = builder_.Start(MetricId::kRuns);
  if (options_.trigger_label || options_.branch_label) {
    for (const auto& [labels, totals] : runs) {
      SetRunLabels(labels);
      writer.Counter(labels_.text(), totals.count, totals.created, NewestExemplar(totals.duration));
    }
    return;
  }
  for (const RunResult result : kRunResults) {
    const RunLabels labels{result, "", ""};
    const auto found = runs.find(labels);
    if (found == runs.end() && !StartsAtZero(result)) continue;
    SetRunLabels(labels);
    if (found == runs.end()) {
      writer.Counter(labels_.text(), std::uint64_t{0}, pipeline.first_seen);
    } else {
      writer.Counter(labels_.text(), found->second.count, pipeline.first_seen,
                     NewestExemplar(found->second.duration));
    }
  }
}

void PipelineRenderer::RenderCounters(const PipelineState& pipeline) {
  builder_.Start(MetricId::kRunRetries).Counter("", pipeline.retries, pipeline.first_seen);
  SampleWriter& missed = builder_.Start(MetricId::kRunsMissed);
  for (const MissedReason reason : kMissedReasons) {
    labels_.Clear().Add("reason", MissedReasonName(reason));
    missed.Counter(labels_.text(), pipeline.missed[static_cast<std::size_t>(reason)],
                   pipeline.first_seen);
  }
  builder_.Start(MetricId::kRunPaused).Counter("", pipeline.paused_total, pipeline.first_seen);
  SampleWriter& deployments = builder_.Start(MetricId::kDeployments);
  for (const auto& [result, value] : pipeline.deployments) {
    labels_.Clear().Add("result", RunResultName(result));
    deployments.Counter(labels_.text(), value.count, value.created);
  }
}

void PipelineRenderer::RenderRunDurations(const RunTotalsByLabels& runs) {
  SampleWriter& writer = builder_.Start(MetricId::kRunDurations);
  for (const auto& [labels, totals] : runs) {
    SetRunLabels(labels);
    writer.WriteHistogram(labels_.text(), totals.duration, run_bounds_);
  }
}

void PipelineRenderer::RenderDurations(const PipelineState& pipeline) {
  if (options_.histogram_level >= MetricsLevel::kStage) {
    SampleWriter& writer = builder_.Start(MetricId::kStageDurations);
    for (const auto& [labels, histogram] : pipeline.stage_durations) {
      labels_.Clear().Add("stage", labels.stage).Add("result", RunResultName(labels.result));
      writer.WriteHistogram(labels_.text(), histogram, stage_bounds_);
    }
  }
  if (options_.histogram_level >= MetricsLevel::kJob) {
    SampleWriter& writer = builder_.Start(MetricId::kJobDurations);
    for (const auto& [labels, histogram] : pipeline.job_durations) {
      labels_.Clear()
          .Add("stage", labels.stage)
          .Add("job_name", labels.job)
          .Add("result", RunResultName(labels.result));
      writer.WriteHistogram(labels_.text(), histogram, job_bounds_);
    }
  }
  if (pipeline.time_to_restore) {
    builder_.Start(MetricId::kTimeToRestore)
        .WriteHistogram("", *pipeline.time_to_restore, run_bounds_);
  }
}

}  // namespace codearts
