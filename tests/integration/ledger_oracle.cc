#include "integration/ledger_oracle.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "simulator/truth.h"

namespace codearts::testing {
namespace {

RunResult ResultFor(sim::Outcome outcome) {
  const std::map<sim::Outcome, RunResult> results = {
      {sim::Outcome::kSuccess, RunResult::kSuccess},
      {sim::Outcome::kFailure, RunResult::kFailure},
      {sim::Outcome::kCancellation, RunResult::kCancellation},
      {sim::Outcome::kSkip, RunResult::kSkip}};
  return results.at(outcome);
}

std::string ResultWord(sim::State state) {
  return std::string(RunResultName(ResultOf(ParseExecutionStatus(sim::StateName(state)))));
}

// A histogram as plain as it gets: all observations.
using Observations = std::vector<Duration>;

std::string Describe(const BucketBounds& bounds, const Observations& observations) {
  std::string text;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    std::uint64_t count = 0;
    for (const Duration value : observations) {
      const double seconds = ToSeconds(value);
      const bool above_last = i == 0 || seconds > bounds[i - 1];
      const bool below_this = i == bounds.size() || seconds <= bounds[i];
      if (above_last && below_this) ++count;
    }
    text += fmt::format("{} ", count);
  }
  Duration sum{0};
  for (const Duration value : observations) sum += value;
  return text + fmt::format("sum {}", sum.count());
}

std::string Describe(const Histogram& histogram) {
  std::string text;
  for (const std::uint64_t count : histogram.counts) text += fmt::format("{} ", count);
  return text + fmt::format("sum {}", histogram.sum.count());
}

// All totals of a project by a readable name. Those that are zero are left out.
using Totals = std::map<std::string, std::string>;

void Put(Totals& totals, const std::string& name, std::uint64_t value) {
  if (value != 0) totals[name] = std::to_string(value);
}

std::string RepeatedName(const std::vector<std::string>& names, std::size_t index) {
  const auto before =
      std::count(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(index), names[index]);
  if (before == 0) return names[index];
  return fmt::format("{} #{}", names[index], before + 1);
}

// Label values of a pipeline's stages and jobs, by position in the definition.
class Names {
 public:
  explicit Names(const sim::PipelineTemplate& definition) {
    std::vector<std::string> stages;
    for (const sim::StageTemplate& stage : definition.stages) {
      stages.push_back(stage.name);
      std::vector<std::string> jobs;
      for (const sim::JobTemplate& job : stage.jobs) jobs.push_back(job.name);
      jobs_.emplace_back();
      for (std::size_t i = 0; i < jobs.size(); ++i) jobs_.back().push_back(RepeatedName(jobs, i));
    }
    for (std::size_t i = 0; i < stages.size(); ++i) stages_.push_back(RepeatedName(stages, i));
  }

  const std::string& Stage(int stage) const { return stages_.at(static_cast<std::size_t>(stage)); }
  const std::string& Job(int stage, int job) const {
    return jobs_.at(static_cast<std::size_t>(stage)).at(static_cast<std::size_t>(job));
  }

 private:
  std::vector<std::string> stages_;
  std::vector<std::vector<std::string>> jobs_;
};

class Expectation {
 public:
  explicit Expectation(const HistogramBounds& bounds) : bounds_(bounds) {}

  void Add(const sim::Pipeline& pipeline, const sim::PipelineTruth& truth, int latest) {
    const std::string id = pipeline.id();
    const Names names(pipeline.definition());
    for (const sim::AttemptTruth& attempt : truth.attempts) AddAttempt(id, names, attempt);
    Put(totals_, id + " latest", static_cast<std::uint64_t>(latest));
    Put(totals_, id + " consecutive failures",
        static_cast<std::uint64_t>(truth.consecutive_failures));
    PutTime(id + " last success", truth.last_success);
    PutTime(id + " last failure", truth.last_failure);
    PutTime(id + " broken since", truth.broken_since);
    for (const auto& [state, count] : truth.active) {
      Put(totals_, id + " active " + state, static_cast<std::uint64_t>(count));
    }
  }

  Totals Finish() {
    for (const auto& [name, value] : counts_) Put(totals_, name, value);
    for (const auto& [name, observed] : runs_) totals_[name] = Describe(bounds_.run, observed);
    for (const auto& [name, observed] : stages_) totals_[name] = Describe(bounds_.stage, observed);
    for (const auto& [name, observed] : jobs_) totals_[name] = Describe(bounds_.job, observed);
    for (const auto& [name, observed] : steps_) totals_[name] = Describe(bounds_.step, observed);
    return totals_;
  }

 private:
  void AddAttempt(const std::string& id, const Names& names, const sim::AttemptTruth& attempt) {
    const std::string result(RunResultName(ResultFor(attempt.outcome)));
    ++counts_[id + " runs " + result];
    if (attempt.attempt > 0) ++counts_[id + " retries"];
    counts_[id + " paused"] += static_cast<std::uint64_t>(attempt.paused.count());
    if (attempt.deployed) ++counts_[id + " deployments " + result];
    runs_[id + " run durations " + result].push_back(attempt.end - attempt.start);
    std::optional<Timestamp> first_job;
    for (const sim::Occurrence& stage : attempt.stages) {
      const std::string& stage_name = names.Stage(stage.sequence);
      stages_[fmt::format("{} stage {} {}", id, stage_name, ResultWord(stage.state))].push_back(
          stage.end - stage.start);
      for (const sim::Occurrence& child : stage.children) {
        if (!child.part.empty()) {
          AddStep(child);
          continue;
        }
        first_job = std::min(first_job.value_or(child.start), child.start);
        jobs_[fmt::format("{} job {}/{} {}", id, stage_name,
                          names.Job(stage.sequence, child.sequence), ResultWord(child.state))]
            .push_back(child.end - child.start);
        for (const sim::Occurrence& step : child.children) AddStep(step);
      }
    }
    if (attempt.attempt == 0 && first_job) {
      stages_["dispatch wait"].push_back(*first_job - attempt.start);
    }
  }

  void AddStep(const sim::Occurrence& step) {
    steps_[fmt::format("step {} {} {}", step.task, step.business_type, ResultWord(step.state))]
        .push_back(step.end - step.start);
  }

  void PutTime(const std::string& name, const std::optional<Timestamp>& time) {
    if (time) totals_[name] = std::to_string(ToEpochMillis(*time));
  }

  const HistogramBounds& bounds_;
  std::map<std::string, std::uint64_t> counts_;
  std::map<std::string, Observations> runs_;
  std::map<std::string, Observations> stages_;
  std::map<std::string, Observations> jobs_;
  std::map<std::string, Observations> steps_;
  Totals totals_;
};

void AddPublished(const PipelineState& pipeline, Totals& totals) {
  const std::string& id = pipeline.id.value;
  for (const auto& [labels, run] : pipeline.runs) {
    const std::string result(RunResultName(labels.result));
    Put(totals, id + " runs " + result, run.count);
    totals[id + " run durations " + result] = Describe(run.duration);
  }
  Put(totals, id + " retries", pipeline.retries);
  Put(totals, id + " paused", static_cast<std::uint64_t>(pipeline.paused_total.count()));
  for (const auto& [result, value] : pipeline.deployments) {
    Put(totals, fmt::format("{} deployments {}", id, RunResultName(result)), value.count);
  }
  for (const auto& [labels, histogram] : pipeline.stage_durations) {
    totals[fmt::format("{} stage {} {}", id, labels.stage, RunResultName(labels.result))] =
        Describe(histogram);
  }
  for (const auto& [labels, histogram] : pipeline.job_durations) {
    totals[fmt::format("{} job {}/{} {}", id, labels.stage, labels.job,
                       RunResultName(labels.result))] = Describe(histogram);
  }
  for (std::size_t i = 0; i < kMissedReasonCount; ++i) {
    Put(totals, fmt::format("{} missed {}", id, MissedReasonName(static_cast<MissedReason>(i))),
        pipeline.missed[i]);
  }
  if (pipeline.latest) {
    Put(totals, id + " latest", static_cast<std::uint64_t>(pipeline.latest->number));
  }
  Put(totals, id + " consecutive failures", pipeline.consecutive_failures);
  const auto put_time = [&](const std::string& name, const std::optional<Timestamp>& time) {
    if (time) totals[id + name] = std::to_string(ToEpochMillis(*time));
  };
  put_time(" last success", pipeline.last_success);
  put_time(" last failure", pipeline.last_failure);
  put_time(" broken since", pipeline.broken_since);
  for (const ActivityState state :
       {ActivityState::kQueued, ActivityState::kRunning, ActivityState::kPaused}) {
    Put(totals, fmt::format("{} active {}", id, ActivityStateName(state)),
        static_cast<std::uint64_t>(CountActive(pipeline, state).count));
  }
}

Totals PublishedTotals(const ProjectSnapshot& project) {
  Totals totals;
  for (const auto& pipeline : project.pipelines) AddPublished(*pipeline, totals);
  for (const auto& [labels, histogram] : project.totals->step_durations) {
    totals[fmt::format("step {} {} {}", labels.plugin, labels.business_type,
                       RunResultName(labels.result))] = Describe(histogram);
  }
  if (project.totals->dispatch_wait) {
    totals["dispatch wait"] = Describe(*project.totals->dispatch_wait);
  }
  return totals;
}

void Compare(const Totals& expected, const Totals& published, std::vector<std::string>& lines) {
  for (const auto& [name, value] : expected) {
    const auto found = published.find(name);
    const std::string got = found == published.end() ? "nothing" : found->second;
    if (got != value) lines.push_back(fmt::format("{}: {} instead of {}", name, got, value));
  }
  for (const auto& [name, value] : published) {
    if (!expected.contains(name)) lines.push_back(fmt::format("{}: {} too much", name, value));
  }
}

}  // namespace

std::vector<std::string> CompareWithTruth(sim::Simulator& simulator, const Snapshot& snapshot) {
  std::vector<std::string> lines;
  simulator.With([&](const sim::World& world) {
    for (std::size_t i = 0; i < world.projects().size(); ++i) {
      Expectation expectation(*snapshot.bounds);
      for (const auto& pipeline : world.projects()[i]->pipelines) {
        sim::TruthQuery query;
        query.stages = true;
        if (pipeline->deleted()) continue;
        const sim::Run* latest = world.LatestRun(*pipeline);
        expectation.Add(*pipeline, sim::TruthOf(world, *pipeline, query),
                        latest == nullptr ? 0 : latest->number);
      }
      Compare(expectation.Finish(), PublishedTotals(*snapshot.projects.at(i)), lines);
    }
  });
  return lines;
}

}  // namespace codearts::testing
