#include "exporter/api_stack.h"

#include <algorithm>
#include <utility>

#include "api/error_body.h"

namespace codearts {

Result<std::unique_ptr<ApiStack>> ApiStack::Create(const Config& config, const Clock& clock,
                                                   RequestObserver& observer) {
  Result<std::unique_ptr<CurlTransport>> transport =
      CurlTransport::Create(MakeTransportOptions(config.api), clock);
  if (!transport.ok()) return transport.status();
  std::unique_ptr<ApiStack> stack(new ApiStack(clock));
  stack->transport_ = std::move(*transport);
  stack->scheduler_ = std::make_unique<RequestScheduler>(
      *stack->transport_, clock, observer, StatusFromResponse, MakeSchedulerOptions(config));
  stack->SetCredentials(config, MakeCredentials(config, *stack->scheduler_, clock));
  stack->client_ = std::make_unique<CodeArtsClient>(*stack->scheduler_, *stack->transport_, clock);
  return stack;
}

CredentialMap ApiStack::MakeCredentialsFor(const Config& config) const {
  CredentialMap credentials = MakeCredentials(config, *scheduler_, clock_);
  for (const CredentialConfig& present : credential_configs_) {
    const bool kept = std::any_of(
        config.credentials.begin(), config.credentials.end(),
        [&present](const CredentialConfig& next) { return IsSameCredential(next, present); });
    if (kept) credentials[present.name] = credentials_.at(present.name);
  }
  return credentials;
}

Status ApiStack::SetOptions(const Config& config) {
  const Status status = transport_->SetOptions(MakeTransportOptions(config.api));
  if (!status.ok()) return status.WithContext("api.ca_file");
  scheduler_->SetOptions(MakeSchedulerOptions(config));
  return Status();
}

void ApiStack::SetCredentials(const Config& config, CredentialMap credentials) {
  credential_configs_ = config.credentials;
  const std::lock_guard lock(mutex_);
  credentials_.swap(credentials);
}

CredentialMap ApiStack::credentials() const {
  const std::lock_guard lock(mutex_);
  return credentials_;
}

std::map<std::string, Timestamp> ApiStack::CredentialExpiries() const {
  std::map<std::string, Timestamp> expiries;
  for (const auto& [name, credential] : credentials()) {
    if (const auto expiry = credential->expiry()) expiries[name] = *expiry;
  }
  return expiries;
}

}  // namespace codearts
