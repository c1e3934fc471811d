// What a request costs above libcurl itself. Compare the counters of BM_BareCurl with the others:
// `of_ideal` is the time as a multiple of requests * latency / concurrency, `cpu_us` the CPU time
// of the client's thread per request.
#include <benchmark/benchmark.h>
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <time.h>

#include <array>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "auth/request_signer.h"
#include "auth/signing_credential.h"
#include "http/curl_transport.h"
#include "http/request_scheduler.h"
#include "support/loopback_server.h"
#include "support/temp_dir.h"
#include "support/tls_certificate.h"

namespace codearts {
namespace {

using testing::HttpReply;
using testing::KeepAlive;
using testing::LoopbackServer;
using testing::MakeTlsCertificate;
using testing::MakeTlsContext;
using testing::Peer;
using testing::TempDir;

constexpr int kRequests = 1000;
constexpr int kConcurrency = 16;
constexpr int kLatencyMillis = 50;

double ThreadCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Answers each request after the latency.
LoopbackServer::Handler SlowHandler() {
  return KeepAlive([](const std::string&) {
    poll(nullptr, 0, kLatencyMillis);
    return HttpReply(200, std::string(2000, 'x'));
  });
}

// Runs `send_all` once per iteration and sets the counters.
template <typename SendAll>
void Measure(benchmark::State& state, int requests, SendAll send_all) {
  using Seconds = std::chrono::duration<double>;
  double cpu = 0;
  Seconds elapsed{0};
  for ([[maybe_unused]] const auto unused : state) {
    const double cpu_before = ThreadCpuSeconds();
    const auto before = std::chrono::steady_clock::now();
    send_all();
    elapsed += std::chrono::steady_clock::now() - before;
    cpu += ThreadCpuSeconds() - cpu_before;
  }
  const double count = static_cast<double>(state.iterations()) * requests;
  const double ideal = count * kLatencyMillis / 1000 / kConcurrency;
  state.counters["of_ideal"] = elapsed.count() / ideal;
  state.counters["cpu_us"] = cpu * 1e6 / count;
}

std::size_t Discard(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

// The least that libcurl's multi interface can be used with.
void BM_BareCurl(benchmark::State& state) {
  const CurlGlobal global;
  const LoopbackServer server(SlowHandler());
  const std::string url = server.Url("/v5/x");
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);
  std::vector<CURL*> handles;
  for (int i = 0; i < kConcurrency; ++i) {
    CURL* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Discard);
    handles.push_back(easy);
  }
  Measure(state, kRequests, [&] {
    int sent = 0;
    int done = 0;
    for (CURL* easy : handles) {
      curl_multi_add_handle(multi, easy);
      ++sent;
    }
    while (done < kRequests) {
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      bool any = false;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        CURL* easy = message->easy_handle;
        curl_multi_remove_handle(multi, easy);
        any = true;
        ++done;
        if (sent < kRequests) {
          curl_multi_add_handle(multi, easy);
          ++sent;
        }
      }
      if (!any) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
  });
  for (CURL* easy : handles) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
}
BENCHMARK(BM_BareCurl)->Unit(benchmark::kMillisecond)->Iterations(1);

class SilentObserver final : public RequestObserver {
 public:
  void OnResponse(std::string_view, int, Duration) override {}
  void OnRetry(std::string_view) override {}
  void OnThrottled(std::string_view) override {}
  void OnBudget(std::string_view, double) override {}
};

void BM_SignedThroughScheduler(benchmark::State& state) {
  const CurlGlobal global;
  const LoopbackServer server(SlowHandler());
  const SystemClock clock;
  const auto transport = CurlTransport::Create({}, clock);
  SilentObserver observer;
  SchedulerOptions options;
  options.requests_per_second = 0;
  options.concurrency = kConcurrency;
  RequestScheduler scheduler(
      **transport, clock, observer, [](const HttpResponse&) { return Status(); }, options);
  SigningCredential credential("default", {{Secret("AK"), ""}, {Secret("SK"), ""}, {}});
  int failed = 0;
  Measure(state, kRequests, [&] {
    for (int i = 0; i < kRequests; ++i) {
      ApiCall call;
      call.endpoint = "detail";
      call.credential = &credential;
      call.group = std::to_string(i % 5);
      call.request.url = server.Url("/v5/x");
      scheduler.Submit(std::move(call),
                       [&](const Result<HttpResponse>& result) { failed += result.ok() ? 0 : 1; });
    }
    scheduler.Run(std::stop_token());
  });
  if (failed > 0) state.SkipWithError("requests failed");
}
BENCHMARK(BM_SignedThroughScheduler)->Unit(benchmark::kMillisecond)->Iterations(1);

// A TLS connection per request, with a ca_file beside the system's: tens of milliseconds would show
// that libcurl does not keep the parsed bundle.
void BM_NewTlsConnection(benchmark::State& state) {
  const CurlGlobal global;
  const auto certificate = MakeTlsCertificate("IP:127.0.0.1");
  const LoopbackServer server(
      [](Peer& peer) {
        if (peer.ReadRequest()) peer.Write(HttpReply(200, "", "Connection: close\r\n"));
      },
      MakeTlsContext(certificate));
  const TempDir folder;
  const SystemClock clock;
  CurlTransportOptions options;
  options.ca_file = folder.Write("ca.pem", certificate.certificate);
  const auto transport = CurlTransport::Create(options, clock);
  int failed = 0;
  double cpu = 0;
  for ([[maybe_unused]] const auto unused : state) {
    const double cpu_before = ThreadCpuSeconds();
    HttpRequest request;
    request.url = server.Url("/");
    (*transport)->Send(std::move(request), [&](const Result<HttpResponse>& result) {
      failed += result.ok() ? 0 : 1;
    });
    (*transport)->Run(std::stop_token());
    cpu += ThreadCpuSeconds() - cpu_before;
  }
  state.counters["cpu_us"] = cpu * 1e6 / static_cast<double>(state.iterations());
  if (failed > 0) state.SkipWithError("requests failed");
}
BENCHMARK(BM_NewTlsConnection)->Unit(benchmark::kMicrosecond);

void BM_SignRequest(benchmark::State& state) {
  const AccessKeys keys = {"AK", Secret("SK"), Secret()};
  const Timestamp now = FromEpochMillis(1'717'200'000'000);
  for ([[maybe_unused]] const auto unused : state) {
    HttpRequest request;
    request.method = "POST";
    request.url =
        "https://cloudpipeline-ext.cn-north-4.myhuaweicloud.com/v5/"
        "6428c2e2b4b64affa14ec80896695c49/api/pipelines/list";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({"offset":0,"limit":100,"sort_key":"create_time","sort_dir":"asc"})";
    benchmark::DoNotOptimize(SignRequest(request, keys, now));
  }
}
BENCHMARK(BM_SignRequest)->Unit(benchmark::kMicrosecond);

// What OpenSSL takes of it: the hashes of the body and the canonical request, and the signature.
void BM_HashesOfSignature(benchmark::State& state) {
  const std::string body(70, 'b');
  const std::string canonical_request(330, 'c');
  const std::string string_to_sign(97, 's');
  const std::string key(40, 'k');
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  const auto bytes_of = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  unsigned int size = 0;
  for ([[maybe_unused]] const auto unused : state) {
    for (const std::string* text : {&body, &canonical_request}) {
      EVP_Digest(text->data(), text->size(), digest.data(), &size, EVP_sha256(), nullptr);
      benchmark::DoNotOptimize(digest);
    }
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(string_to_sign),
         string_to_sign.size(), digest.data(), &size);
    benchmark::DoNotOptimize(digest);
  }
}
BENCHMARK(BM_HashesOfSignature)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace codearts
