#ifndef CODEARTS_EXPORTER_API_STACK_H_
#define CODEARTS_EXPORTER_API_STACK_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/codearts_client.h"
#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"
#include "exporter/wiring.h"
#include "http/curl_transport.h"
#include "http/request_scheduler.h"

namespace codearts {

// Everything that it takes to call the API, from the credentials to the client. Threads: that of
// the client, while it does not run.
class ApiStack {
 public:
  // References must outlive the stack. Errors: with the remedy.
  static Result<std::unique_ptr<ApiStack>> Create(const Config& config, const Clock& clock,
                                                  RequestObserver& observer);

  // Makes the credentials of another configuration (reload): those that it shares with the present
  // one are the same objects, with what they have fetched.
  CredentialMap MakeCredentialsFor(const Config& config) const;

  // Goes over to the options of another configuration. Connections, rate limits and locks of
  // credentials are kept. Errors: with the remedy, and then nothing has changed.
  Status SetOptions(const Config& config);

  // Goes over to other credentials: those of `config`. Plans that were made before keep theirs.
  void SetCredentials(const Config& config, CredentialMap credentials);

  CodeArtsApi& client() { return *client_; }
  // Threads: safe.
  CredentialMap credentials() const;
  // When the present key or token of each credential ends, by name, where that is known. Threads:
  // safe.
  std::map<std::string, Timestamp> CredentialExpiries() const;

 private:
  explicit ApiStack(const Clock& clock) : clock_(clock) {}

  const Clock& clock_;
  std::vector<CredentialConfig> credential_configs_;
  mutable std::mutex mutex_;  // Guards credentials_ alone.
  // In the order in which they need each other.
  std::unique_ptr<CurlTransport> transport_;
  std::unique_ptr<RequestScheduler> scheduler_;
  CredentialMap credentials_;
  std::unique_ptr<CodeArtsClient> client_;
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_API_STACK_H_
