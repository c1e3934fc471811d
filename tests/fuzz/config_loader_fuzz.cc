#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "config/config_loader.h"
#include "config/effective_config.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

std::optional<std::string> NoVariables(const std::string& /*name*/) {
  return std::nullopt;
}

}  // namespace

// Any file either loads, and then what is printed of it loads again, or gives errors of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Paths in the text would make the result depend on the machine, and may name devices.
  if (text.find("_file") != std::string_view::npos) return 0;
  const LoadResult result = ParseConfig(text, "fuzz.yaml", NoVariables, {});
  Require(result.config.has_value() == result.errors.empty());
  for (const ConfigProblem& problem : result.errors) {
    Require(FormatConfigProblem(problem).find_first_of("\r\n") == std::string::npos);
  }
  if (!result.config) return 0;
  const std::string yaml = FormatEffectiveConfig(*result.config);
  const LoadResult again = ParseConfig(yaml, "again.yaml", NoVariables, {});
  Require(again.config.has_value() && FormatEffectiveConfig(*again.config) == yaml);
  return 0;
}
