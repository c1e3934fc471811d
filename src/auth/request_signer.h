#ifndef CODEARTS_AUTH_REQUEST_SIGNER_H_
#define CODEARTS_AUTH_REQUEST_SIGNER_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/secret.h"
#include "base/status.h"

namespace codearts {

// What a request is signed with.
struct AccessKeys {
  std::string access_key;
  Secret secret_key;
  Secret security_token;  // Empty: a permanent key.
};

// A signature and the texts that lead to it. The canonical request may hold the security token:
// for tests and comparison only, never for logs.
struct RequestSignature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;      // Lower-case hexadecimal.
  std::string authorization;  // The value of the Authorization header.
};

// Computes the SDK-HMAC-SHA256 signature over the headers named in `signed_headers`, in any order
// and case. They must be in `request`, but for Host, which is then the URL's. Pure.
// Errors: kInvalidArgument if a header is missing, X-Sdk-Date is not to be signed or the URL is
// malformed. Source: api-sign of the gateway's developer guide; the vendor's SDKs agree.
Result<RequestSignature> ComputeSignature(const HttpRequest& request, const AccessKeys& keys,
                                          std::vector<std::string> signed_headers);

// Adds Host, X-Sdk-Date, X-Security-Token (for temporary keys) and Authorization, replacing those
// of an earlier attempt. Signs the first three and Content-Type if it is set. Pure.
// Errors: kCredentials if there is no key, kInvalidArgument if the URL is malformed.
Status SignRequest(HttpRequest& request, const AccessKeys& keys, Timestamp now);

}  // namespace codearts

#endif  // CODEARTS_AUTH_REQUEST_SIGNER_H_
