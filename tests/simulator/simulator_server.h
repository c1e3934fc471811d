#ifndef CODEARTS_SIMULATOR_SIMULATOR_SERVER_H_
#define CODEARTS_SIMULATOR_SIMULATOR_SERVER_H_

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "simulator/http_server.h"
#include "simulator/simulator.h"

namespace codearts::sim {

// A Simulator that listens, for tests that want it in their own process.
// Threads: safe. Stops when destroyed.
class SimulatorServer {
 public:
  struct Options {
    SimulatorOptions simulator;
    HttpServerOptions http;
  };

  // Listens on a free loopback port unless `options` say otherwise. Errors: those of
  // HttpServer::Start.
  static Result<std::unique_ptr<SimulatorServer>> Start(const Options& options);

  std::uint16_t port() const { return http_->port(); }
  // Returns "http://127.0.0.1:PORT", or https.
  const std::string& url() const { return url_; }

  // Faults, keys, clock, counts; see Simulator.
  Simulator& simulator() { return simulator_; }

  // Calls `use(World&)` at the present moment, with no request being answered.
  template <typename Use>
  auto With(Use use) {
    return simulator_.With(std::move(use));
  }
  void Advance(std::chrono::seconds by) { simulator_.Advance(by); }
  Status AddFault(Fault fault) { return simulator_.AddFault(std::move(fault)); }
  void ClearFaults() { simulator_.ClearFaults(); }
  RequestCounts Counts() const { return simulator_.Counts(); }
  ConnectionCounts Connections() const { return http_->counts(); }

 private:
  explicit SimulatorServer(const SimulatorOptions& options) : simulator_(options, clock_) {}

  SystemClock clock_;
  Simulator simulator_;
  std::string url_;
  std::unique_ptr<HttpServer> http_;  // Last: it stops before what it serves dies.
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_SIMULATOR_SERVER_H_
