#ifndef CODEARTS_WEB_LISTEN_ADDRESS_H_
#define CODEARTS_WEB_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "config/config.h"

namespace codearts {

// Reads a value of --web.listen-address: ":10440" (every interface), "host:10440", "[::1]:10440".
// Port 0 takes any free port. Errors: kInvalidArgument with the remedy, without the
// flag's name.
Result<ListenAddress> ParseListenAddress(std::string_view text);

// The form that ParseListenAddress reads.
std::string FormatListenAddress(const ListenAddress& address);

}  // namespace codearts

#endif  // CODEARTS_WEB_LISTEN_ADDRESS_H_
