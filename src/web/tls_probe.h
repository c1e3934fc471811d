#ifndef CODEARTS_WEB_TLS_PROBE_H_
#define CODEARTS_WEB_TLS_PROBE_H_

#include <string>

#include "base/clock.h"
#include "base/status.h"

namespace codearts {

// Shakes hands by TLS with what listens on `host_and_port`, and hangs up. Nothing is sent and no
// certificate checked: it tells only that a server is alive there. Errors: kUnavailable. `timeout`
// bounds each step.
Status ProbeTls(const std::string& host_and_port, Duration timeout);

}  // namespace codearts

#endif  // CODEARTS_WEB_TLS_PROBE_H_
