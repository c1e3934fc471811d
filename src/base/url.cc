#include "base/url.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace codearts {

namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The characters of path and query (RFC 3986, section 3.3 and 3.4), the percent sign included.
bool IsPathOrQueryChar(char c) {
  constexpr std::string_view kOthers = "-._~!$&'()*+,;=:@/?%";
  return IsAlphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

bool IsNameChar(char c) {
  return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_';
}

bool IsAddressChar(char c) {
  constexpr std::string_view kChars = "0123456789abcdefABCDEF:.";
  return kChars.find(c) != std::string_view::npos;
}

// Returns the length of the host at the start of `authority`, or 0.
std::size_t HostLength(std::string_view authority) {
  if (!authority.starts_with('[')) {
    const std::string_view host = authority.substr(0, authority.find(':'));
    return std::all_of(host.begin(), host.end(), IsNameChar) ? host.size() : 0;
  }
  const std::size_t end = authority.find(']');
  if (end == std::string_view::npos || end < 3) return 0;
  const std::string_view address = authority.substr(1, end - 1);
  return std::all_of(address.begin(), address.end(), IsAddressChar) ? end + 1 : 0;
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::uint16_t DefaultPort(std::string_view scheme) {
  return scheme == "http" ? kHttpPort : kHttpsPort;
}

}  // namespace

std::optional<Url> ParseUrl(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = ToLower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(scheme_end + 3);

  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  const std::string_view rest = text.substr(authority.size());
  const std::size_t host_length = HostLength(authority);
  if (host_length == 0) return std::nullopt;
  url.host = ToLower(authority.substr(0, host_length));
  url.port = DefaultPort(url.scheme);
  if (authority.size() > host_length) {
    if (authority[host_length] != ':') return std::nullopt;
    const auto port = ParsePort(authority.substr(host_length + 1));
    if (!port) return std::nullopt;
    url.port = *port;
  }

  if (!std::all_of(rest.begin(), rest.end(), IsPathOrQueryChar)) return std::nullopt;
  const std::size_t query = rest.find('?');
  url.path = rest.substr(0, query);
  if (query != std::string_view::npos) url.query = rest.substr(query + 1);
  return url;
}

std::string UrlAuthority(const Url& url) {
  if (url.port == DefaultPort(url.scheme)) return url.host;
  return url.host + ":" + std::to_string(url.port);
}

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  // Only the form with four numbers: resolvers read others, such as "127.1" or "0x7f.1", each in
  // its own way.
  const auto parts = Split(host, '.');
  const auto is_octet = [](std::string_view part) {
    std::uint8_t octet = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), octet);
    return error == std::errc() && end == part.data() + part.size() &&
           (part.size() == 1 || part[0] != '0');
  };
  return parts.size() == 4 && parts[0] == "127" &&
         std::all_of(parts.begin(), parts.end(), is_octet);
}

bool IsMetadataHost(std::string_view host) {
  return host == "169.254.169.254";
}

}  // namespace codearts
