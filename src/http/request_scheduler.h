#ifndef CODEARTS_HTTP_REQUEST_SCHEDULER_H_
#define CODEARTS_HTTP_REQUEST_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/credential.h"
#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/http_transport.h"

namespace codearts {

// What the scheduler tells the exporter's own metrics. Threads: called on the refresh thread;
// implementations make it safe to read elsewhere.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  // `endpoint` is the operation's name, e.g. "list_pipelines"; http_status 0: no answer.
  virtual void OnResponse(std::string_view endpoint, int http_status, Duration elapsed) = 0;
  virtual void OnRetry(std::string_view endpoint) = 0;
  virtual void OnThrottled(std::string_view endpoint) = 0;
  // The limiter's present rate for a host, in requests per second.
  virtual void OnBudget(std::string_view endpoint_host, double requests_per_second) = 0;
};

// One call of the API, before it is authorised.
struct ApiCall {
  std::string_view endpoint;  // Constant text: the label of metrics and the context of errors.
  Credential* credential = nullptr;  // nullptr: sent as it is.
  // Whose call it is, e.g. the project's id: groups share the slots evenly, so that a slow one does
  // not hold up the others.
  std::string group;
  HttpRequest request;
  bool may_repeat = true;  // Not only after a 401.
};

struct SchedulerOptions {
  int concurrency = 16;
  double requests_per_second = 20;  // Of each lane (credential and host); 0: unlimited.
  Duration request_timeout{10000};
  int retries = 3;
  // A request is not repeated later than this after its first attempt; if Retry-After asks for
  // more, the calls of that lane fail with kThrottled at once, so that they hold up nothing else.
  Duration retry_window{10000};
  std::uint64_t jitter_seed = 0;  // 0: a random one.
};

// Sends API calls: at most `concurrency` at once over all lanes, each lane (credential and endpoint
// host) paced by a token bucket that halves on throttling, honours Retry-After (up to 5 minutes)
// and recovers slowly; repeats transport errors, 5xx and throttled answers with jitter; fetches a
// new token once on 401. A credential that has not succeeded yet, or failed last, is tried by one
// request at a time; after a signature error (APIGW.0301) it is left alone for 5 minutes or until
// its value changes: its calls then fail with kCredentials without being sent. Threads: one thread,
// that of the transport's Run.
class RequestScheduler {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;
  // Turns an answer of any HTTP status into ok or the failure that it stands for. Pure.
  using Classifier = std::function<Status(const HttpResponse&)>;

  // `transport`, `clock` and `observer` must outlive the scheduler.
  RequestScheduler(HttpTransport& transport, const Clock& clock, RequestObserver& observer,
                   Classifier classify, SchedulerOptions options);
  ~RequestScheduler();
  RequestScheduler(const RequestScheduler&) = delete;
  RequestScheduler& operator=(const RequestScheduler&) = delete;

  // Queues `call`. `done` gets a response that the classifier finds ok, or the failure of the last
  // attempt with `endpoint` as context. Called from Run, never from inside Submit.
  void Submit(ApiCall call, Done done);

  // Runs the transport until every call is done or `stop` is requested: then those that are left
  // end with kDeadlineExceeded.
  void Run(std::stop_token stop);

  // Replaces the options from the next Submit on (reload); buckets and gates are kept.
  void SetOptions(SchedulerOptions options);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_REQUEST_SCHEDULER_H_
