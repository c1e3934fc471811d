#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/profile_file.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Any file either gives both halves of a key that a header can carry, or an error of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const codearts::Result<codearts::AccessKeys> keys = codearts::ParseProfile(text);
  if (keys.ok()) {
    Require(!keys->access_key.empty() && !keys->secret_key.empty());
    Require(keys->access_key.find_first_of("\r\n") == std::string_view::npos);
  } else {
    Require(keys.status().code() == codearts::StatusCode::kCredentials);
    Require(keys.status().message().find_first_of("\r\n") == std::string::npos);
  }
  return 0;
}
