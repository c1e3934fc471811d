#include "simulator/access.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/time_format.h"
#include "fmt/format.h"
#include "simulator/signature.h"

namespace codearts::sim {
namespace {

constexpr int kFailuresAllowed = 5;
constexpr std::chrono::minutes kLock{5};

// The gateway shows the canonical request it built, in one line.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '|');
  return text;
}

}  // namespace

void AccessControl::AddKey(const std::string& access_key, std::string secret_key) {
  Key key;
  key.secret_key = std::move(secret_key);
  keys_[access_key] = std::move(key);
}

void AccessControl::AddTemporaryKey(const std::string& access_key, std::string secret_key,
                                    std::string security_token, Timestamp expires) {
  AddKey(access_key, std::move(secret_key));
  keys_[access_key].security_token = std::move(security_token);
  keys_[access_key].expires = expires;
}

bool AccessControl::RemoveKey(std::string_view access_key) {
  const auto found = keys_.find(access_key);
  if (found == keys_.end()) return false;
  keys_.erase(found);
  return true;
}

std::optional<std::string> AccessControl::Refuse(const Request& request, Timestamp server_now) {
  const bool open = !required_ && keys_.empty() && static_tokens_.empty() && !tokens_.enabled();
  if (open) return std::nullopt;
  if (const std::string* token = FindHeader(request.headers, "X-Auth-Token")) {
    return RefuseToken(*token, server_now);
  }
  if (const std::string* header = FindHeader(request.headers, "Authorization")) {
    return RefuseSignature(request, *header, server_now);
  }
  return "x-auth-token not found";
}

std::optional<std::string> AccessControl::RefuseToken(const std::string& token,
                                                      Timestamp server_now) const {
  if (static_tokens_.contains(token)) return std::nullopt;
  const std::optional<Timestamp> expiry = tokens_.ExpiryOf(token);
  if (!expiry) return "decrypt token fail";
  if (*expiry > server_now) return std::nullopt;
  return fmt::format("token expires, expires_at:{}", FormatIso8601(*expiry));
}

std::optional<std::string> AccessControl::RefuseSignature(const Request& request,
                                                          const std::string& header,
                                                          Timestamp server_now) {
  const std::optional<Authorization> authorization = ParseAuthorization(header);
  if (!authorization) return "authorization format is incorrect";
  const auto found = keys_.find(authorization->access_key);
  if (found == keys_.end()) return fmt::format("ak {} not exist", authorization->access_key);
  Key& key = found->second;
  if (server_now < key.locked_until) return "AK access failed to reach the limit,forbidden";
  if (key.security_token) {
    const std::string* token = FindHeader(request.headers, "X-Security-Token");
    if (token == nullptr || *token != *key.security_token || server_now >= key.expires) {
      return "Get secretKey failed,decrypt token fail";
    }
  }
  const SignatureVerdict verdict =
      VerifySignature(request, *authorization, key.secret_key, server_now);
  if (verdict == SignatureVerdict::kValid) {
    key.failures = 0;
    return std::nullopt;
  }
  if (++key.failures > kFailuresAllowed) {
    key.failures = 0;
    key.locked_until = server_now + kLock;
    return "AK access failed to reach the limit,forbidden";
  }
  const std::string* date = FindHeader(request.headers, "X-Sdk-Date");
  switch (verdict) {
    case SignatureVerdict::kNoDate:
      return "calc aksk signature fail:x-sdk-date not found";
    case SignatureVerdict::kExpired:
      return fmt::format(
          "calc aksk signature fail:signature expired, signature time:{}, server time:{}", *date,
          FormatSdkDate(server_now));
    case SignatureVerdict::kMismatch:
    case SignatureVerdict::kValid:
      break;
  }
  return "verify aksk signature fail, canonicalRequest:" +
         OneLine(CanonicalRequest(request, authorization->signed_headers));
}

}  // namespace codearts::sim
