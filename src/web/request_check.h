#ifndef CODEARTS_WEB_REQUEST_CHECK_H_
#define CODEARTS_WEB_REQUEST_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "web/http_handler.h"

namespace codearts {

// A request with so many headers is refused: civetweb drops those beyond without a word, and one of
// them may have said where the request ends.
inline constexpr std::size_t kMaxHeaders = 64;
// No handler reads a body; more than this is refused.
inline constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{64} << 10U;

// Returns the answer to a request that no handler may see, because proxies and we could read it
// differently (no Host or two, unclear length) or it is too large; nullopt if all is well. Its
// connection must be closed.
// Source: RFC 9112, sections 3.2 and 6.3.
std::optional<WebResponse> RefuseMalformed(const WebRequest& request);

// Whether the connection may serve another request after this one, as far as the client goes. Not
// after a request with a body: the body is never read.
// Source: RFC 9112, section 9.3.
bool MayKeepAlive(const WebRequest& request);

}  // namespace codearts

#endif  // CODEARTS_WEB_REQUEST_CHECK_H_
