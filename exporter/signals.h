#ifndef CODEARTS_EXPORTER_SIGNALS_H_
#define CODEARTS_EXPORTER_SIGNALS_H_

#include <optional>

#include "base/clock.h"

namespace codearts {

// Signals are taken by one thread that waits for them, so that no code of ours runs in a handler.
// SIGPIPE and SIGXFSZ are ignored: a peer that went away and a file that may not grow are errors of
// write.

// Blocks the signals that AwaitSignal returns. Call it in main before any other thread starts, as
// threads inherit the mask.
void BlockSignals();

// Waits for SIGTERM, SIGINT or SIGHUP and returns it; nullopt if none came within `limit`, which
// may be unset.
std::optional<int> AwaitSignal(std::optional<Duration> limit);

// Makes AwaitSignal return SIGTERM, as if it had been sent. Threads: safe.
void RaiseTermination();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_SIGNALS_H_
