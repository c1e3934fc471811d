#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/time_format.h"

namespace {

// What parses must format to something that parses to the same value.
void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto t = ParseIso8601(text)) {
    // An offset can push the ends of the calendar beyond what the form can say.
    const auto back = ParseIso8601(FormatIso8601(*t));
    Require(back.has_value() && FormatIso8601(*back) == FormatIso8601(*t));
  }
  if (const auto t = ParseSdkDate(text)) Require(ParseSdkDate(FormatSdkDate(*t)).has_value());
  if (const auto d = ParseDuration(text)) Require(ParseDuration(FormatDuration(*d)) == d);
  if (const auto n = ParseByteSize(text)) Require(ParseByteSize(FormatByteSize(*n)) == n);
  return 0;
}
