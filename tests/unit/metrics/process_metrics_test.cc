#include "metrics/process_metrics.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "support/fake_clock.h"

namespace codearts {
namespace {

using testing::FakeClock;

std::map<std::string, double> ValuesOf(ProcessMetrics& process) {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : *process.Read()) {
    const prometheus::ClientMetric& metric = family.metric.front();
    values[family.name] =
        family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

// Sets a limit of this process until it goes out of scope.
class LimitOverride {
 public:
  LimitOverride(decltype(RLIMIT_NOFILE) resource, rlim_t soft) : resource_(resource) {
    getrlimit(resource_, &before_);
    rlimit limit = before_;
    limit.rlim_cur = soft;
    setrlimit(resource_, &limit);
  }
  ~LimitOverride() { setrlimit(resource_, &before_); }
  LimitOverride(const LimitOverride&) = delete;
  LimitOverride& operator=(const LimitOverride&) = delete;

 private:
  const decltype(RLIMIT_NOFILE) resource_;
  rlimit before_{};
};

// A procfs of files in the test's own folder.
class ProcessMetricsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    proc_ = std::filesystem::path(::testing::TempDir()) /
            (std::string("process_metrics_") + test->name() + "_" + std::to_string(getpid()));
    std::filesystem::create_directories(proc_ / "self" / "fd");
  }
  void TearDown() override { std::filesystem::remove_all(proc_); }

  void Write(const std::string& path, const std::string& text) const {
    std::ofstream(proc_ / path) << text;
  }

  // Without what is asked of the kernel by calls.
  std::map<std::string, double> ReadProcfs() const {
    ProcessMetrics process(clock_, proc_.string());
    std::map<std::string, double> values = ValuesOf(process);
    for (const char* name :
         {"process_cpu_seconds_total", "process_max_fds", "process_virtual_memory_max_bytes"}) {
      values.erase(name);
    }
    return values;
  }

  FakeClock clock_;
  std::filesystem::path proc_;
};

TEST_F(ProcessMetricsTest, ReadsProcfs) {
  Write("stat", "cpu  1 2 3\nintr 4\nctxt 5\nbtime 1700000000\nprocesses 6\n");
  Write("self/stat",
        "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 7 0 1000 123456789 2000 "
        "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n");
  Write("self/status",
        "Name:\ta) b (c\nVmPeak:\t  999999 kB\nVmSize:\t  123456 kB\nVmHWM:\t 77 kB\n"
        "VmRSS:\t    2000 kB\nThreads:\t7\n");
  for (const char* fd : {"0", "1", "2"}) Write(std::string("self/fd/") + fd, "");

  const std::map<std::string, double> expected = {
      {"process_open_fds", 3},
      {"process_virtual_memory_bytes", 123456 * 1024},
      {"process_resident_memory_bytes", 2000 * 1024},
      {"process_start_time_seconds", 1700000000 + 1000 / static_cast<double>(sysconf(_SC_CLK_TCK))},
      {"process_threads", 7},
  };
  EXPECT_EQ(ReadProcfs(), expected);
}

TEST_F(ProcessMetricsTest, LeavesOutWhatItCannotRead) {
  std::filesystem::remove_all(proc_ / "self");

  EXPECT_TRUE(ReadProcfs().empty());
}

TEST_F(ProcessMetricsTest, LeavesOutWhatIsCutShort) {
  Write("stat", "btime 1700000000\n");
  Write("self/stat", "42 (name) S 1 42 42 0 -1 4194560 100 0 0 0 250");
  Write("self/status", "Threads:\nVmSize:\t  kB\nVmRSS:\t 4 kB\n");

  const std::map<std::string, double> expected = {{"process_open_fds", 0},
                                                  {"process_resident_memory_bytes", 4096}};
  EXPECT_EQ(ReadProcfs(), expected);
}

TEST_F(ProcessMetricsTest, ReadsOnceASecond) {
  Write("self/status", "Threads:\t7\n");
  ProcessMetrics process(clock_, proc_.string());
  EXPECT_EQ(ValuesOf(process)["process_threads"], 7);
  Write("self/status", "Threads:\t8\n");

  clock_.Advance(Duration(999));
  EXPECT_EQ(ValuesOf(process)["process_threads"], 7);

  clock_.Advance(Duration(1));
  EXPECT_EQ(ValuesOf(process)["process_threads"], 8);
}

class ThisProcessTest : public ::testing::Test {
 protected:
  std::map<std::string, double> Read() {
    clock_.Advance(std::chrono::seconds(1));
    return ValuesOf(process_);
  }

  FakeClock clock_;
  ProcessMetrics process_{clock_};
};

TEST_F(ThisProcessTest, IsRead) {
  std::map<std::string, double> values = Read();

  EXPECT_GT(values["process_cpu_seconds_total"], 0);
  EXPECT_GT(values["process_resident_memory_bytes"], 1e5);
  EXPECT_GT(values["process_virtual_memory_bytes"], values["process_resident_memory_bytes"]);
  EXPECT_GT(values["process_open_fds"], 2);
  EXPECT_GT(values["process_start_time_seconds"], 1.5e9);
  EXPECT_GE(values["process_threads"], 1);
}

TEST_F(ThisProcessTest, TellsItsLimits) {
  const LimitOverride descriptors(RLIMIT_NOFILE, 200);

  EXPECT_EQ(Read()["process_max_fds"], 200);
}

TEST_F(ThisProcessTest, LeavesOutALimitThatIsNone) {
  const LimitOverride memory(RLIMIT_AS, RLIM_INFINITY);

  EXPECT_FALSE(Read().contains("process_virtual_memory_max_bytes"));
}

TEST_F(ThisProcessTest, CountsItsTime) {
  const double before = Read()["process_cpu_seconds_total"];

  // Reading takes time of the processor by itself.
  EXPECT_GT(Read()["process_cpu_seconds_total"], before);
}

}  // namespace
}  // namespace codearts
