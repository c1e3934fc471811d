#ifndef CODEARTS_SIMULATOR_SOCKET_H_
#define CODEARTS_SIMULATOR_SOCKET_H_

#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "base/status.h"

namespace codearts::sim {

// Owns a file descriptor.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// A listening, non-blocking socket and the port it got.
struct Listener {
  Fd socket;
  std::uint16_t port = 0;
};

// Listens on `host`, which has to be "localhost", an address of 127.0.0.0/8 or "::1".
// Errors: kInvalidArgument for any other host, kUnavailable if it can't listen.
Result<Listener> ListenOnLoopback(const std::string& host, std::uint16_t port);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_SOCKET_H_
