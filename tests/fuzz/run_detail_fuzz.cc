#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/run_detail_decode.h"
#include "base/text.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Any body is a run with what a run can't do without, or an invalid response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  const Result<PipelineRun> run =
      DecodeRunDetail(std::string(reinterpret_cast<const char*>(data), size));
  if (!run.ok()) {
    Require(run.status().code() == StatusCode::kInvalidResponse);
    return 0;
  }
  Require(!run->id.value.empty() && run->run_number > 0);
  Require(IsValidUtf8(run->id.value) && IsValidUtf8(run->name));
  Require(!run->end_time || ToEpochMillis(*run->end_time) > 0);
  for (const StageRun& stage : run->stages) {
    Require(IsValidUtf8(stage.name));
    for (const JobRun& job : stage.jobs) Require(IsValidUtf8(job.name));
  }
  return 0;
}
