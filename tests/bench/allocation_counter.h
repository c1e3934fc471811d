#ifndef CODEARTS_TESTS_BENCH_ALLOCATION_COUNTER_H_
#define CODEARTS_TESTS_BENCH_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace codearts::testing {

// Returns how often the program has called operator new. Link allocation_counter.cc, which replaces
// it; what libraries take from malloc is not counted. Threads: safe.
std::int64_t AllocationCount();

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_BENCH_ALLOCATION_COUNTER_H_
