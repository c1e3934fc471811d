#ifndef CODEARTS_WEB_TLS_CONTEXT_H_
#define CODEARTS_WEB_TLS_CONTEXT_H_

#include <functional>
#include <memory>
#include <utility>

#include "base/status.h"
#include "config/web_config.h"

// OpenSSL's SSL_CTX and SSL.
struct ssl_ctx_st;
struct ssl_st;

namespace codearts {

// How TLS connections are accepted: certificate, key, versions, who may connect. Sessions are never
// resumed, so that each connection is checked by what holds when it is made.
// Threads: immutable.
class TlsContext {
 public:
  // Reads the files. Errors: kInvalidArgument that begins with the key of tls_server_config which
  // is to blame; never what a key file holds.
  static Result<std::shared_ptr<const TlsContext>> Create(const TlsServerConfig& config);

  // Use Create.
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}

  // Lets a handshake that has just begun go on with this context.
  void ApplyTo(ssl_st* connection) const;

 private:
  const std::shared_ptr<ssl_ctx_st> context_;
};

// Returns the TLS context to use now.
using TlsContextSource = std::function<std::shared_ptr<const TlsContext>()>;

// Returns what a server is started with once: it asks `source` at each handshake. `source` must not
// return null. Null if OpenSSL has no
// memory. Lifetime: `source` must outlive the result and its connections.
std::shared_ptr<ssl_ctx_st> MakeListeningContext(const TlsContextSource& source);

}  // namespace codearts

#endif  // CODEARTS_WEB_TLS_CONTEXT_H_
