#ifndef CODEARTS_SIMULATOR_ACCESS_H_
#define CODEARTS_SIMULATOR_ACCESS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "simulator/http_types.h"
#include "simulator/iam.h"

namespace codearts::sim {

// Decides whether a request may pass, as the API gateway does. Without any key or token it lets
// everything pass. Source: api.md, 5.1, 5.4 and 6.3.
class AccessControl {
 public:
  // `tokens` must outlive this.
  explicit AccessControl(const TokenService& tokens) : tokens_(tokens) {}

  void AddKey(const std::string& access_key, std::string secret_key);
  // Adds a temporary key, which passes with its X-Security-Token only and until `expires`.
  void AddTemporaryKey(const std::string& access_key, std::string secret_key,
                       std::string security_token, Timestamp expires);
  bool RemoveKey(std::string_view access_key);
  // Accepts the X-Auth-Token whenever it comes.
  void AddStaticToken(std::string token) { static_tokens_.insert(std::move(token)); }
  // Refuses requests without credential even if no key or token is known (yet).
  void RequireCredential() { required_ = true; }

  // Returns the reason to refuse, the text after "Incorrect IAM authentication information: ", or
  // nullopt. Counts failed signatures: more than 5 in a row lock a key for 5 minutes.
  std::optional<std::string> Refuse(const Request& request, Timestamp server_now);

 private:
  struct Key {
    std::string secret_key;
    std::optional<std::string> security_token;
    Timestamp expires = Timestamp::max();
    int failures = 0;  // In a row.
    Timestamp locked_until = Timestamp::min();
  };

  std::optional<std::string> RefuseToken(const std::string& token, Timestamp server_now) const;
  std::optional<std::string> RefuseSignature(const Request& request, const std::string& header,
                                             Timestamp server_now);

  const TokenService& tokens_;
  bool required_ = false;
  std::map<std::string, Key, std::less<>> keys_;
  std::set<std::string, std::less<>> static_tokens_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_ACCESS_H_
