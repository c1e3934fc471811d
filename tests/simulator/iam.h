#ifndef CODEARTS_SIMULATOR_IAM_H_
#define CODEARTS_SIMULATOR_IAM_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/http_types.h"

namespace codearts::sim {

struct IamUser {
  std::string domain;
  std::string name;
  std::string password;
};

// Issues and knows X-Auth-Tokens. Source: api.md, 5.4.
class TokenService {
 public:
  struct Options {
    std::vector<IamUser> users;
    std::string region = "cn-north-4";  // The name of the only IAM project.
    std::chrono::seconds lifetime{86400};
    // Real ones have up to 100,000 characters; this is past the usual header buffers.
    std::size_t token_length = 5120;
    std::uint64_t seed = 1;
  };

  explicit TokenService(Options options) : options_(std::move(options)) {}

  bool enabled() const { return !options_.users.empty(); }
  const std::string& region() const { return options_.region; }

  // POST /v3/auth/tokens.
  Reply Issue(const Request& request, Timestamp server_now);
  // GET /v3/auth/tokens: checks the token in X-Subject-Token.
  Reply Show(const Request& request, Timestamp server_now) const;

  // Returns when the token ends, or nullopt if it was never issued or was revoked.
  std::optional<Timestamp> ExpiryOf(std::string_view token) const;

  void SetLifetime(std::chrono::seconds lifetime) { options_.lifetime = lifetime; }
  // Ends all tokens, as a changed password does.
  void RevokeAll() { tokens_.clear(); }

 private:
  Options options_;
  std::uint64_t issued_ = 0;
  std::map<std::string, Timestamp, std::less<>> tokens_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_IAM_H_
