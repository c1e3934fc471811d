#ifndef CODEARTS_WEB_BASE64_H_
#define CODEARTS_WEB_BASE64_H_

#include <string>
#include <string_view>

namespace codearts {

// Source: RFC 4648, section 4.
std::string EncodeBase64(std::string_view bytes);

// Strict: with padding, without white space. Returns "" for anything else.
std::string DecodeBase64(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_WEB_BASE64_H_
