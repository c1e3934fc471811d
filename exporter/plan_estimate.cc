#include "exporter/plan_estimate.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "collect/ledger.h"
#include "collect/series_budget.h"
#include "metrics/catalogue.h"
#include "metrics/metrics_page.h"

namespace codearts {
namespace {

constexpr const char* kListPipelines = "list_pipelines";
constexpr const char* kListRuns = "list_runs";
constexpr const char* kDetail = "detail";
constexpr const char* kQueue = "queue";

// Lives through a few runs as the ledger would see them.
class Pretender {
 public:
  Pretender(const RefreshPlan& plan, const MetricsConfig& metrics, Timestamp now)
      : rules_(*plan.rules),
        now_(now),
        budget_(metrics.series_limit,
                SeriesCosts(metrics.level, metrics.histogram_level, *rules_.counting.bounds), 0) {}

  PipelineState Start(const Pipeline& listed, const PipelineRun* detail, ProjectTotals& totals) {
    PipelineState state = StartPipeline(listed, {now_, SinceFirstSeen(), false});
    if (detail != nullptr) Observe(*detail, state, totals);
    return state;
  }

  // Adds a run of that status to the pipeline.
  void AddRun(const Pipeline& listed, PipelineRun run, ExecutionStatus status, PipelineState& state,
              ProjectTotals& totals) {
    run.run_number = state.latest->number + 1;
    run.id = {run.id.value + "+"};
    End(run.status, run.start_time, run.end_time, status);
    for (StageRun& stage : run.stages) {
      End(stage.status, stage.start_time, stage.end_time, status);
      for (JobRun& job : stage.jobs) {
        End(job.status, job.start_time, job.end_time, status);
        for (StepRun& step : job.steps) End(step.status, step.start_time, step.end_time, status);
      }
    }
    Pipeline next = listed;
    next.latest_run->id = run.id;
    next.latest_run->run_number = run.run_number;
    next.latest_run->status = status;
    next.latest_run->start_time = run.start_time;
    next.latest_run->end_time = run.end_time;
    ObserveListing(next, state);
    Observe(std::move(run), state, totals);
  }

 private:
  void Observe(PipelineRun run, PipelineState& state, ProjectTotals& totals) {
    budget_.Fold(state, run);
    ObserveDetail(run, rules_.counting, state, totals);
  }

  void End(ExecutionStatus& status, std::optional<Timestamp>& start, std::optional<Timestamp>& end,
           ExecutionStatus wanted) {
    end = now_ + Duration(++ends_);
    start = *end - std::chrono::minutes(1);
    status = wanted;
  }

  const RefreshRules& rules_;
  const Timestamp now_;
  SeriesBudget budget_;
  std::int64_t ends_ = 0;
};

// Returns what the run of a pipeline that was not sampled may look like.
PipelineRun Imagine(const Pipeline& listed, const PipelineRun* donor) {
  PipelineRun run;
  if (donor != nullptr) run = *donor;
  const RunSummary& latest = *listed.latest_run;
  run.id = latest.id;
  run.pipeline_id = listed.id;
  run.name = listed.name;
  run.run_number = latest.run_number;
  run.status = latest.status;
  run.start_time = latest.start_time;
  run.end_time = latest.end_time;
  if (latest.stages.empty()) return run;
  std::vector<StageRun> stages;
  for (const StageSummary& summary : latest.stages) {
    StageRun stage;
    if (!run.stages.empty()) stage = run.stages[std::min(stages.size(), run.stages.size() - 1)];
    stage.name = summary.name;
    stage.sequence = summary.sequence;
    stage.status = summary.status;
    stage.start_time = summary.start_time;
    stage.end_time = summary.end_time;
    stages.push_back(std::move(stage));
  }
  run.stages = std::move(stages);
  return run;
}

PageSize Measure(const Snapshot& snapshot, const MetricsConfig& metrics,
                 const ExporterMetrics& own) {
  MetricsPage page(metrics, own);
  const std::string text = page.Render(snapshot, TextFormat::kPrometheusText).Join();
  PageSize size;
  for (const std::string_view line : Split(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    std::string_view name = line.substr(0, line.find_first_of("{ "));
    for (const std::string_view end : {"_bucket", "_sum", "_count"}) {
      if (!name.ends_with(end)) continue;
      const std::string_view base = name.substr(0, name.size() - end.size());
      if (FindMetric(base) != nullptr) name = base;
    }
    ++size.series[std::string(name)];
    ++size.total_series;
  }
  size.bytes = static_cast<std::int64_t>(text.size());
  size.gzip_bytes = static_cast<std::int64_t>(
      page.Render(snapshot, TextFormat::kPrometheusText, PageEncoding::kGzip).size());
  return size;
}

Snapshot MakeSnapshot(const RefreshPlan& plan,
                      std::vector<std::shared_ptr<const ProjectSnapshot>> projects) {
  Snapshot snapshot;
  snapshot.projects = std::move(projects);
  snapshot.bounds = plan.rules->counting.bounds;
  snapshot.ready = true;
  return snapshot;
}

class Estimator {
 public:
  Estimator(const SampledRuns& samples, const RefreshPlan& plan, const MetricsConfig& metrics,
            Timestamp now)
      : samples_(samples), plan_(plan), now_(now), pretender_(plan, metrics, now) {}

  void Add(const SurveyedProject& project) {
    ProjectCounts counts;
    counts.id = project.plan->target.project.value;
    counts.name = project.name;
    counts.pipelines = static_cast<std::int64_t>(project.pipelines.size());
    if (project.failure) counts.failure = project.failure->message();
    for (CallCounts* calls : {&estimate_.cold, &estimate_.quiet, &estimate_.busy}) {
      (*calls)[kListPipelines] += project.calls;
    }
    auto first = MakeProject(project);
    auto grown = MakeProject(project);
    ProjectTotals first_totals;
    ProjectTotals grown_totals;
    for (const Pipeline& pipeline : project.pipelines) {
      const FilterVerdict verdict = JudgePipeline(*project.plan, pipeline);
      if (verdict.kind != FilterVerdict::Kind::kTaken) {
        ++counts.dropped[DescribeVerdict(verdict, project.plan->shard.total)];
        continue;
      }
      ++counts.matched;
      if (!pipeline.latest_run) ++counts.never_ran;
      AddPipeline(pipeline, first_totals, *first, counts);
      GrowPipeline(pipeline, grown_totals, *grown);
    }
    // Every run that is read tells the API's time.
    if (counts.matched > counts.never_ran) first->health.clock_skew = Duration(0);
    if (counts.matched > 0) grown->health.clock_skew = Duration(0);
    first->totals = std::make_shared<ProjectTotals>(first_totals);
    grown->totals = std::make_shared<ProjectTotals>(grown_totals);
    first_.push_back(std::move(first));
    grown_.push_back(std::move(grown));
    estimate_.projects.push_back(std::move(counts));
  }

  PlanEstimate Finish(const MetricsConfig& metrics, const ExporterMetrics& own) {
    estimate_.sampled = static_cast<std::int64_t>(samples_.size());
    estimate_.first = Measure(MakeSnapshot(plan_, std::move(first_)), metrics, own);
    estimate_.grown = Measure(MakeSnapshot(plan_, std::move(grown_)), metrics, own);
    return std::move(estimate_);
  }

 private:
  std::shared_ptr<ProjectSnapshot> MakeProject(const SurveyedProject& project) const {
    auto snapshot = std::make_shared<ProjectSnapshot>();
    snapshot->id = project.plan->target.project;
    snapshot->name = project.name;
    snapshot->region = project.plan->region;
    snapshot->listed = !project.failure;
    snapshot->health.up = !project.failure;
    snapshot->health.last_success = now_;
    snapshot->health.duration = Duration(1000);
    return snapshot;
  }

  PipelineRun DetailOf(const Pipeline& pipeline) {
    const auto found = samples_.find(pipeline.id);
    if (found != samples_.end()) return found->second;
    if (samples_.empty()) return Imagine(pipeline, nullptr);
    if (donor_ == samples_.end()) donor_ = samples_.begin();
    return Imagine(pipeline, &(donor_++)->second);
  }

  void AddPipeline(const Pipeline& pipeline, ProjectTotals& totals, ProjectSnapshot& project,
                   ProjectCounts& counts) {
    if (!pipeline.latest_run) {
      project.pipelines.push_back(
          std::make_shared<PipelineState>(pretender_.Start(pipeline, nullptr, totals)));
      return;
    }
    const RunSummary& latest = *pipeline.latest_run;
    const bool active = IsActive(latest.status, latest.end_time);
    if (active) ++counts.active;
    const PipelineRun detail = DetailOf(pipeline);
    PipelineState state = pretender_.Start(pipeline, &detail, totals);
    ++estimate_.cold[kDetail];
    ++estimate_.busy[kDetail];
    if (state.newest_page_unread) ++estimate_.cold[kListRuns];
    if (plan_.rules->queue) {
      if (active) ++estimate_.cold[kQueue];
      ++estimate_.busy[kQueue];
    }
    project.pipelines.push_back(std::make_shared<PipelineState>(std::move(state)));
  }

  void GrowPipeline(const Pipeline& pipeline, ProjectTotals& totals, ProjectSnapshot& project) {
    Pipeline listed = pipeline;
    if (!listed.latest_run) {
      listed.latest_run = RunSummary();
      listed.latest_run->id = {"run"};
      listed.latest_run->run_number = 1;
    }
    const PipelineRun detail = DetailOf(listed);
    PipelineState state = pretender_.Start(listed, &detail, totals);
    for (const ExecutionStatus status : {ExecutionStatus::kCompleted, ExecutionStatus::kFailed}) {
      pretender_.AddRun(listed, detail, status, state, totals);
    }
    project.pipelines.push_back(std::make_shared<PipelineState>(std::move(state)));
  }

  const SampledRuns& samples_;
  SampledRuns::const_iterator donor_ = samples_.begin();
  const RefreshPlan& plan_;
  const Timestamp now_;
  Pretender pretender_;
  PlanEstimate estimate_;
  std::vector<std::shared_ptr<const ProjectSnapshot>> first_;
  std::vector<std::shared_ptr<const ProjectSnapshot>> grown_;
};

}  // namespace

PlanEstimate EstimatePlan(const Survey& survey, const SampledRuns& samples, const RefreshPlan& plan,
                          const PlanOptions& options) {
  Estimator estimator(samples, plan, options.metrics, options.now);
  for (const SurveyedProject& project : survey.projects) estimator.Add(project);
  return estimator.Finish(options.metrics, options.own);
}

std::vector<SampleChoice> ChooseSamples(const Survey& survey, std::size_t count) {
  std::vector<SampleChoice> all;
  for (const SurveyedProject& project : survey.projects) {
    for (const Pipeline& pipeline : project.pipelines) {
      if (!pipeline.latest_run || !IsMatched(*project.plan, pipeline)) continue;
      all.push_back({&project, &pipeline});
    }
  }
  if (all.size() <= count) return all;
  std::vector<SampleChoice> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(all[i * all.size() / count]);
  return chosen;
}

}  // namespace codearts
