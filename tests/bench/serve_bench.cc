// How fast pages that exist already go out: small ones over kept connections, and a page of 100 MB.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "support/raw_client.h"
#include "web/server.h"

namespace codearts {
namespace {

using testing::GetRequest;
using testing::RawClient;
using testing::RawResponse;

constexpr std::size_t kBigPage = 100'000'000;

// One server for all benchmarks; "/big" is the great page, everything else a small one.
std::uint16_t ServerPort() {
  static const SystemClock clock;
  static const std::unique_ptr<WebServer> server = [] {
    WebResponse small = TextResponse(200, std::string(1000, 'x'));
    WebResponse big = TextResponse(200, std::string(kBigPage, 'x'));
    WebServerOptions options;
    options.listen_addresses = {{"127.0.0.1", 0}};
    return *WebServer::Start(
        options,
        [small, big](const WebRequest& request) { return request.path == "/big" ? big : small; },
        clock);
  }();
  return server->addresses().front().port;
}

void ServeSmallPages(benchmark::State& state) {
  RawClient client(ServerPort());
  const std::string request = GetRequest("/");
  for (auto _ : state) {
    const std::optional<RawResponse> response = client.Ask(request);
    if (!response) state.SkipWithError("no answer");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ServeSmallPages)->Threads(1)->Threads(8)->Threads(64)->UseRealTime();

void ServeAGreatPage(benchmark::State& state) {
  RawClient client(ServerPort());
  client.Send("HEAD /big HTTP/1.1\r\nHost: test\r\n\r\n");
  const std::size_t head_size = client.Receive(4096);
  for (auto _ : state) {
    client.Send(GetRequest("/big"));
    std::size_t left = head_size + kBigPage;
    while (left > 0) {
      const std::size_t received = client.Receive(left);
      if (received == 0) return state.SkipWithError("connection lost");
      left -= received;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBigPage));
}
BENCHMARK(ServeAGreatPage)->Threads(1)->Threads(4)->UseRealTime();

}  // namespace
}  // namespace codearts
