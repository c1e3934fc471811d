#ifndef CODEARTS_CONFIG_ENVIRONMENT_H_
#define CODEARTS_CONFIG_ENVIRONMENT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace codearts {

// Returns the value of a variable, or nullopt if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Reads the process's environment. Threads: safe as long as nobody changes it.
std::optional<std::string> ReadProcessEnvironment(const std::string& name);

// Replaces `${NAME}` by the variable's value and `$$` by a dollar sign; any other dollar sign
// stays, so that patterns need no escape. Errors: kInvalidArgument for an unset variable and a
// broken reference; the message holds names only.
Result<std::string> ExpandVariables(std::string_view text, const Environment& environment);

// Returns a text that ExpandVariables turns back into `text`.
std::string EscapeVariables(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_ENVIRONMENT_H_
