#ifndef CODEARTS_API_METADATA_KEY_SOURCE_H_
#define CODEARTS_API_METADATA_KEY_SOURCE_H_

#include <string>
#include <string_view>

#include "auth/fetched_credential.h"
#include "base/clock.h"
#include "config/config.h"
#include "http/request_scheduler.h"

namespace codearts {

// The label value of calls of the metadata service, which begins their errors, too.
inline constexpr std::string_view kMetadataEndpoint = "metadata";

// Fetches the temporary keys of the agency that the machine has, from the metadata service of an
// ECS: with a token of the service, or without one where it knows none. It answers within the
// machine's own host, so 3 s are long, and nothing is repeated. Errors of a fetch: kCredentials
// when the machine has no agency, and, if nothing else was configured, when there is no such
// service; else kUnavailable and kDeadlineExceeded when it does not answer; kInvalidResponse for an
// answer without keys. Threads: that of the scheduler. Source: the vendor's SDKs
// (core/auth/provider/metadata_provider.go).
class MetadataKeySource final : public SecretFetcher {
 public:
  // `tried` says for errors why the service is asked though nobody configured it; empty if somebody
  // did. `scheduler` must classify with StatusFromResponse; it and `clock` must outlive
  // this.
  MetadataKeySource(EcsMetadataCredential service, std::string tried, RequestScheduler& scheduler,
                    const Clock& clock);

  void Fetch(Done done) override;
  bool HasChanged() override { return false; }

 private:
  void FetchKeys(const Secret& token, Done done);
  void Send(HttpRequest request, RequestScheduler::Done done);
  Status Explain(const Status& status) const;

  const EcsMetadataCredential service_;
  const std::string tried_;
  RequestScheduler& scheduler_;
  const Clock& clock_;
};

// Reads the answer to GET /openstack/latest/securitykey. `now` is our clock's, for an answer
// without Date. Pure. Errors: kInvalidResponse; the message holds nothing of the answer.
Result<FetchedSecret> DecodeMetadataKeys(HttpResponse response, Timestamp now);

}  // namespace codearts

#endif  // CODEARTS_API_METADATA_KEY_SOURCE_H_
