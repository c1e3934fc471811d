#ifndef CODEARTS_TESTS_SUPPORT_CURL_FETCH_H_
#define CODEARTS_TESTS_SUPPORT_CURL_FETCH_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/curl_transport.h"

namespace codearts::testing {

inline HttpRequest Get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

// A CurlTransport of the machine's clock, and requests one at a time over it.
class CurlFetch {
 public:
  explicit CurlFetch(CurlTransportOptions options = {}) {
    auto transport = CurlTransport::Create(std::move(options), clock_);
    EXPECT_TRUE(transport.ok()) << transport.status().message();
    if (transport.ok()) transport_ = *std::move(transport);
  }

  CurlTransport& transport() { return *transport_; }

  Result<HttpResponse> Fetch(HttpRequest request) {
    std::optional<Result<HttpResponse>> result;
    transport_->Send(std::move(request),
                     [&](Result<HttpResponse> answer) { result = std::move(answer); });
    EXPECT_FALSE(result) << "called from inside Send";
    transport_->Run(std::stop_token());
    return result.value_or(Status(StatusCode::kInternal, "not called"));
  }

 private:
  CurlGlobal global_;
  SystemClock clock_;
  std::unique_ptr<CurlTransport> transport_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_CURL_FETCH_H_
