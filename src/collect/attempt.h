#ifndef CODEARTS_COLLECT_ATTEMPT_H_
#define CODEARTS_COLLECT_ATTEMPT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "model/pipeline_run.h"

namespace codearts {

class NamePatterns;

// What decides how an attempt is counted, from the configuration.
struct CountingRules {
  MetricsLevel histogram_level = MetricsLevel::kJob;
  bool trigger_label = false;
  bool branch_label = false;
  std::shared_ptr<const NamePatterns>
      branches;  // One that matches none is "other"; null: all match.
  std::shared_ptr<const HistogramBounds> bounds;
};

// Returns the branch of a run: the target of its first code source, else the source branch, else
// the tag; "" if it has none.
std::string BranchOf(const PipelineRun& run);

// Counts a finished attempt of `run`: run counter and histogram, those of stages, jobs and steps
// that ran in this attempt, retries, paused time, deployments and the chain of failures.
// `previous_end`: end of the run's attempt before, nullopt for its first. Requires run.end_time.
void CountAttempt(const PipelineRun& run, std::optional<Timestamp> previous_end,
                  const CountingRules& rules, PipelineState& pipeline, ProjectTotals& project);

// Notes a finished attempt in last success, last failure and the chain of failures, in whatever
// order attempts become known. Returns the time to restore if it ended a chain.
std::optional<Duration> NoteOutcome(RunResult result, Timestamp end, PipelineState& pipeline);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_ATTEMPT_H_
