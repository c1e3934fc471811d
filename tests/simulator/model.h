// simulator/: a stand-in for the CodeArts Pipeline API that tests trust. World (model, plan,
// pipeline, world, truth) is pure and lives on a virtual clock; api_* renders it; http_server
// carries it; faults spoil it on demand. It must not know anything of src/ but base/: what it says
// is the reference that the exporter is held against.
#ifndef CODEARTS_SIMULATOR_MODEL_H_
#define CODEARTS_SIMULATOR_MODEL_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace codearts::sim {

using std::chrono::seconds;

// A moment that does not come.
inline constexpr Timestamp kNever = Timestamp::max();

// Every status that the API is known to give to runs, stages, jobs and steps.
enum class State {
  kInit,
  kQueued,
  kRunning,
  kPaused,
  kSuspend,
  kCompleted,
  kFailed,
  kCanceled,
  kIgnored,
  kSkipped,
  kUnselected,
  kAsyncRunning,
  kAsyncFailed,
  kRedispatch,
};

// Returns the API's word, e.g. "COMPLETED".
std::string_view StateName(State state);

// How an attempt ends.
enum class Outcome { kSuccess, kFailure, kCancellation, kSkip };

// Returns "success", "failure", "cancellation" or "skip".
std::string_view OutcomeName(Outcome outcome);
std::optional<Outcome> ParseOutcome(std::string_view name);
State FinalState(Outcome outcome);

// The inverse of FinalState, for the four states that end a run.
std::optional<Outcome> OutcomeOf(State state);

struct StepTemplate {
  std::optional<std::string> name;
  std::string task;                          // Plug-in, e.g. official_devcloud_maven.
  std::optional<std::string> business_type;  // Build, Test, Check, Deploy, Normal or null.
  std::string identifier;
};

struct JobTemplate {
  std::string name;
  std::string identifier;
  std::vector<StepTemplate> steps;
  bool after_previous = false;  // Waits for the job before it.
  bool async = false;           // Does not hold its stage.
  bool optional = false;        // Left out of some runs: UNSELECTED.
  bool conditional = false;     // Its condition is never met: SKIPPED.
  seconds typical{60};
};

struct StageTemplate {
  std::string name;
  std::string identifier;
  std::vector<StepTemplate> pre;
  std::vector<StepTemplate> post;
  std::vector<JobTemplate> jobs;
  bool review = false;  // The last step of `pre` may wait for people.
};

// How the service writes what it does not know yet.
enum class NotYet { kNull, kZero, kAbsent };

// Where the sources of the API disagree or are silent, pipelines differ.
struct Style {
  NotYet not_yet = NotYet::kNull;
  bool latest_run_absent = false;  // Never-run: the key is missing rather than null.
  bool queued_visible = true;      // Queued runs are in the run list, not in the queue alone.
  bool queued_as_init = false;     // ... as INIT rather than QUEUED.
  bool extra_fields = true;        // group_id, detail_url, current_system_time and the like.
  bool async_as_bool = false;      // parallel and async as bool rather than string.
  State pause_state = State::kPaused;
};

// A pipeline's definition and habits.
struct PipelineTemplate {
  std::vector<StageTemplate> stages;
  int concurrency = 1;    // Beyond it spontaneous runs queue.
  double failure = 0.13;  // Chances of the outcomes of spontaneous attempts.
  double cancellation = 0.05;
  double skip = 0.02;
  double retry = 0.5;  // Chance that a failed or cancelled run is retried.
  Style style;
  bool never_run = false;  // Has no run by itself.
};

// Makes a varied definition: 1 to 5 stages of 1 to 6 jobs, with repeated and Chinese names.
PipelineTemplate MakeTemplate(std::uint64_t seed);

// Makes a definition of `stages` stages with `jobs` jobs of one step each, without gate, review,
// chance or oddity: for tests that count.
PipelineTemplate MakePlainTemplate(int stages, int jobs);

// Put into every field that an exporter must not show: inputs, messages, resources, trigger tokens.
inline constexpr std::string_view kLeakSentinel = "SIM-LEAK-SENTINEL";

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_MODEL_H_
