#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/error_body.h"
#include "base/text.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Any body of any status gives one short line of UTF-8, and no failure passes for a success.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  HttpResponse response;
  response.body.assign(reinterpret_cast<const char*>(data), size);
  // The same bytes serve as headers, too.
  const std::string header = response.body.substr(0, 256);
  response.headers = {{"X-Request-Id", header}, {"Retry-After", header}, {"Date", header}};
  for (const int status_code : {200, 302, 400, 401, 429, 500}) {
    response.status_code = status_code;
    const Status status = StatusFromResponse(response);
    Require(status_code == 200 || !status.ok());
    Require(status.message().size() < 400 && IsValidUtf8(status.message()));
    for (const char c : status.message()) Require(static_cast<unsigned char>(c) >= ' ');
    const auto& retry_after = status.details().retry_after;
    Require(!retry_after || *retry_after >= Duration(0));
  }
  return 0;
}
