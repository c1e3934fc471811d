#ifndef CODEARTS_SIMULATOR_TRUTH_H_
#define CODEARTS_SIMULATOR_TRUTH_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/world.h"

namespace codearts::sim {

// One finished occurrence of a stage, job or step; children are those that ran in the same attempt.
struct Occurrence {
  std::string name;  // "" where the API says null.
  std::string identifier;
  int sequence = 0;
  std::string part;           // Of steps: "pre", "post" or "" (of a job).
  std::string task;           // Of steps.
  std::string business_type;  // Of steps; "" where the API says null.
  State state = State::kCompleted;
  Timestamp start;
  Timestamp end;
  std::vector<Occurrence> children;  // Of a stage: its jobs, then its pre and post steps.
};

// One finished attempt of a run: what adds one to a counter.
struct AttemptTruth {
  std::string run_id;
  int run_number = 0;
  int attempt = 0;  // 0 for the first.
  Outcome outcome = Outcome::kSuccess;
  Timestamp start;  // The run's start_time: that of its first attempt.
  Timestamp begin;  // When this attempt began.
  Timestamp end;
  Duration paused{0};                    // In this attempt.
  bool deployed = false;                 // It ran a step with business type Deploy.
  std::optional<Timestamp> replaced_at;  // A retry began then; from there on the API hides it.
  bool deleted = false;                  // The run was deleted from list and detail.
  std::vector<Occurrence> stages;        // Only if asked for.
};

// What a perfect exporter, one that saw every attempt end, would have counted.
struct PipelineTruth {
  std::string pipeline_id;
  std::string name;
  Timestamp create_time;
  bool deleted = false;
  bool banned = false;
  std::map<Outcome, int> runs;
  int retries = 0;  // Attempts after the first that have ended.
  Duration paused{0};
  std::map<Outcome, int> deployments;
  int latest_run_number = 0;          // 0: no run was ever begun.
  std::map<std::string, int> active;  // queued (INIT too), running, paused; visible runs only
  std::optional<Timestamp> last_success;
  std::optional<Timestamp> last_failure;
  std::optional<Timestamp> broken_since;
  int consecutive_failures = 0;
  std::vector<Duration> times_to_restore;
  std::vector<AttemptTruth> attempts;  // By end, then by run number.
};

struct TruthQuery {
  std::optional<Timestamp> since =
      std::nullopt;     // Only attempts that ended then or later are counted.
  bool stages = false;  // Fill AttemptTruth::stages.
};

PipelineTruth TruthOf(const World& world, const Pipeline& pipeline, const TruthQuery& query = {});

// Returns what the run's attempt number `attempt` did. Requires it to have ended.
AttemptTruth TruthOfAttempt(const Pipeline& pipeline, const Run& run, std::size_t attempt,
                            bool stages);

struct TruthFilter {
  TruthQuery query;
  std::string project_id;   // "" for all.
  std::string pipeline_id;  // "" for all.
  bool attempts = true;     // Write the attempts, not the sums alone.
};

// Renders the answer of GET /_sim/truth.
std::string TruthJson(const World& world, const TruthFilter& filter);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_TRUTH_H_
