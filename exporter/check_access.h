#ifndef CODEARTS_EXPORTER_CHECK_ACCESS_H_
#define CODEARTS_EXPORTER_CHECK_ACCESS_H_

#include <memory>
#include <string>
#include <vector>

#include "exporter/access_check.h"
#include "exporter/command_line.h"

namespace codearts {

// The command check-access: makes every call that the exporter needs once per project and says what
// is missing. Ends within about a minute. Returns the exit code: 1 if anything is missing.
int CheckAccess(const CommandLine& line);

// Returns what the command prints.
std::string FormatAccess(const std::vector<std::unique_ptr<AccessSubject>>& subjects,
                         OutputFormat format);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_CHECK_ACCESS_H_
