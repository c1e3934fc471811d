#include "unit/metrics/reference_translation.h"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "metrics/catalogue.h"

namespace codearts::testing {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using Labels = std::vector<ClientMetric::Label>;

Labels operator+(Labels labels, const Labels& more) {
  labels.insert(labels.end(), more.begin(), more.end());
  return labels;
}

ClientMetric::Label Label(std::string name, std::string_view value) {
  return {std::move(name), std::string(value)};
}

std::optional<double> Seconds(const std::optional<Duration>& duration) {
  return duration ? std::optional(ToSeconds(*duration)) : std::nullopt;
}
std::optional<double> Seconds(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixSeconds(*time)) : std::nullopt;
}

class Translator {
 public:
  Translator(const Snapshot& snapshot, const MetricsConfig& options)
      : snapshot_(snapshot), options_(options) {}

  std::vector<MetricFamily> Translate() {
    for (const auto& project : snapshot_.projects) {
      for (const auto& pipeline : project->pipelines) {
        TranslateRun(*project, *pipeline);
        TranslateOutcomes(*project, *pipeline);
        TranslateParts(*project, *pipeline);
        TranslateCounters(*project, *pipeline);
        TranslateHistograms(*project, *pipeline);
      }
      if (project->listed) TranslateTotals(*project);
      TranslateHealth(*project);
    }
    std::vector<MetricFamily> families;
    for (auto& [id, family] : families_) families.push_back(std::move(family));
    return families;
  }

 private:
  static Labels Identity(const ProjectSnapshot& project, const PipelineState& pipeline) {
    return {Label("project", project.name), Label("pipeline", pipeline.name),
            Label("pipeline_id", pipeline.id.value)};
  }

  ClientMetric& Add(MetricId id, Labels labels) {
    const MetricSpec& spec = SpecOf(id);
    MetricFamily& family = families_[id];
    family.name = spec.name;
    family.help = spec.help;
    family.type = spec.type == MetricType::kCounter     ? prometheus::MetricType::Counter
                  : spec.type == MetricType::kHistogram ? prometheus::MetricType::Histogram
                                                        : prometheus::MetricType::Gauge;
    ClientMetric& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    return metric;
  }

  void AddValue(MetricId id, Labels labels, std::optional<double> value) {
    if (!value) return;
    ClientMetric& metric = Add(id, std::move(labels));
    metric.gauge.value = *value;
    metric.counter.value = *value;
  }

  void AddHistogram(MetricId id, Labels labels, const Histogram& histogram,
                    const BucketBounds& bounds) {
    ClientMetric::Histogram& target = Add(id, std::move(labels)).histogram;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      target.sample_count += histogram.counts[i];
      const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
      target.bucket.push_back({target.sample_count, bound});
    }
    target.sample_sum = ToSeconds(histogram.sum);
  }

  void TranslateRun(const ProjectSnapshot& project, const PipelineState& pipeline) {
    const Labels identity = Identity(project, pipeline);
    const std::string& region = project.region.empty() ? pipeline.region : project.region;
    AddValue(MetricId::kPipelineInfo,
             identity + Labels{Label("project_id", project.id.value), Label("region", region),
                               Label("group", pipeline.group),
                               Label("component_id", pipeline.component_id),
                               Label("repository", pipeline.repository),
                               Label("default_branch", pipeline.default_branch),
                               Label("manifest_version", pipeline.manifest_version)},
             1);
    if (pipeline.last_finished) {
      AddValue(MetricId::kLastRunDuration, identity, Seconds(pipeline.last_finished->duration));
      AddValue(MetricId::kLastRunPaused, identity, Seconds(pipeline.last_finished->paused));
    }
    if (!pipeline.latest) return;
    const RunFacts& run = *pipeline.latest;
    std::map<std::string, double> statuses;
    for (const char* status : {"COMPLETED", "RUNNING", "FAILED", "CANCELED", "PAUSED", "SUSPEND",
                               "IGNORED", "INIT", "QUEUED", "UNKNOWN"}) {
      statuses[status] = 0;
    }
    const std::string status(ExecutionStatusName(run.status));
    statuses[statuses.contains(status) ? status : "UNKNOWN"] = 1;
    for (const auto& [name, value] : statuses) {
      AddValue(MetricId::kLastRunStatus, identity + Labels{Label("status", name)}, value);
    }
    AddValue(MetricId::kLastRunNumber, identity, static_cast<double>(run.number));
    AddValue(MetricId::kLastRunStart, identity, Seconds(run.start_time));
    if (!IsActive(run.status, run.end_time)) {
      AddValue(MetricId::kLastRunEnd, identity, Seconds(run.end_time));
    }
    if (!options_.run_info) return;
    AddValue(MetricId::kLastRunInfo,
             identity + Labels{Label("run_id", run.id.value),
                               Label("run_number", std::to_string(run.number)),
                               Label("trigger", run.trigger), Label("branch", run.branch),
                               Label("commit", run.commit), Label("executor", run.executor),
                               Label("url", run.url)},
             1);
  }

  void TranslateOutcomes(const ProjectSnapshot& project, const PipelineState& pipeline) {
    const Labels identity = Identity(project, pipeline);
    AddValue(MetricId::kLastSuccess, identity, Seconds(pipeline.last_success));
    AddValue(MetricId::kLastFailure, identity, Seconds(pipeline.last_failure));
    AddValue(MetricId::kBrokenSince, identity, Seconds(pipeline.broken_since));
    AddValue(MetricId::kConsecutiveFailures, identity,
             static_cast<double>(pipeline.consecutive_failures));
    for (const ActivityState state :
         {ActivityState::kQueued, ActivityState::kRunning, ActivityState::kPaused}) {
      const Labels labels = identity + Labels{Label("state", ActivityStateName(state))};
      const ActiveRuns active = CountActive(pipeline, state);
      AddValue(MetricId::kActiveRuns, labels, static_cast<double>(active.count));
      AddValue(MetricId::kActiveRunStart, labels, Seconds(active.oldest_start));
    }
    if (!options_.queue || !pipeline.queue) return;
    AddValue(MetricId::kQueueLength, identity, static_cast<double>(pipeline.queue->length));
    AddValue(MetricId::kQueueOldest, identity, Seconds(pipeline.queue->oldest_enqueue_time));
  }

  void AddPart(MetricId status_id, MetricId duration_id, const Labels& labels,
               const std::optional<ExecutionStatus>& status,
               const std::optional<Duration>& duration) {
    if (status) {
      AddValue(status_id, labels + Labels{Label("status", ExecutionStatusName(*status))}, 1);
    }
    AddValue(duration_id, labels, Seconds(duration));
  }

  void TranslateParts(const ProjectSnapshot& project, const PipelineState& pipeline) {
    for (const StageView& stage : pipeline.stages) {
      const Labels of_stage = Identity(project, pipeline) + Labels{Label("stage", stage.name)};
      if (options_.level >= MetricsLevel::kStage) {
        AddPart(MetricId::kStageStatus, MetricId::kStageDuration, of_stage, stage.status,
                stage.duration);
      }
      for (const JobView& job : stage.jobs) {
        const Labels of_job = of_stage + Labels{Label("job_name", job.name)};
        if (options_.level >= MetricsLevel::kJob) {
          AddPart(MetricId::kJobStatus, MetricId::kJobDuration, of_job, job.status, job.duration);
        }
        for (const StepView& step : job.steps) {
          if (options_.level < MetricsLevel::kStep) continue;
          AddPart(MetricId::kStepStatus, MetricId::kStepDuration,
                  of_job + Labels{Label("step", step.name)}, step.status, step.duration);
        }
      }
    }
  }

  Labels LabelsOf(const RunLabels& run) const {
    Labels labels{Label("result", RunResultName(run.result))};
    if (options_.trigger_label) labels.push_back(Label("trigger", run.trigger));
    if (options_.branch_label) labels.push_back(Label("branch", run.branch));
    return labels;
  }

  void TranslateCounters(const ProjectSnapshot& project, const PipelineState& pipeline) {
    const Labels identity = Identity(project, pipeline);
    std::map<RunLabels, double> counts;
    if (!options_.trigger_label && !options_.branch_label) {
      for (const RunResult result :
           {RunResult::kSuccess, RunResult::kFailure, RunResult::kCancellation}) {
        counts[RunLabels{result, "", ""}] = 0;
      }
    }
    for (const auto& [labels, totals] : pipeline.runs) {
      counts[labels] = static_cast<double>(totals.count);
    }
    for (const auto& [labels, count] : counts) {
      AddValue(MetricId::kRuns, identity + LabelsOf(labels), count);
    }
    AddValue(MetricId::kRunRetries, identity, static_cast<double>(pipeline.retries));
    for (std::size_t i = 0; i < kMissedReasonCount; ++i) {
      AddValue(MetricId::kRunsMissed,
               identity + Labels{Label("reason", MissedReasonName(static_cast<MissedReason>(i)))},
               static_cast<double>(pipeline.missed[i]));
    }
    AddValue(MetricId::kRunPaused, identity, ToSeconds(pipeline.paused_total));
    for (const auto& [result, value] : pipeline.deployments) {
      AddValue(MetricId::kDeployments, identity + Labels{Label("result", RunResultName(result))},
               static_cast<double>(value.count));
    }
  }

  void TranslateHistograms(const ProjectSnapshot& project, const PipelineState& pipeline) {
    const Labels identity = Identity(project, pipeline);
    const HistogramBounds& bounds = *snapshot_.bounds;
    for (const auto& [labels, totals] : pipeline.runs) {
      AddHistogram(MetricId::kRunDurations, identity + LabelsOf(labels), totals.duration,
                   bounds.run);
    }
    for (const auto& [labels, histogram] : pipeline.stage_durations) {
      if (options_.histogram_level < MetricsLevel::kStage) continue;
      AddHistogram(MetricId::kStageDurations,
                   identity + Labels{Label("stage", labels.stage),
                                     Label("result", RunResultName(labels.result))},
                   histogram, bounds.stage);
    }
    for (const auto& [labels, histogram] : pipeline.job_durations) {
      if (options_.histogram_level < MetricsLevel::kJob) continue;
      AddHistogram(MetricId::kJobDurations,
                   identity + Labels{Label("stage", labels.stage), Label("job_name", labels.job),
                                     Label("result", RunResultName(labels.result))},
                   histogram, bounds.job);
    }
    if (!pipeline.time_to_restore) return;
    AddHistogram(MetricId::kTimeToRestore, identity, *pipeline.time_to_restore, bounds.run);
  }

  void TranslateTotals(const ProjectSnapshot& project) {
    const Labels name{Label("project", project.name)};
    for (const auto& [labels, histogram] : project.totals->step_durations) {
      if (options_.histogram_level < MetricsLevel::kStep) continue;
      AddHistogram(MetricId::kStepDurations,
                   name + Labels{Label("plugin", labels.plugin),
                                 Label("business_type", labels.business_type),
                                 Label("result", RunResultName(labels.result))},
                   histogram, snapshot_.bounds->step);
    }
    if (!project.totals->dispatch_wait) return;
    AddHistogram(MetricId::kDispatchWait, name, *project.totals->dispatch_wait,
                 snapshot_.bounds->stage);
  }

  void TranslateHealth(const ProjectSnapshot& project) {
    const Labels labels{Label("project_id", project.id.value), Label("project", project.name)};
    const ProjectHealth& health = project.health;
    AddValue(MetricId::kUp, labels, health.up ? 1 : 0);
    AddValue(MetricId::kLastRefresh, labels, Seconds(health.last_success));
    AddValue(MetricId::kRefreshDuration, labels, Seconds(health.duration));
    AddValue(MetricId::kClockSkew, labels, Seconds(health.clock_skew));
    std::map<std::string, double> errors;
    for (const char* reason :
         {"unauthenticated", "permission_denied", "not_found", "throttled", "deadline_exceeded",
          "unavailable", "invalid_response", "credentials", "ledger", "internal"}) {
      errors[reason] = 0;
    }
    for (const auto& [code, count] : health.errors) {
      const std::string reason(StatusCodeName(code));
      errors[errors.contains(reason) ? reason : "internal"] += static_cast<double>(count);
    }
    for (const auto& [reason, count] : errors) {
      AddValue(MetricId::kRefreshErrors, labels + Labels{Label("reason", reason)}, count);
    }
    if (!project.listed) return;
    double behind = 0;
    for (const auto& pipeline : project.pipelines) behind += IsBehind(*pipeline) ? 1 : 0;
    AddValue(MetricId::kPipelines, labels, static_cast<double>(project.pipelines.size()));
    AddValue(MetricId::kPipelinesBehind, labels, behind);
  }

  const Snapshot& snapshot_;
  const MetricsConfig options_;
  std::map<MetricId, MetricFamily> families_;
};

}  // namespace

std::vector<MetricFamily> TranslateToFamilies(const Snapshot& snapshot,
                                              const MetricsConfig& options) {
  return Translator(snapshot, options).Translate();
}

}  // namespace codearts::testing
