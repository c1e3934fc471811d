#include "auth/token_credential.h"

#include <utility>

#include "auth/fingerprint.h"

namespace codearts {

TokenCredential::TokenCredential(std::string name, AuthTokenCredential source)
    : name_(std::move(name)),
      token_(std::move(source.token)),
      fingerprint_(FingerprintOf({&token_.value()})) {}

void TokenCredential::Prepare(std::function<void(Status)> ready) {
  const Status status = Refresh();
  ready(status.ok() ? status : status.WithContext("credential " + name_));
}

Status TokenCredential::Authorize(HttpRequest& request, Timestamp) {
  if (token_.value().empty()) {
    return Status(StatusCode::kCredentials, "credential " + name_ + ": token is empty");
  }
  SetHeader(request.headers, "X-Auth-Token", std::string(token_.value().Reveal()));
  authorized_with_ = fingerprint_;
  return Status();
}

bool TokenCredential::Renew() {
  return Refresh().ok() && authorized_with_ != fingerprint_;
}

Status TokenCredential::Refresh() {
  const Result<bool> read_again = token_.Refresh();
  if (!read_again.ok()) return read_again.status();
  if (*read_again) fingerprint_ = FingerprintOf({&token_.value()});
  return Status();
}

}  // namespace codearts
