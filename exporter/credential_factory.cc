#include "exporter/credential_factory.h"

#include <utility>
#include <variant>

#include "api/iam_token_source.h"
#include "api/metadata_key_source.h"
#include "auth/fetched_credential.h"
#include "auth/signing_credential.h"
#include "auth/token_credential.h"

namespace codearts {
namespace {

// Makes the credential of each kind of source.
class Factory {
 public:
  Factory(const CredentialConfig& config, RequestScheduler& scheduler, const Clock& clock)
      : config_(config), scheduler_(scheduler), clock_(clock) {}

  std::shared_ptr<Credential> operator()(const AccessKeyCredential& keys) const {
    return std::make_shared<SigningCredential>(config_.name, keys);
  }
  std::shared_ptr<Credential> operator()(const ProfileFileCredential& profile) const {
    return std::make_shared<SigningCredential>(config_.name, profile);
  }
  std::shared_ptr<Credential> operator()(const AuthTokenCredential& token) const {
    return std::make_shared<TokenCredential>(config_.name, token);
  }
  std::shared_ptr<Credential> operator()(const IamUserCredential& user) const {
    return Fetched(std::make_unique<IamTokenSource>(user, scheduler_, clock_));
  }
  std::shared_ptr<Credential> operator()(const EcsMetadataCredential& service) const {
    std::string tried = config_.from_chain ? config_.origin : "";
    return Fetched(
        std::make_unique<MetadataKeySource>(service, std::move(tried), scheduler_, clock_));
  }

 private:
  std::shared_ptr<Credential> Fetched(std::unique_ptr<SecretFetcher> fetcher) const {
    return std::make_shared<FetchedCredential>(config_.name, std::move(fetcher), clock_);
  }

  const CredentialConfig& config_;
  RequestScheduler& scheduler_;
  const Clock& clock_;
};

}  // namespace

CredentialMap MakeCredentials(const Config& config, RequestScheduler& scheduler,
                              const Clock& clock) {
  CredentialMap credentials;
  for (const CredentialConfig& credential : config.credentials) {
    credentials[credential.name] =
        std::visit(Factory(credential, scheduler, clock), credential.source);
  }
  return credentials;
}

bool IsSameCredential(const CredentialConfig& a, const CredentialConfig& b) {
  return a.name == b.name && a.source == b.source && a.from_chain == b.from_chain;
}

}  // namespace codearts
