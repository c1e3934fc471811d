#include "web/request_check.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include "base/text.h"

namespace codearts {
namespace {

auto CountHeaders(const WebRequest& request, std::string_view name) {
  return std::count_if(request.headers.begin(), request.headers.end(),
                       [&](const HttpHeader& h) { return EqualsIgnoreCase(h.name, name); });
}

// Digits only: other readers take "+5" or "5, 5" for something else.
std::optional<std::uint64_t> ParseContentLength(std::string_view text) {
  std::uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc() || stop != end) return std::nullopt;
  return length;
}

bool HasToken(std::string_view list, std::string_view token) {
  const std::vector<std::string_view> parts = Split(list, ',');
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return EqualsIgnoreCase(TrimWhitespace(part), token);
  });
}

}  // namespace

std::optional<WebResponse> RefuseMalformed(const WebRequest& request) {
  if (request.headers.size() >= kMaxHeaders) return TextResponse(431, "too many headers\n");
  const auto hosts = CountHeaders(request, "Host");
  if (hosts > 1 || (hosts == 0 && request.http_version == "1.1")) {
    return TextResponse(400, "bad request: exactly one Host header is needed\n");
  }
  const auto lengths = CountHeaders(request, "Content-Length");
  if (CountHeaders(request, "Transfer-Encoding") > 0) {
    if (lengths > 0) return TextResponse(400, "bad request: two ways of giving its length\n");
    return TextResponse(411, "a request body needs a Content-Length\n");
  }
  if (lengths == 0) return std::nullopt;
  const auto length = ParseContentLength(*FindHeader(request.headers, "Content-Length"));
  if (lengths > 1 || !length) return TextResponse(400, "bad request: bad Content-Length\n");
  if (*length > kMaxBodyBytes) return TextResponse(413, "the request body is too large\n");
  return std::nullopt;
}

bool MayKeepAlive(const WebRequest& request) {
  const std::string* length = FindHeader(request.headers, "Content-Length");
  if (length != nullptr && ParseContentLength(*length) != 0U) return false;
  if (FindHeader(request.headers, "Transfer-Encoding") != nullptr) return false;
  const std::string* connection = FindHeader(request.headers, "Connection");
  if (connection == nullptr) return request.http_version == "1.1";
  return HasToken(*connection, "keep-alive") && !HasToken(*connection, "close");
}

}  // namespace codearts
