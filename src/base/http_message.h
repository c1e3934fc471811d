#ifndef CODEARTS_BASE_HTTP_MESSAGE_H_
#define CODEARTS_BASE_HTTP_MESSAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"

namespace codearts {

struct HttpHeader {
  std::string name;
  std::string value;

  bool operator==(const HttpHeader&) const = default;
};

// A request as it goes on the wire.
struct HttpRequest {
  std::string method = "GET";
  std::string url;  // Absolute, path and query percent-encoded.
  std::vector<HttpHeader> headers;
  std::string body;
  Secret secret_body;   // Sent instead of `body` unless it is empty.
  Duration timeout{0};  // Whole request, connect included; 0 takes the transport's default.
};

// Room that a body has behind its end, where its size is known in time, so that a parser may read
// by vectors without copying it first.
inline constexpr std::size_t kBodyPadding = 16;

struct HttpResponse {
  int status_code = 0;
  std::vector<HttpHeader> headers;
  std::string body;
  Duration elapsed{0};
};

// Returns the value of the first header of that name (RFC 9110, section 5.1: case-insensitive), or
// nullptr. Lifetime: that of `headers`.
const std::string* FindHeader(const std::vector<HttpHeader>& headers, std::string_view name);

// Sets the header, replacing one of the same name.
void SetHeader(std::vector<HttpHeader>& headers, std::string_view name, std::string value);

}  // namespace codearts

#endif  // CODEARTS_BASE_HTTP_MESSAGE_H_
