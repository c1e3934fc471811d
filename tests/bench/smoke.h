#ifndef CODEARTS_TESTS_BENCH_SMOKE_H_
#define CODEARTS_TESTS_BENCH_SMOKE_H_

#include <cstdlib>

namespace codearts::testing {

// Whether the benchmark only has to show that it works, as in the test suite: then it may work on
// less, so that it ends soon in every build.
inline bool IsSmokeRun() {
  return std::getenv("CODEARTS_BENCH_SMOKE") != nullptr;
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_BENCH_SMOKE_H_
