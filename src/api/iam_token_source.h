#ifndef CODEARTS_API_IAM_TOKEN_SOURCE_H_
#define CODEARTS_API_IAM_TOKEN_SOURCE_H_

#include "auth/fetched_credential.h"
#include "auth/watched_secret.h"
#include "base/clock.h"
#include "config/config.h"
#include "http/request_scheduler.h"

namespace codearts {

// The label value of IAM's calls in the exporter's own metrics, which begins their errors, too.
inline constexpr std::string_view kIamEndpoint = "iam";

// Fetches tokens of one region's IAM project with a user's password, through the scheduler: its
// retries, limits and metrics. Errors of a fetch: kUnauthenticated and kPermissionDenied when IAM
// refuses the user; kCredentials when the password can't be read or IAM can't make sense of what
// it is asked; else the scheduler's, and kInvalidResponse for an answer without a token. Threads:
// that of the scheduler. Source: api-iam, iam_30_0001 (POST /v3/auth/tokens).
class IamTokenSource final : public SecretFetcher {
 public:
  // `scheduler` must classify with StatusFromResponse; it and `clock` must outlive this.
  IamTokenSource(IamUserCredential user, RequestScheduler& scheduler, const Clock& clock);

  void Fetch(Done done) override;
  bool HasChanged() override;

 private:
  Result<HttpRequest> MakeRequest();

  IamUserCredential user_;
  WatchedSecret password_;
  RequestScheduler& scheduler_;
  const Clock& clock_;
};

// Reads the answer. `now` is our clock's, for an answer that does not say when it was given. Pure.
// Errors: kInvalidResponse; the message holds nothing of the answer.
Result<FetchedSecret> DecodeIamToken(HttpResponse response, Timestamp now);

}  // namespace codearts

#endif  // CODEARTS_API_IAM_TOKEN_SOURCE_H_
