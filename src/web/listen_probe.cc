#include "web/listen_probe.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "web/listen_address.h"

namespace codearts {
namespace {

constexpr std::string_view kChooseAnother = "choose another with --web.listen-address";

// A socket that closes itself.
class Socket {
 public:
  explicit Socket(int family) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }

  int fd() const { return fd_; }

 private:
  int fd_;
};

struct AddrInfoDeleter {
  void operator()(addrinfo* info) const { freeaddrinfo(info); }
};
using AddrInfoPtr = std::unique_ptr<addrinfo, AddrInfoDeleter>;

Status CannotListen(const ListenAddress& address, StatusCode code, std::string_view problem,
                    std::string_view remedy) {
  return {code, fmt::format("cannot listen on {}: {}; {}", FormatListenAddress(address), problem,
                            remedy)};
}

Status CannotListen(const ListenAddress& address, int error) {
  switch (error) {
    case EADDRINUSE:
      return CannotListen(address, StatusCode::kUnavailable, "address already in use",
                          fmt::format("stop the other process or {}", kChooseAnother));
    case EACCES:
      return CannotListen(address, StatusCode::kPermissionDenied, "permission denied",
                          "choose a port above 1023 or grant CAP_NET_BIND_SERVICE");
    case EADDRNOTAVAIL:
      return CannotListen(address, StatusCode::kInvalidArgument, "this machine has no such address",
                          kChooseAnother);
    default:
      return CannotListen(address, StatusCode::kUnavailable,
                          ToLower(std::generic_category().message(error)), kChooseAnother);
  }
}

bool IsEveryInterface(const ListenAddress& address) {
  return address.host.empty() || address.host == "::";
}

Result<AddrInfoPtr> Resolve(const ListenAddress& address, bool ipv6) {
  const bool every = IsEveryInterface(address);
  addrinfo hints = {};
  hints.ai_family = every && ipv6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const char* const host = every ? nullptr : address.host.c_str();
  const std::string port = std::to_string(address.port);
  addrinfo* found = nullptr;
  int error = getaddrinfo(host, port.c_str(), &hints, &found);
  if (error != 0 && ipv6 && !every) {
    hints.ai_family = AF_INET6;
    error = getaddrinfo(host, port.c_str(), &hints, &found);
  }
  if (error == 0) return AddrInfoPtr(found);
  const std::string_view problem =
      !ipv6 && address.host.find(':') != std::string::npos ? "no IPv6 here" : gai_strerror(error);
  return CannotListen(address, StatusCode::kInvalidArgument, ToLower(problem), kChooseAnother);
}

// Returns 0 or the error number.
int Listen(const Socket& socket, const addrinfo& info, bool every) {
  if (socket.fd() < 0) return errno;
  const int on = 1;
  const int v6_only = every ? 0 : 1;
  setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (info.ai_family == AF_INET6) {
    setsockopt(socket.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
  }
  if (bind(socket.fd(), info.ai_addr, info.ai_addrlen) != 0) return errno;
  return listen(socket.fd(), 1) == 0 ? 0 : errno;
}

Result<std::string> NumericHost(const ListenAddress& address, const addrinfo& info) {
  if (IsEveryInterface(address)) return std::string(info.ai_family == AF_INET6 ? "" : "0.0.0.0");
  std::array<char, NI_MAXHOST> host{};
  const int error = getnameinfo(info.ai_addr, info.ai_addrlen, host.data(),
                                static_cast<socklen_t>(host.size()), nullptr, 0, NI_NUMERICHOST);
  if (error == 0) return std::string(host.data());
  return CannotListen(address, StatusCode::kInvalidArgument, gai_strerror(error), kChooseAnother);
}

}  // namespace

Result<std::vector<ListenAddress>> ProbeListenAddresses(const std::vector<ListenAddress>& addresses,
                                                        bool ipv6) {
  // A kernel without IPv6 can't even make the socket.
  const bool have_ipv6 = ipv6 && Socket(AF_INET6).fd() >= 0;
  std::vector<ListenAddress> numeric;
  // Held together, so that two addresses that exclude each other are found.
  std::vector<Socket> held;
  held.reserve(addresses.size());
  for (const ListenAddress& address : addresses) {
    const Result<AddrInfoPtr> info = Resolve(address, have_ipv6);
    if (!info.ok()) return info.status();
    held.emplace_back((*info)->ai_family);
    const int error = Listen(held.back(), **info, IsEveryInterface(address));
    if (error != 0) return CannotListen(address, error);
    Result<std::string> host = NumericHost(address, **info);
    if (!host.ok()) return host.status();
    numeric.push_back({std::move(*host), address.port});
  }
  return numeric;
}

}  // namespace codearts
