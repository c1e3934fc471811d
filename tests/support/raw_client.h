#ifndef CODEARTS_TESTS_SUPPORT_RAW_CLIENT_H_
#define CODEARTS_TESTS_SUPPORT_RAW_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"

namespace codearts::testing {

struct RawResponse {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;

  // Returns the header's value, "" if there is none.
  std::string Header(std::string_view name) const;
};

// A TCP client that sends whatever bytes a test wants, on loopback. Every wait ends after 10
// seconds at the latest.
class RawClient {
 public:
  // Connects. `receive_buffer` bounds what the kernel takes for a client that does not read; 0
  // leaves that to the kernel.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0,
                     const std::string& host = "127.0.0.1");
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return fd_ >= 0; }

  // Sends everything, or returns false if the server closed the connection.
  bool Send(std::string_view bytes);

  // Reads one response, whose body is as long as Content-Length says unless `head_only`. Returns
  // nullopt if it does not come, or not whole.
  std::optional<RawResponse> Read(bool head_only = false);

  // Reads one response and drops its body. Returns how long that was; 0: it did not come whole.
  std::size_t SkipBody();

  // Sends and reads.
  std::optional<RawResponse> Ask(std::string_view bytes);

  // Whether the server closes the connection within `limit`; what it sends before is dropped.
  bool IsClosedWithin(Duration limit);

  // Takes and drops up to `size` bytes, 64 KiB at most, with one call. Returns how many; 0: the
  // connection ended.
  std::size_t Receive(std::size_t size);

  // What came and was no whole response.
  const std::string& rest() const { return buffer_; }

 private:
  bool Fill();

  int fd_ = -1;
  std::string buffer_;  // Received and not yet returned.
};

// "GET path HTTP/1.1" with a Host and these headers, each with its line end.
std::string GetRequest(std::string_view path, std::string_view headers = "");

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_RAW_CLIENT_H_
