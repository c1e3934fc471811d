#ifndef CODEARTS_HTTP_CALL_QUEUE_H_
#define CODEARTS_HTTP_CALL_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/credential_gate.h"
#include "base/clock.h"
#include "base/status.h"
#include "http/rate_limiter.h"
#include "http/request_scheduler.h"

namespace codearts {

// What is known about a credential, by its name: it outlives a reload.
struct CredentialState {
  CredentialGate gate;
  bool preparing = false;  // Prepare has not called back yet.
  Status prepared;         // What it called back with last.
  bool waiting = false;    // The gate said so in the present round.
  std::uint64_t renewals = 0;
};

// The way to one host as one credential.
struct Lane {
  std::string host;
  CredentialState* credential;  // nullptr: none.
  RateLimiter limiter;
  int in_flight = 0;
  bool failing = false;  // The last attempt got no answer.
  std::uint64_t last_turn = 0;
};

struct Flow;

// One call from Submit to its end.
struct ScheduledCall {
  ApiCall call;
  RequestScheduler::Done done;
  Lane* lane = nullptr;
  Flow* flow = nullptr;
  int attempts = 0;
  bool renewed = false;  // Repeated once because of a 401.
  SteadyTime first_sent;
  // Of the present attempt:
  SteadyTime sent;
  std::size_t fingerprint = 0;
  std::uint64_t renewals = 0;
  bool is_signed = false;
};
using ScheduledCallPtr = std::shared_ptr<ScheduledCall>;

// The calls of one group on one lane, in order.
struct Flow {
  Lane* lane = nullptr;
  std::deque<ScheduledCallPtr> calls;
  int in_flight = 0;
  std::uint64_t last_turn = 0;
};

// Keeps the calls that wait to be sent and says which is next, so that lanes and then groups have
// evenly many in flight. A lane whose host does not answer gets a quarter of the slots. Knows
// nothing of sending. Threads: one.
class CallQueue {
 public:
  struct Limits {
    int concurrency;
    Duration longest_pause;  // Calls of a lane that Retry-After holds up for longer need not wait.
  };

  // Assigns lane and flow, which are made as they are needed, and appends the call.
  void Add(const ScheduledCallPtr& call, double requests_per_second, SteadyTime now);

  // Puts a call that was added before in front of its flow: it has waited once already.
  void AddAgain(const ScheduledCallPtr& call) { call->flow->calls.push_front(call); }

  // Returns the flow whose first call is to be tried, or given up, now; nullptr if there is none.
  Flow* Next(const Limits& limits, SteadyTime now);

  // When a rate limiter lets the next call through that waits for nothing else; nullopt if none
  // waits for one.
  std::optional<SteadyTime> NextWake(SteadyTime now);

  // Takes the first call out.
  ScheduledCallPtr Take(Flow& flow);

  // Takes all calls out for which `predicate` holds.
  std::vector<ScheduledCallPtr> TakeIf(const std::function<bool(const Flow&)>& predicate);

  // Lets every credential be tried again.
  void StartRound();

  // Replaces the limit of all lanes.
  void SetLimit(double requests_per_second, SteadyTime now);

  // The lowest rate of all lanes to `host`.
  double LowestRate(const std::string& host, SteadyTime now);

  // Forgets groups and what was being prepared. Requires: no call is queued, in flight or to be
  // added again.
  void Reset();

 private:
  Lane& LaneOf(const ApiCall& call, double requests_per_second, SteadyTime now);

  std::map<std::string, CredentialState> credentials_;              // By name.
  std::map<std::pair<CredentialState*, std::string>, Lane> lanes_;  // By credential and host.
  std::map<std::pair<Lane*, std::string>, Flow> flows_;             // By lane and group.
  std::uint64_t turns_ = 0;  // Counts what is served, and made: new ones go last.
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_CALL_QUEUE_H_
