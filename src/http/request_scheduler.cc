#include "http/request_scheduler.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <random>
#include <utility>

#include "auth/credential_gate.h"
#include "base/logging.h"
#include "http/call_queue.h"
#include "http/retry_policy.h"

namespace codearts {
namespace {

std::uint64_t SeedOf(const SchedulerOptions& options) {
  return options.jitter_seed != 0 ? options.jitter_seed : std::random_device()();
}

// Older services print the gateway's codes without the W.
bool IsSignatureError(const Status& status) {
  const std::string& code = status.details().error_code;
  return code == "APIGW.0301" || code == "APIG.0301";
}

// Whether the host did not answer, rather than with something that was refused.
bool IsSilence(const Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

CredentialGate::Outcome OutcomeOf(const Status& status, bool is_signed) {
  using Outcome = CredentialGate::Outcome;
  if (status.ok()) return Outcome::kAccepted;
  if (status.code() != StatusCode::kUnauthenticated) return Outcome::kUnknown;
  // The same code on a token means that the token is no good, which locks nothing.
  return is_signed && IsSignatureError(status) ? Outcome::kSignatureRefused : Outcome::kRefused;
}

std::int64_t SecondsUntil(SteadyTime when, SteadyTime now) {
  return std::chrono::ceil<std::chrono::seconds>(when - now).count();
}

}  // namespace

class RequestScheduler::Core {
 public:
  Core(HttpTransport& transport, const Clock& clock, RequestObserver& observer, Classifier classify,
       SchedulerOptions options)
      : transport_(transport),
        clock_(clock),
        observer_(observer),
        classify_(std::move(classify)),
        options_(options),
        retry_policy_(SeedOf(options)) {}

  void Submit(ApiCall call, Done done);
  void Run(const std::stop_token& stop);
  void SetOptions(const SchedulerOptions& options);

 private:
  // Marks that Pump follows or goes on anyway: calls that are submitted meanwhile need no other.
  class Busy {
   public:
    explicit Busy(bool& flag) : flag_(flag), before_(std::exchange(flag, true)) {}
    ~Busy() { flag_ = before_; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    bool& flag_;
    bool before_;
  };

  void Pump();
  void PumpAt(SteadyTime when);
  void Serve(Flow& flow);
  bool Prepare(Credential& credential, CredentialState& state);
  void Send(const ScheduledCallPtr& call);
  void OnAnswer(const ScheduledCallPtr& call, Result<HttpResponse> answer);
  void HandOverSoon(const ScheduledCallPtr& call, Result<HttpResponse> answer);
  void HandOver();
  Status Judge(const ScheduledCall& call, const Result<HttpResponse>& answer);
  void ReportThrottling(const ScheduledCall& call, const Status& status);
  void ReportBudget(const std::string& host);
  bool RepeatWithNewSecret(const ScheduledCallPtr& call, const Status& status);
  bool RepeatLater(const ScheduledCallPtr& call, const Status& status);
  void Fail(const ScheduledCallPtr& call, const Status& status);
  void FailAllOf(const CredentialState& state, const Status& status);
  void EndLeft();

  HttpTransport& transport_;
  const Clock& clock_;
  RequestObserver& observer_;
  const Classifier classify_;
  SchedulerOptions options_;
  RetryPolicy retry_policy_;
  CallQueue queue_;
  std::vector<std::pair<ScheduledCallPtr, Result<HttpResponse>>> answered_;
  std::map<std::uint64_t, ScheduledCallPtr> delayed_;  // Waiting to be repeated.
  std::uint64_t next_delayed_ = 0;
  std::map<std::string, double> reported_budgets_;  // By host.
  int in_flight_ = 0;
  std::stop_token stop_;
  bool busy_ = false;
  std::optional<SteadyTime> pump_at_;  // The earliest one that is planned.
};

void RequestScheduler::Core::Submit(ApiCall call, Done done) {
  auto scheduled = std::make_shared<ScheduledCall>();
  scheduled->call = std::move(call);
  scheduled->done = std::move(done);
  const SteadyTime now = clock_.SteadyNow();
  queue_.Add(scheduled, options_.requests_per_second, now);
  if (!busy_) PumpAt(now);
}

void RequestScheduler::Core::SetOptions(const SchedulerOptions& options) {
  options_ = options;
  queue_.SetLimit(options.requests_per_second, clock_.SteadyNow());
}

void RequestScheduler::Core::Run(const std::stop_token& stop) {
  stop_ = stop;
  transport_.Run(stop);
  EndLeft();
  stop_ = std::stop_token();
}

void RequestScheduler::Core::PumpAt(SteadyTime when) {
  if (pump_at_ && *pump_at_ <= when) return;
  pump_at_ = when;
  transport_.RunAt(when, [this] {
    pump_at_.reset();
    Pump();
  });
}

// Sends what may be sent.
void RequestScheduler::Core::Pump() {
  if (busy_) return;
  const Busy busy(busy_);
  queue_.StartRound();
  while (!stop_.stop_requested() && in_flight_ < options_.concurrency) {
    Flow* flow = queue_.Next({options_.concurrency, options_.retry_window}, clock_.SteadyNow());
    if (flow == nullptr) break;
    Serve(*flow);
  }
  // With all slots taken, the next answer pumps.
  if (in_flight_ >= options_.concurrency) return;
  if (const auto wake = queue_.NextWake(clock_.SteadyNow())) PumpAt(*wake);
}

// Sends the flow's first call, ends it, or finds out that its credential has to wait.
void RequestScheduler::Core::Serve(Flow& flow) {
  const SteadyTime now = clock_.SteadyNow();
  const SteadyTime paused_until = flow.lane->limiter.paused_until();
  if (paused_until > now + options_.retry_window) {
    Fail(queue_.Take(flow),
         Status(StatusCode::kThrottled, fmt::format("not sent: the server asked to wait {} s more",
                                                    SecondsUntil(paused_until, now))));
    return;
  }
  CredentialState* state = flow.lane->credential;
  if (state == nullptr) {
    Send(queue_.Take(flow));
    return;
  }
  Credential& credential = *flow.calls.front()->call.credential;
  if (!Prepare(credential, *state)) return;
  const std::size_t fingerprint = credential.Fingerprint();
  switch (state->gate.Admit(fingerprint, now)) {
    case CredentialGate::Verdict::kWait:
      state->waiting = true;
      return;
    case CredentialGate::Verdict::kLocked:
      Fail(queue_.Take(flow),
           Status(StatusCode::kCredentials,
                  fmt::format("not sent: the gateway refused the signature of credential {}, which "
                              "is left alone for {} s more or until its value changes",
                              credential.name(),
                              SecondsUntil(state->gate.locked_until().value_or(now), now))));
      return;
    case CredentialGate::Verdict::kGo:
      break;
  }
  const ScheduledCallPtr call = queue_.Take(flow);
  call->fingerprint = fingerprint;
  call->renewals = state->renewals;
  Send(call);
}

// Returns whether the credential is ready. If not, it will be, or its calls have been ended.
bool RequestScheduler::Core::Prepare(Credential& credential, CredentialState& state) {
  state.preparing = true;
  credential.Prepare([this, &state](const Status& status) {
    state.preparing = false;
    state.prepared = status;
    if (!status.ok()) FailAllOf(state, status);
    Pump();
  });
  return !state.preparing && state.prepared.ok();
}

void RequestScheduler::Core::Send(const ScheduledCallPtr& call) {
  const SteadyTime now = clock_.SteadyNow();
  HttpRequest request = call->call.request;
  if (request.timeout == Duration(0)) request.timeout = options_.request_timeout;
  Lane& lane = *call->lane;
  if (lane.credential != nullptr) {
    const Status status = call->call.credential->Authorize(request, clock_.Now());
    if (!status.ok()) {
      lane.credential->gate.Finish(call->fingerprint, CredentialGate::Outcome::kUnknown, now);
      Fail(call, status);
      return;
    }
  }
  call->is_signed = FindHeader(request.headers, "Authorization") != nullptr;
  call->sent = now;
  if (call->attempts++ == 0) call->first_sent = now;
  ++in_flight_;
  ++lane.in_flight;
  ++call->flow->in_flight;
  lane.limiter.Take(now);
  ReportBudget(lane.host);
  transport_.Send(std::move(request),
                  [this, call](Result<HttpResponse> answer) { OnAnswer(call, std::move(answer)); });
}

void RequestScheduler::Core::OnAnswer(const ScheduledCallPtr& call, Result<HttpResponse> answer) {
  {
    const Busy busy(busy_);
    --in_flight_;
    --call->lane->in_flight;
    --call->flow->in_flight;
    const Status status = Judge(*call, answer);
    if (status.ok()) {
      HandOverSoon(call, std::move(answer));
    } else if (!RepeatWithNewSecret(call, status) && !RepeatLater(call, status)) {
      Fail(call, status);
    }
  }
  Pump();
}

// The loop sends what takes the slots first: reading an answer takes long enough to be done while
// the next ones are on their way.
void RequestScheduler::Core::HandOverSoon(const ScheduledCallPtr& call,
                                          Result<HttpResponse> answer) {
  answered_.emplace_back(call, std::move(answer));
  if (answered_.size() == 1) transport_.RunAt(clock_.SteadyNow(), [this] { HandOver(); });
}

void RequestScheduler::Core::HandOver() {
  {
    const Busy busy(busy_);
    for (auto& [call, answer] : std::exchange(answered_, {})) call->done(std::move(answer));
  }
  Pump();
}

// Finds out what the answer means and tells all who learn from it.
Status RequestScheduler::Core::Judge(const ScheduledCall& call,
                                     const Result<HttpResponse>& answer) {
  const SteadyTime now = clock_.SteadyNow();
  observer_.OnResponse(call.call.endpoint, answer.ok() ? answer->status_code : 0,
                       std::chrono::duration_cast<Duration>(now - call.sent));
  const Status status = answer.ok() ? classify_(*answer) : answer.status();
  call.lane->failing = !answer.ok() && IsSilence(answer.status()) && !stop_.stop_requested();
  if (CredentialState* state = call.lane->credential) {
    const CredentialGate::Outcome outcome = OutcomeOf(status, call.is_signed);
    state->gate.Finish(call.fingerprint, outcome, now);
    if (outcome == CredentialGate::Outcome::kSignatureRefused) {
      LogWarn("signature refused, the credential is left alone for 5 minutes",
              {{"credential", call.call.credential->name()}, {"error", status.message()}});
    }
  }
  if (status.code() == StatusCode::kThrottled) ReportThrottling(call, status);
  // An overloaded server says so, too, and means all calls.
  const std::optional<Duration> retry_after = status.details().retry_after;
  if (status.code() == StatusCode::kUnavailable && retry_after) {
    call.lane->limiter.Pause(*retry_after, now);
  }
  return status;
}

void RequestScheduler::Core::ReportThrottling(const ScheduledCall& call, const Status& status) {
  call.lane->limiter.OnThrottled(status.details().retry_after, clock_.SteadyNow());
  observer_.OnThrottled(call.call.endpoint);
  ReportBudget(call.lane->host);
}

void RequestScheduler::Core::ReportBudget(const std::string& host) {
  const double rate = queue_.LowestRate(host, clock_.SteadyNow());
  const auto [entry, added] = reported_budgets_.try_emplace(host, rate);
  if (!added && std::exchange(entry->second, rate) == rate) return;
  observer_.OnBudget(host, rate);
}

// Repeats a refused call at once if there is a newer secret than the one that was refused.
bool RequestScheduler::Core::RepeatWithNewSecret(const ScheduledCallPtr& call,
                                                 const Status& status) {
  CredentialState* state = call->lane->credential;
  if (status.code() != StatusCode::kUnauthenticated || state == nullptr) return false;
  if (stop_.stop_requested() || std::exchange(call->renewed, true)) return false;
  Credential& credential = *call->call.credential;
  const bool renewed_meanwhile =
      state->renewals != call->renewals || credential.Fingerprint() != call->fingerprint;
  if (!renewed_meanwhile) {
    if (!credential.Renew()) return false;
    ++state->renewals;
  }
  observer_.OnRetry(call->call.endpoint);
  queue_.AddAgain(call);
  return true;
}

bool RequestScheduler::Core::RepeatLater(const ScheduledCallPtr& call, const Status& status) {
  if (stop_.stop_requested() || !call->call.may_repeat) return false;
  const SteadyTime now = clock_.SteadyNow();
  const AttemptsSoFar so_far = {call->attempts,
                                std::chrono::duration_cast<Duration>(now - call->first_sent)};
  const auto delay =
      retry_policy_.NextDelay(status, so_far, {options_.retries, options_.retry_window});
  if (!delay) return false;
  observer_.OnRetry(call->call.endpoint);
  const std::uint64_t id = next_delayed_++;
  delayed_.emplace(id, call);
  transport_.RunAt(now + *delay, [this, id] {
    const auto node = delayed_.extract(id);
    if (node.empty()) return;
    queue_.AddAgain(node.mapped());
    Pump();
  });
  return true;
}

void RequestScheduler::Core::Fail(const ScheduledCallPtr& call, const Status& status) {
  const Busy busy(busy_);
  call->done(status.WithContext(call->call.endpoint));
}

void RequestScheduler::Core::FailAllOf(const CredentialState& state, const Status& status) {
  const auto calls =
      queue_.TakeIf([&state](const Flow& flow) { return flow.lane->credential == &state; });
  for (const ScheduledCallPtr& call : calls) Fail(call, status);
}

// Ends what a stop has left: what waits for its turn, and what waited for a timer.
void RequestScheduler::Core::EndLeft() {
  const Status stopped(StatusCode::kDeadlineExceeded, "stopped before it was done");
  HandOver();
  for (;;) {
    std::vector<ScheduledCallPtr> left = queue_.TakeIf([](const Flow&) { return true; });
    for (auto& [id, call] : std::exchange(delayed_, {})) left.push_back(call);
    if (left.empty()) break;
    for (const ScheduledCallPtr& call : left) Fail(call, stopped);
  }
  queue_.Reset();
  pump_at_.reset();
}

RequestScheduler::RequestScheduler(HttpTransport& transport, const Clock& clock,
                                   RequestObserver& observer, Classifier classify,
                                   SchedulerOptions options)
    : core_(std::make_unique<Core>(transport, clock, observer, std::move(classify), options)) {}

RequestScheduler::~RequestScheduler() = default;

void RequestScheduler::Submit(ApiCall call, Done done) {
  core_->Submit(std::move(call), std::move(done));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): as HttpTransport::Run takes it.
void RequestScheduler::Run(std::stop_token stop) {
  core_->Run(stop);
}

void RequestScheduler::SetOptions(SchedulerOptions options) {
  core_->SetOptions(options);
}

}  // namespace codearts
