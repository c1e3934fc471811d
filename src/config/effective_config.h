#ifndef CODEARTS_CONFIG_EFFECTIVE_CONFIG_H_
#define CODEARTS_CONFIG_EFFECTIVE_CONFIG_H_

#include <string>

#include "config/config.h"

namespace codearts {

// Returns the part of the configuration that a file can give, as YAML with every key and with
// "<hidden>" for each secret. Read again, it gives the same configuration but for the secrets.
std::string FormatEffectiveConfig(const Config& config);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_EFFECTIVE_CONFIG_H_
