#ifndef CODEARTS_TESTS_SUPPORT_FAKE_TRANSPORT_H_
#define CODEARTS_TESTS_SUPPORT_FAKE_TRANSPORT_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "http/http_transport.h"
#include "support/fake_clock.h"

namespace codearts::testing {

// What FakeTransport answers: Reply(429).Header("Retry-After", "7").After(50ms).
class Reply {
 public:
  explicit Reply(int status_code, std::string body = "{}") : result_(HttpResponse()) {
    result_->status_code = status_code;
    result_->body = std::move(body);
  }
  // No answer.
  explicit Reply(Status failure) : result_(std::move(failure)) {}

  Reply& Header(std::string name, std::string value) {
    result_->headers.push_back({std::move(name), std::move(value)});
    return *this;
  }
  Reply& After(Duration latency) {
    latency_ = latency;
    return *this;
  }

  const Result<HttpResponse>& result() const { return result_; }
  Duration latency() const { return latency_; }

 private:
  Result<HttpResponse> result_;
  Duration latency_{0};
};

// An event loop without sockets: it answers from a script or by a function, and time passes by
// advancing the fake clock to the next event. Events of the same time come in order of creation.
class FakeTransport final : public HttpTransport {
 public:
  struct SentRequest {
    HttpRequest request;
    SteadyTime at;
  };
  using Handler = std::function<Reply(const HttpRequest&)>;

  // `clock` must outlive the transport. The script is used up first, then the handler is asked; a
  // request that neither answers fails the test.
  explicit FakeTransport(FakeClock& clock, std::vector<Reply> script = {});

  void Script(Reply reply) { script_.push_back(std::move(reply)); }
  void SetHandler(Handler handler) { handler_ = std::move(handler); }

  void Send(HttpRequest request, Done done) override;
  void RunAt(SteadyTime when, std::function<void()> task) override;
  void Run(std::stop_token stop) override;

  // In order of sending.
  const std::vector<SentRequest>& sent() const { return sent_; }
  int in_flight() const { return in_flight_; }
  int max_in_flight() const { return max_in_flight_; }

 private:
  struct Event {
    std::function<void()> task;
    // Set for answers: what the request gets when the loop is stopped.
    Done done;
  };

  void Add(SteadyTime when, Event event);
  Reply NextReply(const HttpRequest& request);
  void Finish(const Done& done, Result<HttpResponse> result);

  FakeClock& clock_;
  std::deque<Reply> script_;
  Handler handler_;
  std::map<std::pair<SteadyTime, std::uint64_t>, Event> events_;
  std::uint64_t next_event_ = 0;
  std::vector<SentRequest> sent_;
  int in_flight_ = 0;
  int max_in_flight_ = 0;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_FAKE_TRANSPORT_H_
