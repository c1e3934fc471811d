#include "collect/attempt.h"

#include <algorithm>
#include <utility>

#include "collect/name_patterns.h"
#include "collect/run_view.h"

namespace codearts {
namespace {

// Failures kept one by one, so that a success that becomes known late finds those after it.
constexpr std::size_t kRecentFailures = 256;

// Whether something ran, and finished, after the attempt before had ended. What an earlier attempt
// finished keeps its times in a retried run.
class RanInAttempt {
 public:
  explicit RanInAttempt(std::optional<Timestamp> previous_end) : previous_end_(previous_end) {}

  template <typename T>
  std::optional<Duration> operator()(const T& item) const {
    const std::optional<Duration> duration = DurationOf(item.start_time, item.end_time);
    if (duration && previous_end_ && *item.end_time <= *previous_end_) return std::nullopt;
    return duration;
  }

 private:
  std::optional<Timestamp> previous_end_;
};

// Adds to the histogram under `labels`, which is made if it is not there yet.
template <typename Labels>
void ObserveIn(std::map<Labels, Histogram>& histograms, Labels labels, const BucketBounds& bounds,
               Timestamp created, Duration value) {
  auto found = histograms.find(labels);
  if (found == histograms.end()) {
    found = histograms.emplace(std::move(labels), MakeHistogram(bounds, created)).first;
  }
  Observe(found->second, bounds, value);
}

class AttemptCounter {
 public:
  AttemptCounter(const PipelineRun& run, std::optional<Timestamp> previous_end,
                 const CountingRules& rules, PipelineState& pipeline, ProjectTotals& project)
      : run_(run),
        previous_end_(previous_end),
        ran_(previous_end),
        rules_(rules),
        pipeline_(pipeline),
        project_(project) {}

  void Count() {
    if (previous_end_) ++pipeline_.retries;
    CountRun();
    CountPauses();
    CountDispatchWait();
    CountStages();
    if (deployed_) {
      CounterValue& deployments = pipeline_.deployments[ResultOf(run_.status)];
      deployments.created = pipeline_.first_seen;
      ++deployments.count;
    }
    const std::optional<Duration> restored =
        NoteOutcome(ResultOf(run_.status), *run_.end_time, pipeline_);
    if (!restored) return;
    if (!pipeline_.time_to_restore) {
      pipeline_.time_to_restore = MakeHistogram(rules_.bounds->run, pipeline_.first_seen);
    }
    Observe(*pipeline_.time_to_restore, rules_.bounds->run, *restored);
  }

 private:
  void CountRun() {
    RunLabels labels;
    labels.result = ResultOf(run_.status);
    if (rules_.trigger_label) labels.trigger = run_.trigger_type;
    if (rules_.branch_label) labels.branch = BranchLabel();
    RunTotals& totals = pipeline_.runs[std::move(labels)];
    totals.created = pipeline_.first_seen;
    ++totals.count;
    if (totals.duration.counts.empty()) {
      totals.duration = MakeHistogram(rules_.bounds->run, pipeline_.first_seen);
    }
    const std::optional<Duration> duration = DurationOf(run_.start_time, run_.end_time);
    if (!duration) return;
    const std::size_t bucket = Observe(totals.duration, rules_.bounds->run, *duration);
    SetExemplar(totals.duration, {.bucket = bucket,
                                  .run_id = run_.id,
                                  .run_number = run_.run_number,
                                  .value = *duration,
                                  .time = *run_.end_time});
  }

  std::string BranchLabel() const {
    std::string branch = BranchOf(run_);
    if (rules_.branches == nullptr || rules_.branches->FindMatch(branch) != nullptr) return branch;
    return "other";
  }

  // The run's pause time may add up over its attempts, so that a retry counts those of its stages.
  void CountPauses() {
    if (!previous_end_ && run_.pause_time) {
      pipeline_.paused_total += *run_.pause_time;
      return;
    }
    for (const StageRun& stage : run_.stages) {
      if (stage.pause_time && ran_(stage)) pipeline_.paused_total += *stage.pause_time;
    }
  }

  void CountDispatchWait() {
    if (previous_end_ || !run_.start_time) return;
    std::optional<Timestamp> first;
    for (const StageRun& stage : run_.stages) {
      for (const JobRun& job : stage.jobs) {
        if (job.start_time) first = std::min(first.value_or(*job.start_time), *job.start_time);
      }
    }
    if (!first || *first < *run_.start_time) return;
    if (!project_.dispatch_wait) {
      project_.dispatch_wait = MakeHistogram(rules_.bounds->stage, project_.created);
    }
    Observe(*project_.dispatch_wait, rules_.bounds->stage, *first - *run_.start_time);
  }

  void CountStages() {
    const std::vector<std::string> names = StageNames(run_.stages);
    for (std::size_t i = 0; i < run_.stages.size(); ++i) {
      const StageRun& stage = run_.stages[i];
      const std::optional<Duration> duration = ran_(stage);
      if (duration && rules_.histogram_level >= MetricsLevel::kStage) {
        ObserveIn(pipeline_.stage_durations, StageLabels{names[i], ResultOf(stage.status)},
                  rules_.bounds->stage, pipeline_.first_seen, *duration);
      }
      CountSteps(stage.pre);
      CountJobs(stage, names[i]);
      CountSteps(stage.post);
    }
  }

  void CountJobs(const StageRun& stage, const std::string& stage_name) {
    const std::vector<std::string> names = JobNames(stage.jobs);
    for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
      const JobRun& job = stage.jobs[i];
      const std::optional<Duration> duration = ran_(job);
      if (duration && rules_.histogram_level >= MetricsLevel::kJob) {
        ObserveIn(pipeline_.job_durations, JobLabels{stage_name, names[i], ResultOf(job.status)},
                  rules_.bounds->job, pipeline_.first_seen, *duration);
      }
      CountSteps(job.steps);
    }
  }

  void CountSteps(const std::vector<StepRun>& steps) {
    for (const StepRun& step : steps) {
      const std::optional<Duration> duration = ran_(step);
      if (!duration) continue;
      if (step.business_type == "Deploy") deployed_ = true;
      if (rules_.histogram_level < MetricsLevel::kStep) continue;
      ObserveIn(project_.step_durations,
                StepLabels{step.task, step.business_type, ResultOf(step.status)},
                rules_.bounds->step, project_.created, *duration);
    }
  }

  const PipelineRun& run_;
  const std::optional<Timestamp> previous_end_;
  const RanInAttempt ran_;
  const CountingRules& rules_;
  PipelineState& pipeline_;
  ProjectTotals& project_;
  bool deployed_ = false;
};

void NoteFailure(Timestamp end, PipelineState& pipeline) {
  pipeline.last_failure = std::max(pipeline.last_failure.value_or(end), end);
  if (pipeline.last_success && end <= *pipeline.last_success) return;
  ++pipeline.consecutive_failures;
  pipeline.broken_since = std::min(pipeline.broken_since.value_or(end), end);
  std::vector<Timestamp>& recent = pipeline.recent_failures;
  recent.insert(std::upper_bound(recent.begin(), recent.end(), end), end);
  if (recent.size() > kRecentFailures) recent.erase(recent.begin());
}

std::optional<Duration> NoteSuccess(Timestamp end, PipelineState& pipeline) {
  if (pipeline.last_success && end <= *pipeline.last_success) return std::nullopt;
  pipeline.last_success = end;
  if (!pipeline.broken_since || *pipeline.broken_since > end) return std::nullopt;
  const Duration restored = end - *pipeline.broken_since;
  std::vector<Timestamp>& recent = pipeline.recent_failures;
  recent.erase(recent.begin(), std::upper_bound(recent.begin(), recent.end(), end));
  pipeline.consecutive_failures = recent.size();
  pipeline.broken_since.reset();
  if (!recent.empty()) pipeline.broken_since = recent.front();
  return restored;
}

}  // namespace

std::string BranchOf(const PipelineRun& run) {
  for (const RunSource& source : run.sources) {
    const BuildParams& params = source.build_params;
    for (const std::string* branch : {&params.target_branch, &params.source_branch, &params.tag}) {
      if (!branch->empty()) return *branch;
    }
  }
  return "";
}

void CountAttempt(const PipelineRun& run, std::optional<Timestamp> previous_end,
                  const CountingRules& rules, PipelineState& pipeline, ProjectTotals& project) {
  AttemptCounter(run, previous_end, rules, pipeline, project).Count();
}

std::optional<Duration> NoteOutcome(RunResult result, Timestamp end, PipelineState& pipeline) {
  if (result == RunResult::kFailure) NoteFailure(end, pipeline);
  if (result == RunResult::kSuccess) return NoteSuccess(end, pipeline);
  return std::nullopt;
}

}  // namespace codearts
