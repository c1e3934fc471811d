#ifndef CODEARTS_WEB_SERVER_H_
#define CODEARTS_WEB_SERVER_H_

#include <chrono>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"
#include "web/http_handler.h"
#include "web/tls_context.h"

namespace codearts {

struct WebServerOptions {
  std::vector<ListenAddress> listen_addresses;  // At least one.
  // If set, every address speaks TLS only, each connection with what this returns at its beginning.
  TlsContextSource tls;
  // Connections that are served at once; each has a thread with a small stack, because civetweb
  // works that way. Further ones wait. See docs/adr/2026-11-24-one-thread-per-connection.md.
  int max_connections = 640;
  // A request's head must come within this time, and a client that takes no byte of an answer for
  // so long is cut off.
  Duration request_timeout = std::chrono::seconds(5);
  // How long an idle connection is kept; above the usual scrape intervals.
  Duration keep_alive_timeout = std::chrono::seconds(75);
  // An answer must be delivered within this time.
  Duration response_timeout = std::chrono::seconds(60);
};

// Serves HTTP/1.1 until stopped. It keeps connections alive while at most half of max_connections
// are in use, so that idle clients never take all of them.
// Threads: safe. Its threads inherit the signal mask of the one that calls Start.
class WebServer {
 public:
  // Listens and serves. Lifetime: `clock` and what `handler` refers to must outlive the server.
  // Errors: as ProbeListenAddresses; kInvalidArgument if this build has no TLS and it is asked for;
  // kInternal if civetweb does not start for another reason.
  static Result<std::unique_ptr<WebServer>> Start(const WebServerOptions& options,
                                                  WebHandler handler, const Clock& clock);

  // Stops without waiting for answers that are being delivered.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // What it listens on, in the order of the options, with the ports that were chosen for 0.
  const std::vector<ListenAddress>& addresses() const;

  // Refuses new requests with 503, waits up to `grace` for those in flight, then closes every
  // connection. Returns about a quarter of a second after that, or later if a handler runs on:
  // those must end by themselves. A second call does nothing.
  void Stop(Duration grace);

 private:
  class Impl;
  explicit WebServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace codearts

#endif  // CODEARTS_WEB_SERVER_H_
