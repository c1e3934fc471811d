#ifndef CODEARTS_WEB_LISTEN_PROBE_H_
#define CODEARTS_WEB_LISTEN_PROBE_H_

#include <vector>

#include "base/status.h"
#include "config/config.h"

namespace codearts {

// Resolves the hosts and listens on all addresses for a moment, because civetweb does not say in a
// usable way why it can't. Returns the addresses in numbers; an empty host stays empty if the
// machine has IPv6, and is "0.0.0.0" else. `ipv6` says whether the server has it.
// Errors: kUnavailable (port taken), kPermissionDenied, kInvalidArgument (no such address or host),
// each with the remedy.
Result<std::vector<ListenAddress>> ProbeListenAddresses(const std::vector<ListenAddress>& addresses,
                                                        bool ipv6);

}  // namespace codearts

#endif  // CODEARTS_WEB_LISTEN_PROBE_H_
