#include "simulator/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "fmt/format.h"

namespace codearts::sim {
namespace {

constexpr int kBacklog = 1024;

// Fills in a loopback address; returns its size, 0 if `host` is none.
socklen_t LoopbackAddress(const std::string& host, std::uint16_t port, sockaddr_storage& storage) {
  std::memset(&storage, 0, sizeof(storage));
  sockaddr_in v4{};
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  if (inet_pton(AF_INET, numeric.c_str(), &v4.sin_addr) == 1) {
    if (ntohl(v4.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET) return 0;
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&storage, &v4, sizeof(v4));
    return sizeof(v4);
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, numeric.c_str(), &v6.sin6_addr) != 1) return 0;
  if (!IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) return 0;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&storage, &v6, sizeof(v6));
  return sizeof(v6);
}

std::uint16_t PortOf(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof(v6));
    return ntohs(v6.sin6_port);
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &storage, sizeof(v4));
  return ntohs(v4.sin_port);
}

}  // namespace

Result<Listener> ListenOnLoopback(const std::string& host, std::uint16_t port) {
  sockaddr_storage address{};
  const socklen_t size = LoopbackAddress(host, port, address);
  if (size == 0) {
    return Status(
        StatusCode::kInvalidArgument,
        fmt::format("{} is no loopback address: the simulator listens on no other", host));
  }
  Listener listener;
  listener.socket = Fd(socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = listener.socket.get();
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(fd, kBacklog) != 0) {
    return Status(StatusCode::kUnavailable, fmt::format("listen on {}:{}: {}", host, port,
                                                        std::generic_category().message(errno)));
  }
  listener.port = PortOf(fd);
  return listener;
}

}  // namespace codearts::sim
