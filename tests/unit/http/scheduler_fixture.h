#ifndef CODEARTS_TESTS_UNIT_HTTP_SCHEDULER_FIXTURE_H_
#define CODEARTS_TESTS_UNIT_HTTP_SCHEDULER_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/credential.h"
#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/request_scheduler.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace codearts::testing {

// A credential whose secret, readiness and verdict on renewal the test sets.
class FakeCredential final : public Credential {
 public:
  explicit FakeCredential(std::string name, std::string header = "Authorization")
      : name_(std::move(name)), header_(std::move(header)) {}

  const std::string& name() const override { return name_; }
  void Prepare(std::function<void(Status)> ready) override {
    ++prepared;
    if (prepare) {
      prepare(std::move(ready));
    } else {
      ready(readiness);
    }
  }
  Status Authorize(HttpRequest& request, Timestamp) override {
    if (!authorization.ok()) return authorization;
    SetHeader(request.headers, header_, "secret " + std::to_string(secret));
    return Status();
  }
  bool Renew() override {
    ++renewed;
    const std::size_t before = secret;
    if (renews_to != 0) secret = renews_to;
    if (renews_always) ++secret;
    return secret != before;
  }
  std::size_t Fingerprint() const override { return fixed_fingerprint.value_or(secret); }
  std::optional<Timestamp> expiry() const override { return std::nullopt; }

  std::size_t secret = 1;
  std::size_t renews_to = 0;
  bool renews_always = false;
  std::optional<std::size_t> fixed_fingerprint;
  Status readiness;
  Status authorization;
  std::function<void(std::function<void(Status)>)> prepare;  // Instead of `readiness`.
  int prepared = 0;
  int renewed = 0;

 private:
  std::string name_;
  std::string header_;
};

// Writes down what it is told.
class RecordingObserver final : public RequestObserver {
 public:
  void OnResponse(std::string_view endpoint, int http_status, Duration elapsed) override {
    responses.push_back({std::string(endpoint), http_status, elapsed});
  }
  void OnRetry(std::string_view endpoint) override { retries.emplace_back(endpoint); }
  void OnThrottled(std::string_view endpoint) override { throttled.emplace_back(endpoint); }
  void OnBudget(std::string_view endpoint_host, double requests_per_second) override {
    budgets.emplace_back(endpoint_host, requests_per_second);
  }

  struct Response {
    std::string endpoint;
    int http_status;
    Duration elapsed;
    bool operator==(const Response&) const = default;
  };
  std::vector<Response> responses;
  std::vector<std::string> retries;
  std::vector<std::string> throttled;
  std::vector<std::pair<std::string, double>> budgets;
};

// A classifier like the API's: the status decides, the body is the error code.
inline Status ClassifyByStatus(const HttpResponse& response) {
  if (response.status_code < 300) return Status();
  ErrorDetails details;
  details.http_status = response.status_code;
  details.error_code = response.body;
  if (const std::string* id = FindHeader(response.headers, "X-Request-Id")) {
    details.request_id = *id;
  }
  if (const std::string* seconds = FindHeader(response.headers, "Retry-After")) {
    details.retry_after = std::chrono::seconds(std::stoi(*seconds));
  }
  StatusCode code = StatusCode::kInvalidResponse;
  if (response.status_code == 401) code = StatusCode::kUnauthenticated;
  if (response.status_code == 403) code = StatusCode::kPermissionDenied;
  if (response.status_code == 404) code = StatusCode::kNotFound;
  if (response.status_code == 429) code = StatusCode::kThrottled;
  if (response.status_code >= 500) code = StatusCode::kUnavailable;
  return Status(code, "HTTP " + std::to_string(response.status_code), details);
}

class SchedulerTest : public ::testing::Test {
 protected:
  static constexpr std::string_view kEndpoint = "list_pipelines";
  static constexpr const char* kUrl = "https://a.test/v5/x";

  // Makes the scheduler, with seed 1, when it is first needed.
  RequestScheduler& scheduler() {
    if (!scheduler_) {
      options_.jitter_seed = 1;
      scheduler_ = std::make_unique<RequestScheduler>(transport_, clock_, observer_,
                                                      ClassifyByStatus, options_);
    }
    return *scheduler_;
  }

  static ApiCall CallTo(const std::string& url, Credential* credential = nullptr,
                        const std::string& group = "") {
    ApiCall call;
    call.endpoint = kEndpoint;
    call.credential = credential;
    call.group = group;
    call.request.url = url;
    return call;
  }

  // Submits a call whose result goes to the end of results_ when it is done.
  void Submit(ApiCall call) {
    scheduler().Submit(std::move(call), [this](Result<HttpResponse> result) {
      results_.push_back(std::move(result));
    });
  }

  void Run() { scheduler().Run(std::stop_token()); }

  // Submits one call, runs it and returns its result.
  Result<HttpResponse> RunOne(ApiCall call) {
    Submit(std::move(call));
    Run();
    EXPECT_FALSE(results_.empty());
    return results_.empty() ? Status(StatusCode::kInternal, "not called") : results_.back();
  }

  // When each request was sent, since the start of the test.
  std::vector<Duration> SendTimes() const {
    std::vector<Duration> times;
    for (const auto& sent : transport_.sent()) {
      times.push_back(std::chrono::duration_cast<Duration>(sent.at - start_));
    }
    return times;
  }

  std::vector<std::string> SentUrls() const {
    std::vector<std::string> urls;
    for (const auto& sent : transport_.sent()) urls.push_back(sent.request.url);
    return urls;
  }

  FakeClock clock_;
  const SteadyTime start_ = clock_.SteadyNow();
  FakeTransport transport_{clock_};
  RecordingObserver observer_;
  SchedulerOptions options_;
  std::vector<Result<HttpResponse>> results_;

 private:
  std::unique_ptr<RequestScheduler> scheduler_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_HTTP_SCHEDULER_FIXTURE_H_
