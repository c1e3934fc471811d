#include "auth/signing_credential.h"

#include <utility>

#include "auth/fingerprint.h"

namespace codearts {

void SigningCredential::Prepare(std::function<void(Status)> ready) {
  const Status status = Refresh();
  ready(status.ok() ? status : status.WithContext("credential " + name_));
}

Status SigningCredential::Authorize(HttpRequest& request, Timestamp now) {
  const Status status = SignRequest(request, keys_, now);
  if (!status.ok()) return status.WithContext("credential " + name_);
  authorized_with_ = fingerprint_;
  return Status();
}

bool SigningCredential::Renew() {
  return Refresh().ok() && authorized_with_ != fingerprint_;
}

Status SigningCredential::Refresh() {
  Result<std::optional<AccessKeys>> keys = read_();
  if (!keys.ok()) return keys.status();
  if (!keys->has_value()) return Status();
  keys_ = **std::move(keys);
  const Secret access_key(keys_.access_key);
  fingerprint_ = FingerprintOf({&access_key, &keys_.secret_key, &keys_.security_token});
  return Status();
}

}  // namespace codearts
