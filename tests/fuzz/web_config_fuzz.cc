#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/config_problem.h"
#include "config/web_config.h"
#include "web/tls_context.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// What a configuration that loads promises to those who use it.
void CheckPromises(const codearts::WebConfig& config) {
  for (const auto& [user, hash] : config.basic_auth_users) {
    Require(user.find(':') == std::string::npos && hash.Reveal().size() == 60);
  }
  for (const codearts::HttpHeader& header : config.headers) {
    Require(codearts::EscapeControls(header.value) == header.value);
  }
  Require(config.rate_limit.interval.count() == 0 || config.rate_limit.burst > 0);
  if (!config.tls) return;
  Require(!config.tls->certificate.empty() && !config.tls->key.empty());
  Require(config.tls->min_version <= config.tls->max_version);
  // Certificates and keys from the text itself.
  const auto context = codearts::TlsContext::Create(*config.tls);
  Require(context.ok() || !context.status().message().empty());
}

}  // namespace

// Any file either loads, and then keeps its promises, or gives errors of one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Paths in the text would make the result depend on the machine, and may name devices.
  if (text.find("_file") != std::string_view::npos) return 0;
  const codearts::WebConfigResult result = codearts::ParseWebConfig(text, "fuzz.yaml");
  Require(result.config.has_value() == result.errors.empty());
  for (const codearts::ConfigProblem& problem : result.errors) {
    Require(codearts::FormatConfigProblem(problem).find_first_of("\r\n") == std::string::npos);
  }
  if (result.config) CheckPromises(*result.config);
  return 0;
}
