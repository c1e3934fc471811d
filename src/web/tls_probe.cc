#include "web/tls_probe.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <chrono>
#include <memory>

#include "web/openssl_ptr.h"

namespace codearts {
namespace {

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;

Status Failed(const std::string& host_and_port, const char* what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return {StatusCode::kUnavailable, "TLS to " + host_and_port + ": " + what + " failed" +
                                        (reason == nullptr ? "" : std::string(": ") + reason)};
}

void SetTimeout(BIO* connection, Duration timeout) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(timeout);
  timeval limit = {};
  limit.tv_sec = seconds.count();
  limit.tv_usec = std::chrono::microseconds(timeout - seconds).count();
  int fd = -1;
  BIO_get_fd(connection, &fd);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace

Status ProbeTls(const std::string& host_and_port, Duration timeout) {
  ERR_clear_error();
  const ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return Failed(host_and_port, "OpenSSL");
  // Takes hold of the connection below it.
  const BioPtr bio(BIO_new_ssl_connect(context.get()));
  if (bio == nullptr) return Failed(host_and_port, "OpenSSL");
  std::string name = host_and_port;  // OpenSSL's macro takes it as if it would change it.
  BIO_set_conn_hostname(bio.get(), name.data());
  if (BIO_do_connect(BIO_next(bio.get())) != 1) return Failed(host_and_port, "connecting");
  SetTimeout(bio.get(), timeout);
  if (BIO_do_handshake(bio.get()) != 1) return Failed(host_and_port, "handshake");
  return {};
}

}  // namespace codearts
