#ifndef CODEARTS_EXPORTER_HEALTH_CHECK_H_
#define CODEARTS_EXPORTER_HEALTH_CHECK_H_

#include "exporter/command_line.h"

namespace codearts {

// The command --health-check, for containers without a shell. Returns the exit code: 0 if
// /-/healthy answers.
int HealthCheck(const CommandLine& line);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_HEALTH_CHECK_H_
