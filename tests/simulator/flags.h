#ifndef CODEARTS_SIMULATOR_FLAGS_H_
#define CODEARTS_SIMULATOR_FLAGS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "simulator/simulator_server.h"

namespace codearts::sim {

// The command line as it was written; durations carry their unit.
struct Flags {
  std::string listen = "127.0.0.1:0";
  std::string tls_cert;
  std::string tls_key;
  std::uint64_t seed = 1;
  int projects = 1;
  int pipelines = 10;
  std::string history = "0s";
  std::string run_interval = "30m";
  std::string start;
  double time_scale = 1;
  std::string server_clock = "real";
  std::string access_key;
  std::string secret_key;
  std::vector<std::string> auth_tokens;
  std::string iam_domain = "acme";
  std::string iam_user;
  std::string iam_password;
  std::string token_lifetime = "24h";
  std::string region = "cn-north-4";
  std::string metadata = "off";
  std::string metadata_lifetime = "6h";
  std::string latency = "0ms";
  double requests_per_second = 0;
  std::int64_t max_limit = 0;
  bool chunked = false;
};

void AddFlags(CLI::App& app, Flags& flags);

// Errors: kInvalidArgument with the flag's name.
Result<SimulatorServer::Options> MakeOptions(const Flags& flags);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_FLAGS_H_
