#include "bench/simulator_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "base/text.h"
#include "simulator/simulator_server.h"
#include "support/tls_certificate.h"

namespace codearts::testing {
namespace {

using std::chrono::hours;

Result<std::unique_ptr<sim::SimulatorServer>> StartServer(const SimulatorProcess::Options& shape,
                                                          std::string certificate,
                                                          std::string key) {
  sim::SimulatorServer::Options options;
  options.http.tls_certificate = std::move(certificate);
  options.http.tls_key = std::move(key);
  options.simulator.world.projects = shape.projects;
  options.simulator.world.pipelines = shape.pipelines;
  options.simulator.world.run_interval = std::chrono::seconds(0);
  options.simulator.start = SystemClock().Now() - hours(24 * 30);
  options.simulator.time_scale = 0;
  options.simulator.keys = {
      {std::string(SimulatorProcess::kAccessKey), std::string(SimulatorProcess::kSecretKey)}};
  options.simulator.latency = shape.latency;
  auto server = sim::SimulatorServer::Start(options);
  if (!server.ok()) return server.status();
  (*server)->With([](sim::World& world) {
    for (const auto& project : world.projects()) {
      for (const auto& pipeline : project->pipelines) world.StartRun(pipeline->id());
    }
  });
  (*server)->Advance(hours(48));
  return server;
}

// Serves until it is killed. Writes one line each into `ready`: its URL, then the projects' ids.
[[noreturn]] void Serve(const sim::SimulatorServer& server, std::string_view ids, int ready) {
  const std::string text = server.url() + "\n" + std::string(ids);
  if (write(ready, text.data(), text.size()) < 0) _exit(1);
  close(ready);
  while (true) pause();
}

// In the child.
[[noreturn]] void RunSimulator(const SimulatorProcess::Options& shape,
                               const std::string& certificate, const std::string& key, int ready) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto server = StartServer(shape, certificate, key);
  if (!server.ok()) {
    std::fprintf(stderr, "no simulator: %s\n", server.status().message().c_str());
    _exit(1);
  }
  std::string ids;
  (*server)->With([&ids](const sim::World& world) {
    for (const auto& project : world.projects()) ids += project->id + "\n";
  });
  Serve(**server, ids, ready);
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

SimulatorProcess::SimulatorProcess(const Options& options) {
  const TlsCertificate tls = MakeTlsCertificate("IP:127.0.0.1");
  ca_file_ = folder_.Write("certificate.pem", tls.certificate);
  const std::string key = folder_.Write("key.pem", tls.key);
  std::array<int, 2> ready{};
  if (pipe(ready.data()) != 0) std::abort();
  child_ = fork();
  if (child_ == 0) RunSimulator(options, ca_file_, key, ready[1]);
  close(ready[1]);
  const std::string text = ReadAll(ready[0]);
  close(ready[0]);
  if (child_ < 0 || text.empty()) std::abort();
  for (const std::string_view line : Split(text, '\n')) {
    if (url_.empty()) {
      url_ = line;
    } else if (!line.empty()) {
      projects_.push_back({std::string(line)});
    }
  }
}

SimulatorProcess::~SimulatorProcess() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

}  // namespace codearts::testing
