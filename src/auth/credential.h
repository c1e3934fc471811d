// auth/: who we are: credentials and where they come from, the SDK-HMAC-SHA256 signer, tokens.
// Knows nothing of sockets: a credential that must fetch something is handed the means to.
#ifndef CODEARTS_AUTH_CREDENTIAL_H_
#define CODEARTS_AUTH_CREDENTIAL_H_

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"

namespace codearts {

// One named credential. Threads: used by the refresh thread only, except expiry(). Lifetime:
// outlives every request that it authorises.
class Credential {
 public:
  virtual ~Credential() = default;

  // The name in the configuration; a label value.
  virtual const std::string& name() const = 0;

  // Calls `ready` with ok once Authorize can work, at once if it can now; with kCredentials if it
  // can't. Many waiters share one fetch. Static credentials re-read their files here.
  virtual void Prepare(std::function<void(Status)> ready) = 0;

  // Adds what proves who we are: the signature and its headers, or X-Auth-Token. Call it last, when
  // method, URL, headers and body are final, and again for each attempt: a signature carries its
  // date. Errors: kCredentials if there is nothing to prove it with.
  virtual Status Authorize(HttpRequest& request, Timestamp now) = 0;

  // Tells that the gateway refused a request (401). Returns whether another attempt with what
  // Prepare then provides is worth it: true at most once per token.
  virtual bool Renew() = 0;

  // A value that changes with the secret itself, so that a refusal of the old one is forgotten.
  virtual std::size_t Fingerprint() const = 0;

  // When the present key or token ends, where that is known. Threads: safe.
  virtual std::optional<Timestamp> expiry() const = 0;
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_CREDENTIAL_H_
