#include "simulator/simulator_server.h"

#include "fmt/format.h"

namespace codearts::sim {

Result<std::unique_ptr<SimulatorServer>> SimulatorServer::Start(const Options& options) {
  std::unique_ptr<SimulatorServer> server(new SimulatorServer(options.simulator));
  Simulator& simulator = server->simulator_;
  Result<std::unique_ptr<HttpServer>> http = HttpServer::Start(
      options.http, [&simulator](const Request& request) { return simulator.Handle(request); });
  if (!http.ok()) return http.status();
  server->http_ = *std::move(http);
  simulator.SetConnectionSource([server = server->http_.get()] { return server->counts(); });
  const bool v6 = options.http.host.find(':') != std::string::npos;
  server->url_ =
      fmt::format("{}://{}:{}", options.http.tls_key.empty() ? "http" : "https",
                  v6 ? "[" + options.http.host + "]" : options.http.host, server->http_->port());
  return server;
}

}  // namespace codearts::sim
