#ifndef CODEARTS_AUTH_TOKEN_CREDENTIAL_H_
#define CODEARTS_AUTH_TOKEN_CREDENTIAL_H_

#include <functional>
#include <optional>
#include <string>

#include "auth/credential.h"
#include "auth/watched_secret.h"
#include "config/config.h"

namespace codearts {

// Sends a token that somebody else renews, from the configuration or from a file, as X-Auth-Token.
class TokenCredential final : public Credential {
 public:
  TokenCredential(std::string name, AuthTokenCredential source);

  const std::string& name() const override { return name_; }
  void Prepare(std::function<void(Status)> ready) override;
  Status Authorize(HttpRequest& request, Timestamp now) override;
  bool Renew() override;
  std::size_t Fingerprint() const override { return fingerprint_; }
  std::optional<Timestamp> expiry() const override { return std::nullopt; }

 private:
  Status Refresh();

  std::string name_;
  WatchedSecret token_;
  std::size_t fingerprint_;
  std::optional<std::size_t> authorized_with_;  // The fingerprint that Authorize used last.
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_TOKEN_CREDENTIAL_H_
