#ifndef CODEARTS_CONFIG_CONFIG_REFERENCE_H_
#define CODEARTS_CONFIG_CONFIG_REFERENCE_H_

#include <string>

namespace codearts {

// Returns docs/configuration.md: every key of the file with type, range, default and meaning, from
// the tables that the file is read with; environment variables and regions.
std::string FormatConfigReference();

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CONFIG_REFERENCE_H_
