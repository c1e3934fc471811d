// What a refresh costs from the scheduler to the ledger's file, over TLS, against a simulator in a
// process of its own: cold, in time against latency * requests / concurrency (`limit_ms`) and in
// CPU against a bare loop of libcurl that sends the same requests and drops what comes; and quiet,
// when nothing has happened since the last one. CPU is that of the client alone.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "api/codearts_client.h"
#include "api/error_body.h"
#include "base/clock.h"
#include "base/logging.h"
#include "bench/bare_curl_loop.h"
#include "bench/simulator_process.h"
#include "bench/smoke.h"
#include "collect/refresher.h"
#include "config/config.h"
#include "exporter/credential_factory.h"
#include "exporter/ledger_store_factory.h"
#include "exporter/wiring.h"
#include "http/ca_bundle.h"
#include "http/curl_transport.h"
#include "http/request_scheduler.h"
#include "metrics/exporter_metrics.h"
#include "support/temp_dir.h"

namespace codearts::testing {
namespace {

constexpr Duration kLatency = std::chrono::milliseconds(50);
constexpr const char* kSystemCaFile = "/etc/ssl/certs/ca-certificates.crt";

struct SentRequests {
  int all = 0;
  int pipeline_lists = 0;
  int details = 0;
};

// Hands requests on and counts them. Keeps them, to be sent again by another, if that is asked for.
class RecordingTransport final : public HttpTransport {
 public:
  RecordingTransport(HttpTransport& inner, std::vector<HttpRequest>* kept)
      : inner_(inner), kept_(kept) {}

  void Send(HttpRequest request, Done done) override {
    ++sent_.all;
    sent_.pipeline_lists += request.url.ends_with("/api/pipelines/list") ? 1 : 0;
    sent_.details += request.url.find("/pipeline-runs/detail?") != std::string::npos ? 1 : 0;
    if (kept_ != nullptr) kept_->push_back(request);
    inner_.Send(std::move(request), std::move(done));
  }
  void RunAt(SteadyTime when, std::function<void()> task) override {
    inner_.RunAt(when, std::move(task));
  }
  void Run(std::stop_token stop) override { inner_.Run(std::move(stop)); }

  const SentRequests& sent() const { return sent_; }

 private:
  HttpTransport& inner_;
  std::vector<HttpRequest>* kept_;
  SentRequests sent_;
};

Config MakeConfig(const SimulatorProcess& simulator) {
  Config config;
  config.api.requests_per_second = 10000;  // The server's quota is not what is measured.
  config.api.ca_file = simulator.ca_file();
  AccessKeyCredential keys;
  keys.access_key.value = Secret(std::string(SimulatorProcess::kAccessKey));
  keys.secret_key.value = Secret(std::string(SimulatorProcess::kSecretKey));
  config.credentials.push_back({"default", keys, "benchmark"});
  for (const ProjectId& id : simulator.projects()) {
    ProjectConfig project;
    project.id = id;
    project.endpoint = simulator.url();
    config.projects.push_back(std::move(project));
  }
  return config;
}

// The exporter from its configuration to the sockets, but for what serves pages, and with a fresh
// ledger on disk.
class Client {
 public:
  // What it sends is added to `kept`, which must outlive it, unless that is null.
  explicit Client(Config config, std::vector<HttpRequest>* kept = nullptr)
      : own_metrics_(*ExporterMetrics::Create({}, CalledEndpoints(config), clock_)),
        transport_(*CurlTransport::Create(MakeTransportOptions(config.api), clock_)),
        recorder_(*transport_, kept),
        scheduler_(recorder_, clock_, *own_metrics_, StatusFromResponse,
                   MakeSchedulerOptions(config)) {
    ConfigureLogging(LogLevel::kWarn, LogFormat::kLogfmt);  // The table is to be read.
    config.state.path = folder_.PathOf("state.db");
    store_ = *OpenLedgerStore(config, clock_);
    refresher_ =
        *Refresher::Create(api_, clock_, *store_,
                           MakeRefreshPlan(config, MakeCredentials(config, scheduler_, clock_)));
  }

  void Refresh() { refresher_->Refresh({}); }

  const SentRequests& sent() const { return recorder_.sent(); }

  bool HasNoErrors() const {
    const auto& projects = refresher_->Current()->projects;
    return std::all_of(projects.begin(), projects.end(), [](const auto& project) {
      return project->health.up && !project->health.last_error;
    });
  }

 private:
  const TempDir folder_;
  const SystemClock clock_;
  const std::unique_ptr<ExporterMetrics> own_metrics_;
  const std::unique_ptr<CurlTransport> transport_;
  RecordingTransport recorder_;
  RequestScheduler scheduler_;
  CodeArtsClient api_{scheduler_, recorder_, clock_};
  std::unique_ptr<LedgerStore> store_;
  std::unique_ptr<Refresher> refresher_;
};

constexpr int kProjects = 10;

int PipelinesOfEach(int pipelines) {
  return IsSmokeRun() ? 3 : pipelines;
}

// 1,000 pipelines, each with a run.
const SimulatorProcess& SlowSimulator() {
  static const SimulatorProcess simulator({kProjects, PipelinesOfEach(100), kLatency});
  return simulator;
}

void SetCounters(benchmark::State& state, int requests) {
  state.counters["requests"] = requests;
  state.counters["limit_ms"] =
      static_cast<double>(kLatency.count()) * requests / ApiConfig().concurrency;
}

// From the first connection to the published snapshot.
void ColdRefresh(benchmark::State& state) {
  const Config config = MakeConfig(SlowSimulator());
  for ([[maybe_unused]] const auto unused : state) {
    state.PauseTiming();
    auto client = std::make_unique<Client>(config);
    state.ResumeTiming();
    client->Refresh();
    state.PauseTiming();
    const bool complete = client->sent().details == kProjects * PipelinesOfEach(100);
    if (!client->HasNoErrors() || !complete) state.SkipWithError("something was not read");
    SetCounters(state, client->sent().all);
    client.reset();
    state.ResumeTiming();
  }
}

// The same requests, signatures included.
void BareCurlLoopOfSameRequests(benchmark::State& state) {
  const Config config = MakeConfig(SlowSimulator());
  std::vector<HttpRequest> requests;
  Client(config, &requests).Refresh();
  const auto trusted = CaBundle::Create(kSystemCaFile, config.api.ca_file);
  for ([[maybe_unused]] const auto unused : state) {
    state.PauseTiming();
    auto loop = std::make_unique<BareCurlLoop>(requests, config.api.concurrency, trusted->path());
    state.ResumeTiming();
    if (!loop->Run()) state.SkipWithError("requests failed");
    state.PauseTiming();
    state.counters["body_MB"] = static_cast<double>(loop->bytes()) / 1e6;
    SetCounters(state, static_cast<int>(requests.size()));
    loop.reset();
    state.ResumeTiming();
  }
}

// Nothing has happened since the last refresh of 5,000 pipelines.
void QuietRefresh(benchmark::State& state) {
  const SimulatorProcess simulator({kProjects, PipelinesOfEach(500), Duration(0)});
  Client client(MakeConfig(simulator));
  client.Refresh();
  const SentRequests before = client.sent();
  for ([[maybe_unused]] const auto unused : state) client.Refresh();
  const int lists = client.sent().pipeline_lists - before.pipeline_lists;
  if (!client.HasNoErrors() || client.sent().all - before.all != lists) {
    state.SkipWithError("something but pipelines was read");
  }
  state.counters["requests"] = benchmark::Counter(lists, benchmark::Counter::kAvgIterations);
}

void Configure(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
}
BENCHMARK(ColdRefresh)->Apply(Configure)->Iterations(1);
BENCHMARK(BareCurlLoopOfSameRequests)->Apply(Configure)->Iterations(1);
BENCHMARK(QuietRefresh)->Apply(Configure)->Iterations(IsSmokeRun() ? 2 : 50);

}  // namespace
}  // namespace codearts::testing
