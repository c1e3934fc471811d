#include "simulator/stream.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace codearts::sim {
namespace {

bool WouldBlock() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

Stream::Stream(int fd, SSL_CTX* context) : fd_(fd) {
  if (context == nullptr) return;
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), fd);
  SSL_set_accept_state(ssl_.get());
}

Stream::~Stream() {
  if (ssl_ && fd_ >= 0) SSL_shutdown(ssl_.get());
  if (fd_ >= 0) close(fd_);
}

Stream::Io Stream::TlsOutcome(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();
  wants_write_ = error == SSL_ERROR_WANT_WRITE;
  return error == SSL_ERROR_WANT_READ || wants_write_ ? Io::kAgain : Io::kClosed;
}

Stream::Io Stream::Read(std::string& into) {
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  wants_write_ = false;
  while (true) {
    if (ssl_) {
      const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
      if (got <= 0) return TlsOutcome(got);
      into.append(buffer.data(), static_cast<std::size_t>(got));
      continue;
    }
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got == 0) return Io::kClosed;
    if (got < 0) return WouldBlock() ? Io::kAgain : Io::kClosed;
    into.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Stream::Io Stream::Write(std::string_view data, std::size_t& sent) {
  sent = 0;
  wants_write_ = false;
  while (sent < data.size()) {
    const std::string_view rest = data.substr(sent);
    if (ssl_) {
      const auto size = static_cast<int>(std::min<std::size_t>(rest.size(), 1 << 20));
      const int went = SSL_write(ssl_.get(), rest.data(), size);
      if (went <= 0) return TlsOutcome(went);
      sent += static_cast<std::size_t>(went);
      continue;
    }
    const ssize_t went = send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (went < 0) {
      wants_write_ = WouldBlock();
      return wants_write_ ? Io::kAgain : Io::kClosed;
    }
    sent += static_cast<std::size_t>(went);
  }
  return Io::kDone;
}

void Stream::Reset() {
  // Lingering for zero seconds makes the close a reset.
  const linger abort_now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort_now, sizeof(abort_now));
  close(fd_);
  fd_ = -1;
}

}  // namespace codearts::sim
