#ifndef CODEARTS_HTTP_CURL_TRANSPORT_H_
#define CODEARTS_HTTP_CURL_TRANSPORT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/http_transport.h"

namespace codearts {

struct CurlTransportOptions {
  std::string user_agent;                               // "codearts_pipeline_exporter/1.2.3".
  Duration request_timeout = std::chrono::seconds(10);  // Of requests that name none.
  Duration connect_timeout = std::chrono::seconds(5);   // Within it: name, TCP, proxy and TLS.
  // Of a decompressed body; all that come in at the same time together: four times as much.
  std::uint64_t max_response_bytes = std::uint64_t{16} << 20U;
  std::string ca_file;    // Trusted beside the system's; empty: none.
  std::string proxy_url;  // Empty: HTTPS_PROXY and NO_PROXY. See CurlTransport.
  // "sha256//" and the base64 of the digest of a public key: servers are known by that key alone,
  // whatever the name, date and issuer of their certificates. Empty: by their certificates.
  std::string server_key_pin;
};

// Initialises libcurl for as long as it lives, and ignores SIGPIPE, which a lost TLS connection
// would raise: one, in main, before any thread and transport.
class CurlGlobal {
 public:
  CurlGlobal();
  ~CurlGlobal();
  CurlGlobal(const CurlGlobal&) = delete;
  CurlGlobal& operator=(const CurlGlobal&) = delete;
};

// HttpTransport over libcurl: HTTP/1.1, connections kept between Runs, TLS always verified,
// redirects never followed (one would carry the signature elsewhere). Plain http goes to loopback
// hosts and the metadata service only, neither of which is ever proxied: other requests end with
// kInvalidArgument unsent, as do malformed ones and methods other than GET, POST and PUT. Messages
// name method and URL without its query. Threads: one at a time; stop may be requested on any.
class CurlTransport final : public HttpTransport {
 public:
  // `clock` must outlive the transport. Errors: kInvalidArgument if `ca_file` or `proxy_url` is of
  // no use, kInternal if libcurl can't start.
  static Result<std::unique_ptr<CurlTransport>> Create(CurlTransportOptions options,
                                                       const Clock& clock);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  // Goes over to other options (reload); connections that fit them are kept. Call it while Run does
  // not run. Errors: as Create, and then nothing has changed.
  Status SetOptions(CurlTransportOptions options);

  void Send(HttpRequest request, Done done) override;
  void RunAt(SteadyTime when, std::function<void()> task) override;
  void Run(std::stop_token stop) override;

 private:
  class Loop;

  explicit CurlTransport(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_CURL_TRANSPORT_H_
