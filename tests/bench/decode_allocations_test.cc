// What decoding allocates is for what is kept: neither the size of a script nor an input more costs
// an allocation.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "api/run_detail_decode.h"
#include "base/http_message.h"
#include "bench/allocation_counter.h"

namespace codearts {
namespace {

constexpr int kSteps = 100;

// A run of one stage and one job, whose steps have so many inputs with scripts of that size.
std::string Detail(int inputs, std::size_t script_size) {
  const std::string script(script_size, 'x');
  std::string body =
      R"({"id":"25adfa6784124cfc9b9274ceaecf9957","run_number":7,"status":"COMPLETED",)"
      R"("stages":[{"id":"a","name":"build","status":"COMPLETED",)"
      R"("jobs":[{"id":"b","name":"compile","status":"COMPLETED","steps":[)";
  for (int step = 0; step < kSteps; ++step) {
    body += fmt::format(R"({}{{"name":"step","task":"official_devcloud_shell","sequence":{},)"
                        R"("id":"{:032}","status":"COMPLETED","inputs":[)",
                        step > 0 ? "," : "", step, step);
    for (int input = 0; input < inputs; ++input) {
      body += fmt::format(R"({}{{"key":"script","value":"{}"}})", input > 0 ? "," : "", script);
    }
    body += "]}";
  }
  return body + "]}]}]}";
}

std::int64_t AllocationsOf(std::string body) {
  body.reserve(body.size() + kBodyPadding);  // As it comes from the transport.
  const std::int64_t before = testing::AllocationCount();
  const auto run = DecodeRunDetail(std::move(body));
  const std::int64_t count = testing::AllocationCount() - before;
  EXPECT_TRUE(run.ok());
  return count;
}

TEST(DecodeAllocationsTest, DependOnWhatIsKeptAlone) {
  AllocationsOf(Detail(1, 10));  // The first one makes what all use in turn.
  const std::int64_t small = AllocationsOf(Detail(1, 10));

  EXPECT_EQ(AllocationsOf(Detail(1, 10'000)), small);
  EXPECT_EQ(AllocationsOf(Detail(20, 10)), small);
}

TEST(DecodeAllocationsTest, AreFewForEachStep) {
  EXPECT_LE(AllocationsOf(Detail(1, 10)), 5 * kSteps);
}

}  // namespace
}  // namespace codearts
