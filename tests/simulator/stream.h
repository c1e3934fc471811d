#ifndef CODEARTS_SIMULATOR_STREAM_H_
#define CODEARTS_SIMULATOR_STREAM_H_

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace codearts::sim {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct SslContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, SslContextDeleter>;

// A non-blocking connected socket, with TLS if a context is given. Owns the descriptor.
class Stream {
 public:
  enum class Io { kDone, kAgain, kClosed };

  Stream(int fd, SSL_CTX* context);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int fd() const { return fd_; }

  // Appends what has arrived; kAgain when there is no more for now.
  Io Read(std::string& into);

  // Sends as much of `data` as goes; `sent` says how much. kDone when all went.
  Io Write(std::string_view data, std::size_t& sent);

  // Whether the last call waits for the socket to become writable, a TLS read included.
  bool wants_write() const { return wants_write_; }

  // Closes with a TCP reset.
  void Reset();

 private:
  Io TlsOutcome(int result);

  int fd_;
  std::unique_ptr<SSL, SslDeleter> ssl_;
  bool wants_write_ = false;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_STREAM_H_
