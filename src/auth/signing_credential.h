#ifndef CODEARTS_AUTH_SIGNING_CREDENTIAL_H_
#define CODEARTS_AUTH_SIGNING_CREDENTIAL_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "auth/credential.h"
#include "auth/key_reader.h"
#include "auth/request_signer.h"

namespace codearts {

// Signs requests with an access key from the configuration, from files or from a profile file.
class SigningCredential final : public Credential {
 public:
  SigningCredential(std::string name, AccessKeyCredential source)
      : SigningCredential(std::move(name), MakeKeyReader(std::move(source))) {}
  SigningCredential(std::string name, ProfileFileCredential source)
      : SigningCredential(std::move(name), MakeKeyReader(std::move(source))) {}

  const std::string& name() const override { return name_; }
  void Prepare(std::function<void(Status)> ready) override;
  Status Authorize(HttpRequest& request, Timestamp now) override;
  bool Renew() override;
  std::size_t Fingerprint() const override { return fingerprint_; }
  std::optional<Timestamp> expiry() const override { return std::nullopt; }

 private:
  SigningCredential(std::string name, KeyReader read)
      : name_(std::move(name)), read_(std::move(read)) {}

  Status Refresh();

  std::string name_;
  KeyReader read_;
  AccessKeys keys_;
  std::size_t fingerprint_ = 0;
  std::optional<std::size_t> authorized_with_;  // The fingerprint that Authorize used last.
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_SIGNING_CREDENTIAL_H_
