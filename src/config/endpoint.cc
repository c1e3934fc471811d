#include "config/endpoint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "base/text.h"
#include "base/url.h"

namespace codearts {
namespace {

Status Invalid(std::string_view problem) {
  return Status(StatusCode::kInvalidArgument, std::string(problem));
}

Result<std::string> Normalize(std::string_view text, bool allow_metadata_address) {
  const std::optional<Url> url = ParseUrl(text);
  if (!url) return Invalid("is not an http or https URL");
  if ((!url->path.empty() && url->path != "/") || !url->query.empty()) {
    return Invalid("has a path or a query");
  }
  const bool plain_allowed =
      IsLoopbackHost(url->host) || (allow_metadata_address && IsMetadataHost(url->host));
  if (url->scheme == "http" && !plain_allowed) {
    return Invalid("would send credentials without encryption");
  }
  return url->scheme + "://" + UrlAuthority(*url);
}

// Returns where the host of "scheme://[user@]host..." starts, and the scheme's end.
struct ProxyParts {
  std::string scheme;
  std::size_t user_start;
  std::size_t host_start;
};

std::optional<ProxyParts> SplitProxyUrl(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::size_t user_start = scheme_end + 3;
  const std::size_t authority_end = std::min(url.find_first_of("/?#", user_start), url.size());
  const std::size_t at = url.substr(0, authority_end).rfind('@');
  const bool has_user = at != std::string_view::npos && at >= user_start;
  return ProxyParts{ToLower(url.substr(0, scheme_end)), user_start, has_user ? at + 1 : user_start};
}

}  // namespace

Result<std::string> NormalizeEndpoint(std::string_view url) {
  return Normalize(url, false);
}

Result<std::string> NormalizeMetadataEndpoint(std::string_view url) {
  return Normalize(url, true);
}

Status CheckProxyUrl(std::string_view url) {
  constexpr std::array<std::string_view, 4> kSchemes = {"http", "https", "socks5", "socks5h"};
  const std::optional<ProxyParts> parts = SplitProxyUrl(url);
  if (!parts || std::find(kSchemes.begin(), kSchemes.end(), parts->scheme) == kSchemes.end()) {
    return Invalid("is not a proxy's URL");
  }
  // The rest obeys the rules of any URL, whatever the scheme.
  const std::optional<Url> rest = ParseUrl("http://" + std::string(url.substr(parts->host_start)));
  if (!rest) return Invalid("is not a proxy's URL");
  if ((!rest->path.empty() && rest->path != "/") || !rest->query.empty()) {
    return Invalid("has a path or a query");
  }
  return Status();
}

std::string HideProxyUser(std::string_view url) {
  const std::optional<ProxyParts> parts = SplitProxyUrl(url);
  if (!parts || parts->host_start == parts->user_start) return std::string(url);
  return std::string(url.substr(0, parts->user_start)) + "<hidden>@" +
         std::string(url.substr(parts->host_start));
}

}  // namespace codearts
