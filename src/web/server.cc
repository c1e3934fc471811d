#include "web/server.h"

#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "web/listen_address.h"
#include "web/listen_probe.h"
#include "web/reply.h"
#include "web/request_check.h"

namespace codearts {
namespace {

static_assert(kMaxHeaders == MG_MAX_HEADERS);

constexpr unsigned kFeatureIpv6 = 8;
// Between slices the deadline of the answer is looked at. Small, because a client that takes a few
// bytes at a time makes civetweb wait anew each time until the slice is gone.
constexpr std::size_t kSlice = 65536;

std::string CivetwebPorts(const std::vector<ListenAddress>& addresses, bool tls) {
  std::string ports;
  for (const ListenAddress& address : addresses) {
    if (!ports.empty()) ports += ',';
    // The plus sign means IPv6 and IPv4.
    ports += address.host.empty() ? fmt::format("+{}", address.port) : FormatListenAddress(address);
    if (tls) ports += 's';
  }
  return ports;
}

using Settings = std::vector<std::pair<const char*, std::string>>;

Settings CivetwebSettings(const std::string& ports, const WebServerOptions& options) {
  return {
      {"listening_ports", ports},
      {"num_threads", std::to_string(options.max_connections)},
      {"listen_backlog", "1024"},
      {"request_timeout_ms", std::to_string(options.request_timeout.count())},
      {"enable_keep_alive", "yes"},
      {"keep_alive_timeout_ms", std::to_string(options.keep_alive_timeout.count())},
      {"tcp_nodelay", "1"},
      {"max_request_size", "16384"},
      // The router compares paths as they were sent.
      {"decode_url", "no"},
      // Else a request that names the host in its first line is dropped.
      {"enable_auth_domain_check", "no"},
      {"access_control_allow_origin", ""},
  };
}

WebRequest ToWebRequest(const mg_request_info& info) {
  WebRequest request;
  request.method = info.request_method;
  request.path = info.local_uri_raw;
  if (info.query_string != nullptr) request.query = info.query_string;
  request.http_version = info.http_version;
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers.push_back({info.http_headers[i].name, info.http_headers[i].value});
  }
  request.remote = fmt::format("{}:{}", info.remote_addr, info.remote_port);
  return request;
}

WebResponse StoppingResponse() {
  WebResponse response = TextResponse(503, "the exporter is stopping\n");
  response.headers.push_back({"Retry-After", "5"});
  return response;
}

// Civetweb's global state, for as long as something needs it; it counts its users.
class CivetwebLibrary {
 public:
  CivetwebLibrary() : features_(mg_init_library(MG_FEATURES_DEFAULT | MG_FEATURES_TLS)) {}
  ~CivetwebLibrary() { mg_exit_library(); }
  CivetwebLibrary(const CivetwebLibrary&) = delete;
  CivetwebLibrary& operator=(const CivetwebLibrary&) = delete;

  // Debian 12's binary says that it has TLS and crashes at the first connection.
  bool HasTls() const {
    return CODEARTS_CIVETWEB_HAS_TLS != 0 && (features_ & MG_FEATURES_TLS) != 0;
  }

 private:
  const unsigned features_;
};

}  // namespace

class WebServer::Impl {
 public:
  Impl(const WebServerOptions& options, WebHandler handler, const Clock& clock)
      : options_(options), handler_(std::move(handler)), clock_(clock) {}
  ~Impl() { Stop(Duration(0)); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Start();
  void Stop(Duration grace);
  const std::vector<ListenAddress>& addresses() const { return options_.listen_addresses; }

 private:
  // Civetweb's callbacks. An exception would end the process inside of C code, so there are none
  // but std::bad_alloc, after which ending it is right.
  static int OnRequest(mg_connection* connection) noexcept;
  static int OnError(mg_connection* connection, int status, const char* message) noexcept;
  static int OnLogMessage(const mg_connection* connection, const char* message) noexcept;
  static int OnConnect(const mg_connection* connection, void** connection_data) noexcept;
  static void OnClose(const mg_connection* connection) noexcept;
  // Gives civetweb our TLS context, which stays ours.
  static int OnTlsContext(void** context, void* impl) noexcept;

  static Impl& Of(const mg_connection* connection) {
    return *static_cast<Impl*>(mg_get_user_data(mg_get_context(connection)));
  }

  // Between the two a request is in flight. Returns whether the server still serves.
  bool BeginRequest();
  void EndRequest();
  bool AllowsKeepAlive() const { return connections_ <= options_.max_connections / 2; }
  Reply Answer(const WebRequest& request, bool serving) const;
  bool Deliver(mg_connection* connection, const Reply& reply) const;
  // Sets context_, or leaves it null and writes the reason.
  void StartCivetweb(const Settings& settings, std::span<char> reason);

  WebServerOptions options_;
  const WebHandler handler_;
  const Clock& clock_;
  std::atomic<bool> serving_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::condition_variable no_request_;
  int in_flight_ = 0;      // Guarded by mutex_.
  bool stopping_ = false;  // Likewise.
  std::once_flag stopped_;
  const CivetwebLibrary library_;
  std::shared_ptr<ssl_ctx_st> tls_context_;  // Null: plain HTTP.
  mg_context* context_ = nullptr;
};

Status WebServer::Impl::Start() {
  if (options_.tls && !library_.HasTls()) {
    return {
        StatusCode::kInvalidArgument,
        "TLS is not available: this exporter was built with a civetweb library that can't serve "
        "it with OpenSSL 3; take tls_server_config out of --web.config.file and put a proxy in "
        "front, or build with civetweb's source (.ci/setup fetches it)"};
  }
  if (options_.tls) {
    tls_context_ = MakeListeningContext(options_.tls);
    if (tls_context_ == nullptr) return {StatusCode::kInternal, "OpenSSL makes no context"};
  }
  auto probed =
      ProbeListenAddresses(options_.listen_addresses, mg_check_feature(kFeatureIpv6) != 0);
  if (!probed.ok()) return probed.status();
  options_.listen_addresses = std::move(*probed);
  const std::string ports = CivetwebPorts(options_.listen_addresses, tls_context_ != nullptr);
  std::array<char, 256> reason{};
  StartCivetweb(CivetwebSettings(ports, options_), reason);
  if (context_ == nullptr) {
    return {StatusCode::kInternal,
            fmt::format("cannot serve {}: {}; the log has more", ports, reason.data())};
  }
  serving_ = true;
  std::vector<mg_server_port> bound(options_.listen_addresses.size());
  mg_get_server_ports(context_, static_cast<int>(bound.size()), bound.data());
  for (std::size_t i = 0; i < bound.size(); ++i) {
    options_.listen_addresses[i].port = static_cast<std::uint16_t>(bound[i].port);
  }
  return {};
}

void WebServer::Impl::StartCivetweb(const Settings& settings, std::span<char> reason) {
  std::vector<const char*> options;
  for (const auto& [name, value] : settings) {
    options.push_back(name);
    options.push_back(value.c_str());
  }
  options.push_back(nullptr);
  mg_callbacks callbacks = {};
  callbacks.begin_request = OnRequest;
  callbacks.http_error = OnError;
  callbacks.log_message = OnLogMessage;
  callbacks.init_connection = OnConnect;
  callbacks.connection_close = OnClose;
  if (tls_context_ != nullptr) callbacks.external_ssl_ctx = OnTlsContext;
  mg_init_data init = {};
  init.callbacks = &callbacks;
  init.user_data = this;
  init.configuration_options = options.data();
  mg_error_data error = {};
  error.text = reason.data();
  error.text_buffer_size = reason.size();
  context_ = mg_start2(&init, &error);
}

void WebServer::Impl::Stop(Duration grace) {
  std::call_once(stopped_, [&] {
    if (context_ == nullptr) return;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      stopping_ = true;
      no_request_.wait_for(lock, grace, [this] { return in_flight_ == 0; });
    }
    mg_stop(context_);
  });
}

int WebServer::Impl::OnRequest(mg_connection* connection) noexcept {
  Impl& server = Of(connection);
  const WebRequest request = ToWebRequest(*mg_get_request_info(connection));
  const bool serving = server.BeginRequest();
  const Reply reply = server.Answer(request, serving);
  if (!server.Deliver(connection, reply)) {
    LogInfo("client took too long or went away",
            {{"remote", request.remote}, {"path", request.path}});
  }
  server.EndRequest();
  constexpr int kHandled = 200;  // Any positive number; for civetweb's access log alone.
  return kHandled;
}

int WebServer::Impl::OnError(mg_connection* connection, int status, const char*) noexcept {
  const Impl& server = Of(connection);
  // Civetweb's own words may repeat what the client sent.
  const WebResponse response =
      TextResponse(status, "bad request: malformed, too large or too slow\n");
  server.Deliver(connection, FormatReply(response, false, false, server.clock_.Now()));
  return 0;
}

int WebServer::Impl::OnLogMessage(const mg_connection* connection, const char* message) noexcept {
  // Once it serves, clients provoke most messages, and they must not fill the log.
  Log(Of(connection).serving_ ? LogLevel::kDebug : LogLevel::kWarn, "civetweb",
      {{"detail", message}});
  return 1;
}

int WebServer::Impl::OnConnect(const mg_connection* connection, void** connection_data) noexcept {
  Impl& server = Of(connection);
  ++server.connections_;
  *connection_data = &server;
  return 0;
}

void WebServer::Impl::OnClose(const mg_connection* connection) noexcept {
  // A failed TLS handshake is closed without having been counted.
  if (mg_get_user_connection_data(connection) != nullptr) --Of(connection).connections_;
}

int WebServer::Impl::OnTlsContext(void** context, void* impl) noexcept {
  *context = static_cast<Impl*>(impl)->tls_context_.get();
  constexpr int kTaken = 1;
  return kTaken;
}

bool WebServer::Impl::BeginRequest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++in_flight_;
  return !stopping_;
}

void WebServer::Impl::EndRequest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (--in_flight_ == 0) no_request_.notify_all();
}

Reply WebServer::Impl::Answer(const WebRequest& request, bool serving) const {
  if (serving) return MakeReply(handler_, request, AllowsKeepAlive(), clock_.Now());
  return FormatReply(StoppingResponse(), request.method == "HEAD", false, clock_.Now());
}

bool WebServer::Impl::Deliver(mg_connection* connection, const Reply& reply) const {
  const auto write = [connection](std::string_view bytes) {
    return mg_write(connection, bytes.data(), bytes.size()) == static_cast<int>(bytes.size());
  };
  if (!reply.keep_alive) mg_disable_connection_keep_alive(connection);
  const SteadyTime deadline = clock_.SteadyNow() + options_.response_timeout;
  const bool complete = CutIntoSlices(reply, kSlice, [&](std::string_view slice) {
    return write(slice) && clock_.SteadyNow() < deadline;
  });
  // What was promised by Content-Length did not come: only a closed connection says so.
  if (!complete) mg_disable_connection_keep_alive(connection);
  return complete;
}

Result<std::unique_ptr<WebServer>> WebServer::Start(const WebServerOptions& options,
                                                    WebHandler handler, const Clock& clock) {
  auto impl = std::make_unique<Impl>(options, std::move(handler), clock);
  Status started = impl->Start();
  if (!started.ok()) return started;
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  return std::unique_ptr<WebServer>(new WebServer(std::move(impl)));
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebServer::~WebServer() = default;

const std::vector<ListenAddress>& WebServer::addresses() const {
  return impl_->addresses();
}

void WebServer::Stop(Duration grace) {
  impl_->Stop(grace);
}

}  // namespace codearts
