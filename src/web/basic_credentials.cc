#include "web/basic_credentials.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "web/base64.h"

namespace codearts {
namespace {

constexpr std::string_view kScheme = "basic ";

}  // namespace

std::optional<BasicCredentials> FindBasicCredentials(const WebRequest& request) {
  const auto is_authorization = [](const HttpHeader& header) {
    return EqualsIgnoreCase(header.name, "Authorization");
  };
  if (std::count_if(request.headers.begin(), request.headers.end(), is_authorization) != 1) {
    return std::nullopt;
  }
  const std::string_view value = *FindHeader(request.headers, "Authorization");
  if (!EqualsIgnoreCase(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  std::string pair = DecodeBase64(TrimWhitespace(value.substr(kScheme.size())));
  const std::size_t colon = pair.find(':');
  std::optional<BasicCredentials> credentials;
  if (colon != std::string::npos) {
    credentials = BasicCredentials{pair.substr(0, colon), Secret(pair.substr(colon + 1))};
  }
  Wipe(pair);
  return credentials;
}

HttpHeader MakeAuthorization(const BasicCredentials& credentials) {
  std::string pair = credentials.user + ":";
  pair += credentials.password.Reveal();
  HttpHeader header{"Authorization", "Basic " + EncodeBase64(pair)};
  Wipe(pair);
  return header;
}

}  // namespace codearts
