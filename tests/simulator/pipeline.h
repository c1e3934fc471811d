#ifndef CODEARTS_SIMULATOR_PIPELINE_H_
#define CODEARTS_SIMULATOR_PIPELINE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/model.h"
#include "simulator/plan.h"
#include "simulator/rng.h"

namespace codearts::sim {

// One run of a pipeline. Its stages are not stored: PlanOf() lays them out again when asked.
struct Run {
  struct Attempt {
    AttemptSpec spec;
    Timestamp end = kNever;  // kNever while it is held.
    State final = State::kCompleted;
    Duration paused{0};     // Waiting for people in this attempt.
    bool deployed = false;  // A step with business type Deploy ran in this attempt.
    bool settled = false;   // Its end has been handled.
  };

  std::string id;
  int number = 0;  // From 1, without gaps.
  std::uint64_t seed = 0;
  Timestamp created;              // When it was triggered or queued.
  std::vector<Attempt> attempts;  // Empty while it is queued.
  bool deleted = false;
  bool manual = false;                 // Started by a test: never retried by itself.
  std::optional<std::string> trigger;  // Else by chance.
  std::optional<std::string> branch = std::nullopt;

  bool queued() const { return attempts.empty(); }
  Timestamp start() const { return attempts.front().spec.start; }
  bool EndedAt(Timestamp now) const { return !queued() && attempts.back().end <= now; }
};

// What a test wants of a run that it starts.
struct RunSpec {
  Outcome outcome = Outcome::kSuccess;
  std::optional<seconds> duration = std::nullopt;  // Exact; else by the definition.
  std::optional<seconds> pause =
      std::nullopt;  // Exact time of waiting for a review, part of `duration`.
  std::optional<int> stage = std::nullopt;  // Index of the stage that fails or is held.
  bool hold = false;                        // Runs until EndRun().
  seconds queued{0};                        // Waits in the queue that long first.
  std::optional<std::string> trigger = std::nullopt;
  std::optional<std::string> branch = std::nullopt;
};

// A pipeline and its history, driven by events of its own and by its own random stream: what
// happens depends on the seed and on the calls, not on the size of the steps of time.
class Pipeline {
 public:
  struct Spec {
    std::uint64_t seed = 0;
    std::string name;
    PipelineTemplate definition;
    Timestamp create_time;
    seconds interval{0};  // Mean time between spontaneous runs; 0: none.
    std::string group_id;
    std::string manifest_version = "3.0";
  };

  // Spontaneous runs begin after `now`.
  Pipeline(Spec spec, Timestamp now);

  const std::string& id() const { return id_; }
  const std::string& name() const { return spec_.name; }
  const Spec& spec() const { return spec_; }
  const PipelineTemplate& definition() const { return spec_.definition; }
  Timestamp update_time() const { return update_time_; }
  bool deleted() const { return deleted_; }
  bool banned() const { return banned_; }
  const std::deque<Run>& runs() const { return runs_; }

  // Grows whenever something happened that rendered answers have to reflect.
  std::uint64_t revision() const { return revision_; }

  // Returns the time of the next event, kNever if there is none.
  Timestamp NextEvent() const { return events_.empty() ? kNever : events_.top().at; }

  // Lets everything up to `now` happen. The other methods need it to have been called with their
  // `now`.
  void AdvanceTo(Timestamp now);

  // Starts a run at `now`, cut to seconds, whatever the concurrency. Lifetime: until this dies.
  const Run& StartRun(const RunSpec& spec, Timestamp now);

  // Ends an active or queued run at `now`; within a second of the last attempt's end, a second
  // later. Returns false if there is no such run or it has ended.
  bool EndRun(std::string_view run_id, Outcome outcome, Timestamp now);

  // Retries a run that has ended. Returns false if there is no such run or it has not ended.
  bool RetryRun(std::string_view run_id, const RunSpec& spec, Timestamp now);

  // Takes a run out of list and detail.
  bool DeleteRun(std::string_view run_id);

  // Deletes all runs and stops spontaneous ones.
  void MakeNeverRun();

  void Rename(std::string name, Timestamp now);
  void SetDeleted(bool deleted);
  void SetBanned(bool banned);
  void SetManifestVersion(std::string version);
  void SetInterval(seconds interval, Timestamp now);

  // Returns the run with that id, deleted or not, or nullptr.
  const Run* FindRun(std::string_view run_id) const;

  // Lays out the run as its attempts up to number `attempt` left it. Requires !run.queued().
  RunPlan PlanOf(const Run& run, std::size_t attempt) const;
  RunPlan PlanOf(const Run& run) const { return PlanOf(run, run.attempts.size() - 1); }

 private:
  enum class EventKind { kSpawn, kBegin, kEnd, kRetry, kQueueTimeout };
  struct Event {
    Timestamp at;
    std::uint64_t order = 0;
    EventKind kind = EventKind::kSpawn;
    int run = 0;  // Its number; of a kSpawn the generation.
    std::size_t attempt = 0;
    bool operator<(const Event& other) const {  // The queue's top is the earliest.
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void Push(Timestamp at, EventKind kind, int run = 0, std::size_t attempt = 0);
  void Handle(const Event& event);
  void HandleSpawn(const Event& event);
  void HandleEnd(const Event& event);
  Run& CreateRun(Timestamp at);
  void Begin(Run& run, AttemptSpec spec);
  void Replan(Run& run);
  void BeginQueued(Timestamp at);
  AttemptSpec DrawAttempt(Timestamp at);
  static AttemptSpec MakeAttempt(const RunSpec& spec, Timestamp at);
  Run* MutableRun(std::string_view run_id);
  Run& RunByNumber(int number) { return runs_[static_cast<std::size_t>(number) - 1]; }

  Spec spec_;
  std::string id_;
  Rng rng_;
  Timestamp update_time_;
  bool deleted_ = false;
  bool banned_ = false;
  bool spawning_ = false;
  int generation_ = 0;  // Of the chain of spawn events; older ones are void.
  int running_ = 0;
  std::uint64_t revision_ = 0;
  std::uint64_t order_ = 0;
  std::deque<Run> runs_;              // By number.
  std::deque<int> waiting_;           // Numbers of queued runs that a free slot begins.
  std::map<int, RunSpec> requested_;  // By number: queued runs that a test started.
  std::priority_queue<Event> events_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_PIPELINE_H_
