#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/list_decode.h"
#include "base/text.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

template <typename T>
void Check(const codearts::Result<codearts::Page<T>>& page) {
  if (!page.ok()) {
    Require(page.status().code() == codearts::StatusCode::kInvalidResponse);
    return;
  }
  Require((page->skipped > 0) == !page->skip_reason.empty());
  Require(!page->total || *page->total >= 0);
}

}  // namespace

// Any body is a page of each kind or an invalid response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  const std::string body(reinterpret_cast<const char*>(data), size);
  const Result<Page<Pipeline>> pipelines = DecodePipelines(body);
  Check(pipelines);
  if (pipelines.ok()) {
    for (const Pipeline& pipeline : pipelines->items) {
      Require(!pipeline.id.value.empty() && IsValidUtf8(pipeline.name));
      Require(!pipeline.latest_run || pipeline.latest_run->run_number > 0);
    }
  }
  Check(DecodeRuns(body));
  Check(DecodeQueue(body));
  Check(DecodeProjects(body));
  return 0;
}
