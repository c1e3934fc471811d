#ifndef CODEARTS_TESTS_SUPPORT_LOOPBACK_SERVER_H_
#define CODEARTS_TESTS_SUPPORT_LOOPBACK_SERVER_H_

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/tls_certificate.h"

namespace codearts::testing {

// One accepted connection, as the test's own server sees it. Threads: one.
class Peer {
 public:
  Peer(int fd, SSL_CTX* tls);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Performs the TLS handshake, if there is TLS. Returns whether it succeeded.
  bool Accept();

  // Returns what came, empty at the end of the stream.
  std::string Read();

  // Reads head and body (by Content-Length) of one request; nullopt at the end of the stream.
  std::optional<std::string> ReadRequest();

  // Returns false once the other side is gone.
  bool Write(std::string_view text);

  // Makes the end of this connection a reset instead of an orderly close.
  void ResetOnClose();

  // Speaks TLS from here on, as after CONNECT. `tls` must outlive the peer.
  void StartTls(SSL_CTX* tls);

  int fd() const { return fd_; }

 private:
  int fd_;
  SSL* ssl_ = nullptr;
  std::string unread_;
};

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContextPtr = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

TlsContextPtr MakeTlsContext(const TlsCertificate& certificate);

// Listens on a free port of 127.0.0.1 and serves each connection on a thread of its own, until it
// is destroyed: then all connections are cut.
class LoopbackServer {
 public:
  // Called for each connection, which is closed when it returns. Threads: several at once.
  using Handler = std::function<void(Peer&)>;

  explicit LoopbackServer(Handler handler, TlsContextPtr tls = nullptr);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // "http://127.0.0.1:PORT" with `path`, or https if it speaks TLS.
  std::string Url(std::string_view path) const;
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void AcceptAll();
  void Serve(int fd);

  Handler handler_;
  TlsContextPtr tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with Content-Length and `extra_headers`, each of which ends in "\r\n".
std::string HttpReply(int status_code, std::string_view body, std::string_view extra_headers = "");

// A handler that answers each request of a connection with what `respond` returns for it.
LoopbackServer::Handler KeepAlive(std::function<std::string(const std::string& request)> respond);

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_LOOPBACK_SERVER_H_
