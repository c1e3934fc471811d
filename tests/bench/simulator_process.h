#ifndef CODEARTS_TESTS_BENCH_SIMULATOR_PROCESS_H_
#define CODEARTS_TESTS_BENCH_SIMULATOR_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"
#include "support/temp_dir.h"

namespace codearts::testing {

// A simulator that serves HTTPS from a process of its own, so that what it costs is not counted
// with what is measured. Every pipeline has had one run, which ended weeks ago; nothing happens any
// more.
class SimulatorProcess {
 public:
  static constexpr std::string_view kAccessKey = "AKBENCH";
  static constexpr std::string_view kSecretKey = "secret-of-the-benchmark";

  struct Options {
    int projects = 10;
    int pipelines = 100;  // Of each project.
    Duration latency{0};  // Of every answer.
  };

  // Forks; ends the program if the simulator does not start. Threads: there must be no other.
  explicit SimulatorProcess(const Options& options);
  ~SimulatorProcess();
  SimulatorProcess(const SimulatorProcess&) = delete;
  SimulatorProcess& operator=(const SimulatorProcess&) = delete;

  // "https://127.0.0.1:PORT".
  const std::string& url() const { return url_; }
  const std::vector<ProjectId>& projects() const { return projects_; }
  // Path of the certificate to trust.
  const std::string& ca_file() const { return ca_file_; }

 private:
  TempDir folder_;
  std::string ca_file_;
  pid_t child_ = -1;
  std::string url_;
  std::vector<ProjectId> projects_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_BENCH_SIMULATOR_PROCESS_H_
