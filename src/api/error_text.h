#ifndef CODEARTS_API_ERROR_TEXT_H_
#define CODEARTS_API_ERROR_TEXT_H_

#include <string>
#include <string_view>

#include "base/status.h"

namespace codearts {

// Returns what may be shown of an error's free text: one line of at most 200 bytes of UTF-8, up to
// anything that may introduce a secret ("Access=", "token", "canonicalRequest", JSON, markup), with
// words that look like keys, addresses or URLs replaced by "***". May be empty.
std::string SafeErrorText(std::string_view text);

// What the gateway's text of a refused credential means, in our own words.
struct Refusal {
  std::string_view text;     // What stands in the gateway's, in lower case.
  std::string_view meaning;  // "" and kUnknown if it is none of the known ones.
  ErrorCause cause = ErrorCause::kUnknown;
};

// Explains that text, which can't be shown itself: it holds the access key and the canonical
// request. Source: "Incorrect IAM authentication information" in the signing guide's table of
// errors.
Refusal ExplainRefusal(std::string_view text);

// Says what a gateway's error code of 401, 403 or 404 means and what to do, for answers whose text
// says less; "" for codes that need no words. Source: the signing guide's table of errors.
std::string_view ExplainCode(std::string_view error_code);

// Returns an error code or request id as it came, or "" when it does not look like one: at most 64
// letters, digits and "._-".
std::string SafeToken(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_API_ERROR_TEXT_H_
