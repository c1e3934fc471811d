#ifndef CODEARTS_CONFIG_ENDPOINT_H_
#define CODEARTS_CONFIG_ENDPOINT_H_

#include <string>
#include <string_view>

#include "base/status.h"

namespace codearts {

// Returns "https://host[:port]" in lower case and without a trailing slash. Plain http is for
// loopback addresses only, as credentials go there. Errors: kInvalidArgument for anything else: a
// path, a query, a user, no host, a bad port.
Result<std::string> NormalizeEndpoint(std::string_view url);

// Likewise for the ECS metadata service, which speaks plain http on its link-local address.
Result<std::string> NormalizeMetadataEndpoint(std::string_view url);

// Checks "http://[user[:password]@]host[:port]", also with https, socks5 and socks5h. Errors:
// kInvalidArgument; the message never holds the URL.
Status CheckProxyUrl(std::string_view url);

// Returns the URL of a proxy with "<hidden>" for its user and password.
std::string HideProxyUser(std::string_view url);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_ENDPOINT_H_
