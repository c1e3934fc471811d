#include "exporter/process_limits.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace codearts {
namespace {

// What is set can't be taken back, so each test has a process of its own.

[[noreturn]] void ExitWithWhatMayBeDumped() {
  ForbidMemoryDumps();
  rlimit limit = {1, 1};
  getrlimit(RLIMIT_CORE, &limit);
  const bool forbidden = prctl(PR_GET_DUMPABLE) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
  _exit(forbidden ? 0 : 1);
}

[[noreturn]] void ExitWithFileLimit(rlim_t hard) {
  rlimit limit = {20, hard};
  setrlimit(RLIMIT_NOFILE, &limit);
  RaiseFileLimit();
  getrlimit(RLIMIT_NOFILE, &limit);
  _exit(limit.rlim_cur == hard ? 0 : 1);
}

TEST(ProcessLimitsDeathTest, ForbidsMemoryDumps) {
  EXPECT_EXIT(ExitWithWhatMayBeDumped(), ::testing::ExitedWithCode(0), "");
}

TEST(ProcessLimitsDeathTest, RaisesTheLimitOfOpenFilesAndSaysIfItIsLow) {
  EXPECT_EXIT(ExitWithFileLimit(200), ::testing::ExitedWithCode(0),
              "raise the limit of open files.*limit=200 wanted=800");
}

#ifndef CODEARTS_SANITIZED  // Sanitizers bring a heap of their own.
std::size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(ProcessLimitsTest, ReturnsMemoryThatIsFreeBetweenWhatIsUsed) {
  constexpr std::size_t kTexts = 2000;
  constexpr std::size_t kTextBytes = 20'000;
  std::vector<std::string> texts;
  std::vector<std::unique_ptr<int>> between;
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts.emplace_back(kTextBytes, 'x');
    between.push_back(std::make_unique<int>(0));
  }
  texts.clear();
  const std::size_t before = ResidentBytes();

  ReturnFreeMemory();

  EXPECT_LT(ResidentBytes() + kTexts * kTextBytes / 2, before);
}
#endif

}  // namespace
}  // namespace codearts
