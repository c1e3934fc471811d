#include "simulator/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "simulator/socket.h"

namespace codearts::sim {
namespace {

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kStopId = 1;

Result<SslContextPtr> MakeTls(const HttpServerOptions& options) {
  SslContextPtr context;
  if (options.tls_certificate.empty() && options.tls_key.empty()) return context;
  context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool loaded =
      SSL_CTX_use_certificate_chain_file(context.get(), options.tls_certificate.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context.get(), options.tls_key.c_str(), SSL_FILETYPE_PEM) == 1;
  if (!loaded) {
    ERR_clear_error();
    return Status(StatusCode::kCredentials, fmt::format("{} and {} are no certificate and its key",
                                                        options.tls_certificate, options.tls_key));
  }
  return context;
}

}  // namespace

class HttpServer::Loop {
 public:
  Loop(Listener listener, SslContextPtr tls, Handler handler)
      : listener_(std::move(listener)),
        tls_(std::move(tls)),
        handler_(std::move(handler)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    Watch(listener_.socket.get(), kListenerId);
    Watch(stop_.get(), kStopId);
  }

  void Run();
  void Stop() { eventfd_write(stop_.get(), 1); }
  ConnectionCounts counts() const {
    return {accepted_.load(), open_.load(), most_open_.load(), most_in_flight_.load()};
  }

 private:
  struct Client {
    std::unique_ptr<Connection> connection;
    bool watching_write = false;
    bool was_busy = false;
    std::optional<SteadyTime> timer;  // Its entry in timers_.
  };
  struct Timer {
    SteadyTime at;
    std::uint64_t id;
    bool operator<(const Timer& other) const { return at > other.at; }
  };

  void Watch(int fd, std::uint64_t id) const;
  void AcceptClients();
  void RunTimers(SteadyTime now);
  void Settle(std::uint64_t id);
  std::optional<timespec> Wait() const;

  Listener listener_;
  SslContextPtr tls_;
  Handler handler_;
  Fd epoll_;
  Fd stop_;
  std::uint64_t next_id_ = kStopId + 1;
  std::uint64_t in_flight_ = 0;
  std::unordered_map<std::uint64_t, Client> clients_;
  std::priority_queue<Timer> timers_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::uint64_t> most_open_{0};
  std::atomic<std::uint64_t> most_in_flight_{0};
};

void HttpServer::Loop::Watch(int fd, std::uint64_t id) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void HttpServer::Loop::AcceptClients() {
  while (true) {
    const int fd = accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::uint64_t id = next_id_++;
    clients_[id].connection = std::make_unique<Connection>(fd, tls_.get(), handler_);
    Watch(fd, id);
    ++accepted_;
    open_ = clients_.size();
    most_open_ = std::max<std::uint64_t>(most_open_, clients_.size());
  }
}

// Returns the time until the next timer, if there is one, to the nanosecond: a latency of whole
// milliseconds would be up to one longer.
std::optional<timespec> HttpServer::Loop::Wait() const {
  if (timers_.empty()) return std::nullopt;
  const auto left = std::max<std::chrono::nanoseconds>(
      timers_.top().at - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0));
  const auto whole = std::chrono::floor<std::chrono::seconds>(left);
  return timespec{whole.count(), (left - whole).count()};
}

void HttpServer::Loop::RunTimers(SteadyTime now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const Timer timer = timers_.top();
    timers_.pop();
    const auto client = clients_.find(timer.id);
    if (client == clients_.end()) continue;
    client->second.timer.reset();
    client->second.connection->OnTimer(now);
    Settle(timer.id);
  }
}

// Brings what the loop keeps about a connection into line with it.
void HttpServer::Loop::Settle(std::uint64_t id) {
  Client& client = clients_.at(id);
  const Connection& connection = *client.connection;
  const bool busy = connection.busy() && !connection.closed();
  if (busy != client.was_busy) {
    in_flight_ += busy ? 1 : -1ULL;
    most_in_flight_ = std::max<std::uint64_t>(most_in_flight_, in_flight_);
    client.was_busy = busy;
  }
  if (connection.closed()) {
    clients_.erase(id);
    open_ = clients_.size();
    return;
  }
  if (connection.wants_write() != client.watching_write) {
    client.watching_write = connection.wants_write();
    epoll_event event{};
    event.events = EPOLLIN | (client.watching_write ? EPOLLOUT : 0U);
    event.data.u64 = id;
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd(), &event);
  }
  if (connection.timer() && client.timer != connection.timer()) {
    client.timer = connection.timer();
    timers_.push({*client.timer, id});
  }
}

void HttpServer::Loop::Run() {
  // OpenSSL writes without MSG_NOSIGNAL.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
  std::array<epoll_event, 256> events{};
  while (true) {
    const std::optional<timespec> wait = Wait();
    const int count = epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   wait ? &*wait : nullptr, nullptr);
    const SteadyTime now = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = events.at(static_cast<std::size_t>(i)).data.u64;
      if (id == kStopId) return;
      if (id == kListenerId) {
        AcceptClients();
      } else if (const auto client = clients_.find(id); client != clients_.end()) {
        client->second.connection->OnReady(now);
        Settle(id);
      }
    }
    RunTimers(now);
  }
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                      Handler handler) {
  Result<Listener> listener = ListenOnLoopback(options.host, options.port);
  if (!listener.ok()) return listener.status();
  Result<SslContextPtr> tls = MakeTls(options);
  if (!tls.ok()) return tls.status();
  const std::uint16_t port = listener->port;
  auto loop = std::make_unique<Loop>(*std::move(listener), *std::move(tls), std::move(handler));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop), port));
}

HttpServer::HttpServer(std::unique_ptr<Loop> loop, std::uint16_t port)
    : loop_(std::move(loop)), port_(port), thread_([this] { loop_->Run(); }) {}

HttpServer::~HttpServer() {
  loop_->Stop();
  thread_.join();
}

ConnectionCounts HttpServer::counts() const {
  return loop_->counts();
}

}  // namespace codearts::sim
