#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "fmt/format.h"
#include "simulator/flags.h"
#include "simulator/simulator_server.h"

namespace {

// Blocks the signals that end the program in every thread, so that main can wait for them.
sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  using codearts::sim::SimulatorServer;
  CLI::App app("A stand-in for the CodeArts Pipeline API, for demos, tests and benchmarks");
  codearts::sim::Flags flags;
  codearts::sim::AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const auto options = codearts::sim::MakeOptions(flags);
  if (!options.ok()) {
    fmt::print(stderr, "{}\n", options.status().message());
    return 2;
  }
  const sigset_t signals = BlockEndSignals();
  const auto server = SimulatorServer::Start(*options);
  if (!server.ok()) {
    fmt::print(stderr, "{}\n", server.status().message());
    return 1;
  }
  fmt::print("listening on {}:{}\n", options->http.host, (*server)->port());
  (*server)->With([](codearts::sim::World& world) {
    for (const auto& project : world.projects()) {
      fmt::print("project {} {}\n", project->id, project->name);
    }
  });
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
