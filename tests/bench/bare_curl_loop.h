#ifndef CODEARTS_TESTS_BENCH_BARE_CURL_LOOP_H_
#define CODEARTS_TESTS_BENCH_BARE_CURL_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/http_message.h"
#include "http/curl_handle.h"

namespace codearts::testing {

// The least that libcurl's multi interface can be used with: sends requests that are known
// beforehand, keeps so many in flight, uses connections again and drops what comes. Threads: one.
class BareCurlLoop {
 public:
  // `requests` must outlive the loop. `ca_file` holds the certificates to trust.
  BareCurlLoop(const std::vector<HttpRequest>& requests, int concurrency,
               const std::string& ca_file);
  ~BareCurlLoop();
  BareCurlLoop(const BareCurlLoop&) = delete;
  BareCurlLoop& operator=(const BareCurlLoop&) = delete;

  // Sends all requests, over new connections at first. Returns whether each was answered with 200.
  bool Run();

  std::uint64_t bytes() const { return bytes_; }

 private:
  void SendNext(CURL* easy);
  static std::size_t Drop(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  const std::vector<HttpRequest>& requests_;
  std::vector<CurlListPtr> headers_;  // Of each request.
  std::size_t sent_ = 0;
  std::uint64_t bytes_ = 0;
  CurlMultiPtr multi_;
  std::vector<CurlEasyPtr> handles_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_BENCH_BARE_CURL_LOOP_H_
