#ifndef CODEARTS_HTTP_CURL_TRANSFER_H_
#define CODEARTS_HTTP_CURL_TRANSFER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/curl_handle.h"
#include "http/curl_transport.h"

namespace codearts {

// What all transfers of a transport share.
struct CurlTransferContext {
  CurlTransportOptions options;
  std::string ca_path;
  std::uint64_t buffered_bytes = 0;  // Of all bodies that are still coming in.
};

// One request at a time on one easy handle, which is used again for the next.
class CurlTransfer {
 public:
  // `context` must outlive the transfer. Errors: kInvalidArgument for options that libcurl does not
  // take, kInternal.
  static Result<std::unique_ptr<CurlTransfer>> Create(CurlTransferContext& context);

  ~CurlTransfer() = default;
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Sets the handle up for `request`. Errors: kInvalidArgument for what must not be sent.
  Status Start(HttpRequest request);

  // Returns what came, or why nothing did, and makes the transfer ready for the next Start.
  Result<HttpResponse> Finish(CURLcode code);

  CURL* handle() const { return easy_.get(); }
  static CurlTransfer* FromHandle(CURL* handle);

 private:
  explicit CurlTransfer(CurlTransferContext& context) : context_(context) {}

  Status SetUp();
  bool SetPin();
  Status SetMethod();
  Status SetHeaders();
  Status SetRoute();
  bool AppendBody(std::string_view data);
  void ReserveBody(std::uint64_t max);
  bool AppendHeaderLine(std::string_view line);
  Status FailureOf(CURLcode code) const;

  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  CurlTransferContext& context_;
  CurlEasyPtr easy_;
  CurlListPtr header_list_;
  HttpRequest request_;
  std::string target_;  // Method and URL without its query, for messages.
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  std::size_t header_count_ = 0;
  bool headers_ended_ = false;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_CURL_TRANSFER_H_
