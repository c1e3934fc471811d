#include "web/listen_address.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <system_error>

#include "base/text.h"

namespace codearts {
namespace {

Status BadAddress(std::string_view text, std::string_view problem) {
  return {StatusCode::kInvalidArgument,
          fmt::format("\"{}\": {}; write it as :10440, host:10440 or [::1]:10440", RepairUtf8(text),
                      problem)};
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return port;
}

// What names and addresses are made of; an interface ("%eth0") is not supported.
bool IsHost(std::string_view host, bool bracketed) {
  const std::string_view allowed =
      bracketed ? "0123456789abcdefABCDEF:."
                : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._";
  return host.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return BadAddress(text, "it has no port");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) {
    return BadAddress(text, "an IPv6 address needs brackets");
  }
  if (!IsHost(host, bracketed)) return BadAddress(text, "the host is not a name or an address");
  const std::optional<std::uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!port) return BadAddress(text, "the port is not a number from 0 to 65535");
  return ListenAddress{std::string(host), *port};
}

std::string FormatListenAddress(const ListenAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + address.host + "]" : address.host;
  return fmt::format("{}:{}", host, address.port);
}

}  // namespace codearts
