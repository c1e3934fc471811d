#ifndef CODEARTS_SIMULATOR_HTTP_SERVER_H_
#define CODEARTS_SIMULATOR_HTTP_SERVER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/status.h"
#include "simulator/connection.h"

namespace codearts::sim {

struct HttpServerOptions {
  std::string host = "127.0.0.1";    // Loopback addresses only.
  std::uint16_t port = 0;            // 0: any free one.
  std::string tls_certificate = {};  // PEM files; both or none.
  std::string tls_key = {};
};

// A small HTTP/1.1 server: one thread, epoll, any number of connections. It is ours because faults
// need the socket itself (resets, half bodies, single bytes) and because thousands of waiting
// answers must cost nothing. Threads: Start, port, counts and the destructor from any.
class HttpServer {
 public:
  // Listens and serves until destroyed. `handler` runs on the server's thread.
  // Errors: kInvalidArgument for an address that is not loopback; kUnavailable if it is taken;
  // kCredentials for a bad certificate.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                   Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  ConnectionCounts counts() const;

 private:
  class Loop;

  HttpServer(std::unique_ptr<Loop> loop, std::uint16_t port);

  std::unique_ptr<Loop> loop_;
  std::uint16_t port_;
  std::thread thread_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_HTTP_SERVER_H_
