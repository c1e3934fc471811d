// A whole scrape over HTTP of a page on which nothing changed, against the same server sending the
// same bytes from a ready buffer. The process has both ends, and cpu is that of both.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "metrics/exporter_metrics.h"
#include "metrics/metrics_page.h"
#include "metrics/negotiation.h"
#include "support/raw_client.h"
#include "support/typical_snapshot.h"
#include "web/metrics_handler.h"
#include "web/router.h"
#include "web/server.h"

namespace codearts {
namespace {

using testing::RawClient;

constexpr std::size_t kProjects = 10;
constexpr std::size_t kPipelines = 38;  // Of each project; 101,080 series in all.

class Fixture {
 public:
  Fixture() {
    AddMetrics();
    AddReady("/ready-identity", PageEncoding::kIdentity);
    AddReady("/ready-gzip", PageEncoding::kGzip);
    WebServerOptions options;
    options.listen_addresses = {{"127.0.0.1", 0}};
    server_ = *WebServer::Start(
        options, [this](const WebRequest& request) { return router_.Handle(request); }, clock_);
  }

  std::uint16_t port() const { return server_->addresses().front().port; }

 private:
  void AddMetrics() {
    MetricsSources sources;
    sources.scrape = [this](SteadyTime) { return snapshot_; };
    sources.render = [this](const Snapshot& snapshot, std::string_view accept,
                            std::string_view accept_encoding) {
      const TextFormat format = NegotiateFormat(accept);
      const bool gzip = AcceptsGzip(accept_encoding);
      return RenderedPage{
          std::string(ContentTypeOf(format)), gzip ? "gzip" : "",
          page_.Render(snapshot, format, gzip ? PageEncoding::kGzip : PageEncoding::kIdentity)};
    };
    sources.config = [] { return ScrapeConfig(); };
    router_.Add({"GET"}, "/metrics", MakeMetricsHandler(std::move(sources), clock_));
  }

  void AddReady(const std::string& path, PageEncoding encoding) {
    WebResponse ready =
        TextResponse(200, page_.Render(*snapshot_, TextFormat::kPrometheusText, encoding).Join());
    router_.Add({"GET"}, path, [ready](const WebRequest&) { return ready; });
  }

  const SystemClock clock_;
  const std::shared_ptr<const Snapshot> snapshot_ =
      testing::MakeTypicalSnapshot(kProjects, kPipelines);
  const std::unique_ptr<ExporterMetrics> own_ =
      *ExporterMetrics::Create({"1.0.0", "unknown", "g++"}, {"list_pipelines"}, clock_);
  MetricsPage page_{{}, *own_};
  Router router_;
  std::unique_ptr<WebServer> server_;
};

// Asks again and again over one connection for each thread.
void Fetch(benchmark::State& state, const std::string& path, const std::string& encoding) {
  static const Fixture fixture;
  RawClient client(fixture.port());
  const std::string request =
      " " + path + " HTTP/1.1\r\nHost: test\r\nAccept-Encoding: " + encoding + "\r\n\r\n";
  std::size_t received = 0;
  for (auto _ : state) {
    client.Send("GET" + request);
    const std::size_t size = client.SkipBody();
    if (size == 0) return state.SkipWithError("connection lost");
    received += size;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(received));
}

void WithClients(benchmark::internal::Benchmark* benchmark) {
  benchmark->Threads(1)->Threads(8)->Threads(64)->UseRealTime()->MeasureProcessCPUTime()->Unit(
      benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(Fetch, ready_identity, "/ready-identity", "identity")->Apply(WithClients);
BENCHMARK_CAPTURE(Fetch, scrape_identity, "/metrics", "identity")->Apply(WithClients);
BENCHMARK_CAPTURE(Fetch, ready_gzip, "/ready-gzip", "gzip")->Apply(WithClients);
BENCHMARK_CAPTURE(Fetch, scrape_gzip, "/metrics", "gzip")->Apply(WithClients);

}  // namespace
}  // namespace codearts
