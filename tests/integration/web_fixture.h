#ifndef CODEARTS_TESTS_INTEGRATION_WEB_FIXTURE_H_
#define CODEARTS_TESTS_INTEGRATION_WEB_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/clock.h"
#include "support/raw_client.h"
#include "web/router.h"
#include "web/server.h"

namespace codearts::testing {

// A door that a handler waits at until the test opens it.
class Gate {
 public:
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait_for(lock, kLimit, [this] { return open_; });
  }
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // Returns whether so many are waiting, or have waited, before too long.
  bool Reaches(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kLimit, [&] { return waiting_ >= count; });
  }

 private:
  static constexpr Duration kLimit = std::chrono::seconds(20);

  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

// A server on a free port of 127.0.0.1 with a few handlers: /metrics (small), /big, /slow (waits at
// the gate), /echo (path's query), /throw, /-/reload (POST).
class WebServerTest : public ::testing::Test {
 protected:
  WebServerTest() {
    options_.listen_addresses = {{"127.0.0.1", 0}};
    options_.max_connections = 16;
    router_.Add({"GET"}, "/metrics", [](const WebRequest&) { return TextResponse(200, "up 1\n"); });
    router_.Add({"GET"}, "/big", [this](const WebRequest&) {
      WebResponse response;
      response.body = big_;
      return response;
    });
    router_.Add({"GET"}, "/slow", [this](const WebRequest&) {
      gate_.Wait();
      return TextResponse(200, "done\n");
    });
    router_.Add({"GET"}, "/echo",
                [](const WebRequest& request) { return TextResponse(200, request.query); });
    router_.Add({"GET"}, "/throw", [](const WebRequest&) -> WebResponse {
      throw std::runtime_error("the handler failed");
    });
    router_.Add({"POST"}, "/-/reload",
                [](const WebRequest&) { return TextResponse(200, "reloaded\n"); });
  }
  void TearDown() override { gate_.Open(); }

  void StartServer() {
    auto server = WebServer::Start(
        options_, [this](const WebRequest& request) { return router_.Handle(request); }, clock_);
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = *std::move(server);
    port_ = server_->addresses().front().port;
  }

  RawClient Connect(int receive_buffer = 0) const { return RawClient(port_, receive_buffer); }

  // Asks on a connection of its own; status 0 if there is no whole answer.
  RawResponse Ask(std::string_view bytes) const {
    return Connect().Ask(bytes).value_or(RawResponse());
  }

  static constexpr std::size_t kBigSize = std::size_t{8} << 20U;

  const SystemClock clock_;
  WebServerOptions options_;
  Router router_;
  Gate gate_;
  std::shared_ptr<const std::string> big_ = std::make_shared<const std::string>(kBigSize, 'x');
  std::unique_ptr<WebServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_INTEGRATION_WEB_FIXTURE_H_
