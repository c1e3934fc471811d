#ifndef CODEARTS_API_RETRY_AFTER_H_
#define CODEARTS_API_RETRY_AFTER_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"

namespace codearts {

// Returns how long the server wants us to wait: Retry-After in seconds, or as an instant relative
// to the answer's own Date, so that our clock does not matter; one in the past is 0, more than a
// day is a day. Source: RFC 9110, section 10.2.3. Errors: nullopt when there is none or it can't be
// read.
std::optional<Duration> ParseRetryAfter(const std::vector<HttpHeader>& headers);

// Reads "Sun, 06 Nov 1994 08:49:37 GMT", the only form that servers may still send. Source: RFC
// 9110, section 5.6.7, IMF-fixdate. Errors: nullopt.
std::optional<Timestamp> ParseHttpDate(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_API_RETRY_AFTER_H_
