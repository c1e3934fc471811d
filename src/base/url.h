#ifndef CODEARTS_BASE_URL_H_
#define CODEARTS_BASE_URL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace codearts {

// The parts of an absolute http or https URL.
struct Url {
  std::string scheme;  // "http" or "https".
  std::string host;    // Lower case; an IPv6 address in brackets.
  std::uint16_t port = 0;
  std::string path;   // As written, still percent-encoded; may be empty.
  std::string query;  // Likewise, without its question mark.

  bool operator==(const Url&) const = default;
};

// Parses a URL. Stricter than RFC 3986, so that no other parser can take the host for a different
// one: no user name, no fragment, and only characters that the RFC lets stand unencoded.
// Errors: nullopt.
std::optional<Url> ParseUrl(std::string_view text);

// Returns "host" or, when the port is not the scheme's default, "host:port": the Host header.
std::string UrlAuthority(const Url& url);

// Whether `host` (as in Url) never leaves the machine: "localhost", 127.0.0.0/8 and [::1].
bool IsLoopbackHost(std::string_view host);

// Whether `host` is the link-local address of a cloud server's metadata service, which answers on
// the machine's own hypervisor and speaks plain http.
bool IsMetadataHost(std::string_view host);

}  // namespace codearts

#endif  // CODEARTS_BASE_URL_H_
