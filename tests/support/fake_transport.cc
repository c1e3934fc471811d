#include "support/fake_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace codearts::testing {

FakeTransport::FakeTransport(FakeClock& clock, std::vector<Reply> script)
    : clock_(clock), script_(script.begin(), script.end()) {}

void FakeTransport::Send(HttpRequest request, Done done) {
  const Reply reply = NextReply(request);
  sent_.push_back({std::move(request), clock_.SteadyNow()});
  max_in_flight_ = std::max(max_in_flight_, ++in_flight_);
  Result<HttpResponse> result = reply.result();
  if (result.ok()) result->elapsed = reply.latency();
  Add(clock_.SteadyNow() + reply.latency(),
      {[this, done, result = std::move(result)] { Finish(done, result); }, done});
}

void FakeTransport::RunAt(SteadyTime when, std::function<void()> task) {
  Add(std::max(when, clock_.SteadyNow()), {std::move(task), nullptr});
}

void FakeTransport::Run(std::stop_token stop) {
  while (!events_.empty()) {
    auto node = events_.extract(events_.begin());
    const Event event = std::move(node.mapped());
    if (!stop.stop_requested()) {
      // The clock counts milliseconds, so an event in between is served at the next whole one.
      const auto wait = std::chrono::ceil<Duration>(node.key().first - clock_.SteadyNow());
      clock_.Advance(std::max(wait, Duration(0)));
      event.task();
    } else if (event.done) {
      Finish(event.done, Status(StatusCode::kDeadlineExceeded, "stopped"));
    }
  }
}

void FakeTransport::Add(SteadyTime when, Event event) {
  events_.emplace(std::pair(when, next_event_++), std::move(event));
}

Reply FakeTransport::NextReply(const HttpRequest& request) {
  if (!script_.empty()) {
    Reply reply = std::move(script_.front());
    script_.pop_front();
    return reply;
  }
  if (handler_) return handler_(request);
  ADD_FAILURE() << "unexpected request: " << request.method << ' ' << request.url;
  return Reply(Status(StatusCode::kInternal, "unexpected request"));
}

void FakeTransport::Finish(const Done& done, Result<HttpResponse> result) {
  --in_flight_;
  done(std::move(result));
}

}  // namespace codearts::testing
