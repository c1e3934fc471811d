#ifndef CODEARTS_SIMULATOR_SIMULATOR_H_
#define CODEARTS_SIMULATOR_SIMULATOR_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "simulator/access.h"
#include "simulator/api.h"
#include "simulator/faults.h"
#include "simulator/http_types.h"
#include "simulator/iam.h"
#include "simulator/metadata.h"
#include "simulator/request_log.h"
#include "simulator/virtual_clock.h"
#include "simulator/world.h"

namespace codearts::sim {

struct SimulatorOptions {
  WorldOptions world;              // Its `start` is replaced by the one below.
  std::optional<Timestamp> start;  // Of the virtual clock; else the real time.
  double time_scale = 1;
  bool server_time_is_virtual = false;  // Signatures and tokens go by the virtual clock.
  Duration clock_skew{0};               // Added to the server's time.

  std::vector<std::pair<std::string, std::string>> keys;  // Access key, secret key.
  std::vector<std::string> auth_tokens;                   // Accepted X-Auth-Tokens.
  TokenService::Options iam;
  MetadataService::Options metadata;

  Duration latency{0};
  double requests_per_second = 0;  // Beyond it 429; 0: no limit.
  std::int64_t max_limit = 0;      // Largest page; 0: any.
  bool chunked = false;            // Answers without Content-Length.
};

// The service without its sockets: requests in, answers out. Threads: safe; one request at a time.
class Simulator {
 public:
  // `clock` is the real time; it must outlive this.
  Simulator(const SimulatorOptions& options, const Clock& clock);

  // Answers one request at the present moment of both clocks.
  Reply Handle(const Request& request);

  // Calls `use(World&)` at the present moment, with nothing else going on; returns what it returns.
  // World's own methods keep the events in order; of a Pipeline only SetBanned, SetDeleted and
  // MakeNeverRun may be called directly.
  template <typename Use>
  auto With(Use use) {
    const std::lock_guard lock(mutex_);
    Tick();
    return use(world_);
  }

  // Moves the virtual clock.
  void Advance(Duration by);

  // Errors: kInvalidArgument for an unknown kind.
  Status AddFault(Fault fault);
  void ClearFaults();

  RequestCounts Counts() const;
  void ResetCounts();

  // Lets GET /_sim/requests say what `source` knows of connections.
  void SetConnectionSource(std::function<ConnectionCounts()> source);

  // Moves the server's own time, which signatures and tokens go by.
  void SetClockSkew(Duration skew);
  void RevokeTokens();
  void AddKey(const std::string& access_key, const std::string& secret_key);
  bool RemoveKey(const std::string& access_key);
  void SetLatency(Duration latency);
  void SetRequestsPerSecond(double rate);
  void SetMaxLimit(std::int64_t limit);

 private:
  void Tick() { world_.AdvanceTo(virtual_clock_.Now()); }
  Timestamp ServerNow() const;
  bool Throttled();
  Reply Answer(const Route& route, const Request& request);
  Reply AnswerRight(const Route& route, const Request& request, PageTwist twist);
  void Finish(Reply& reply);

  // The controls under /_sim/, in control.cc; what they call expects the lock to be held.
  Reply HandleControl(const Request& request);
  Reply ControlFaults(const Request& request);
  Reply ControlSettings(const Request& request);
  Reply ControlAdvance(const Request& request);
  Reply ControlKeys(const Request& request);
  Reply ShowTruth(const Request& request) const;
  Reply ShowStatus() const;

  SimulatorOptions options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  VirtualClock virtual_clock_;
  World world_;
  Api api_;
  TokenService tokens_;
  AccessControl access_;
  MetadataService metadata_;
  FaultTable faults_;
  RequestLog log_;
  std::function<ConnectionCounts()> connections_;
  std::uint64_t requests_ = 0;
  double budget_;  // Of requests, refilled by requests_per_second.
  SteadyTime refilled_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_SIMULATOR_H_
