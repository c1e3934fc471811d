#ifndef CODEARTS_EXPORTER_BACKFILL_H_
#define CODEARTS_EXPORTER_BACKFILL_H_

#include "exporter/command_line.h"

namespace codearts {

// The command backfill: writes the runs of the past to standard output or a file, for promtool.
// Returns the exit code: 1 also if a project or pipeline could not be read; what could be is
// written all the same.
int Backfill(const CommandLine& line);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_BACKFILL_H_
