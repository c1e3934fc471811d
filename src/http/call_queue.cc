#include "http/call_queue.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/url.h"

namespace codearts {
namespace {

// A host that does not answer holds its slots until the timeout; the others need some, too.
int SlotsOf(const Lane& lane, int concurrency) {
  return lane.failing ? std::max(1, concurrency / 4) : concurrency;
}

// Whether nothing but the rate limiter can hold up the flow's first call.
bool IsRunnable(const Flow& flow) {
  if (flow.calls.empty()) return false;
  const CredentialState* credential = flow.lane->credential;
  return credential == nullptr || (!credential->preparing && !credential->waiting);
}

// The flow with the smallest order is served first. Of two idle lanes that is the one which did not
// fail: it may be the only attempt that an unproven credential has.
auto OrderOf(const Flow& flow) {
  const Lane& lane = *flow.lane;
  return std::tuple(lane.in_flight, lane.failing, lane.last_turn, flow.in_flight, flow.last_turn);
}

}  // namespace

void CallQueue::Add(const ScheduledCallPtr& call, double requests_per_second, SteadyTime now) {
  call->lane = &LaneOf(call->call, requests_per_second, now);
  const auto [entry, added] = flows_.try_emplace({call->lane, call->call.group});
  call->flow = &entry->second;
  if (added) {
    call->flow->lane = call->lane;
    call->flow->last_turn = ++turns_;
  }
  call->flow->calls.push_back(call);
}

Lane& CallQueue::LaneOf(const ApiCall& call, double requests_per_second, SteadyTime now) {
  CredentialState* credential =
      call.credential == nullptr ? nullptr : &credentials_[call.credential->name()];
  const std::optional<Url> url = ParseUrl(call.request.url);
  std::string host = url ? UrlAuthority(*url) : "";
  const auto found = lanes_.find({credential, host});
  if (found != lanes_.end()) return found->second;
  Lane lane{host, credential, RateLimiter(requests_per_second, now)};
  lane.last_turn = ++turns_;
  return lanes_.emplace(std::pair(credential, std::move(host)), std::move(lane)).first->second;
}

Flow* CallQueue::Next(const Limits& limits, SteadyTime now) {
  Flow* next = nullptr;
  for (auto& [key, flow] : flows_) {
    if (!IsRunnable(flow)) continue;
    if (flow.lane->in_flight >= SlotsOf(*flow.lane, limits.concurrency)) continue;
    if (next != nullptr && OrderOf(*next) <= OrderOf(flow)) continue;
    const SteadyTime send = flow.lane->limiter.NextSend(now);
    const bool held_up = flow.lane->limiter.paused_until() > now + limits.longest_pause;
    if (send <= now || held_up) next = &flow;
  }
  return next;
}

std::optional<SteadyTime> CallQueue::NextWake(SteadyTime now) {
  std::optional<SteadyTime> wake;
  for (auto& [key, flow] : flows_) {
    if (!IsRunnable(flow)) continue;
    const SteadyTime send = flow.lane->limiter.NextSend(now);
    if (send > now) wake = std::min(wake.value_or(send), send);
  }
  return wake;
}

ScheduledCallPtr CallQueue::Take(Flow& flow) {
  ScheduledCallPtr call = std::move(flow.calls.front());
  flow.calls.pop_front();
  flow.last_turn = ++turns_;
  flow.lane->last_turn = turns_;
  return call;
}

std::vector<ScheduledCallPtr> CallQueue::TakeIf(const std::function<bool(const Flow&)>& predicate) {
  std::vector<ScheduledCallPtr> taken;
  for (auto& [key, flow] : flows_) {
    if (flow.calls.empty() || !predicate(flow)) continue;
    taken.insert(taken.end(), flow.calls.begin(), flow.calls.end());
    flow.calls.clear();
  }
  return taken;
}

void CallQueue::StartRound() {
  for (auto& [name, credential] : credentials_) credential.waiting = false;
}

void CallQueue::SetLimit(double requests_per_second, SteadyTime now) {
  for (auto& [key, lane] : lanes_) lane.limiter.SetLimit(requests_per_second, now);
}

void CallQueue::Reset() {
  flows_.clear();
  for (auto& [name, credential] : credentials_) credential.preparing = false;
}

double CallQueue::LowestRate(const std::string& host, SteadyTime now) {
  double lowest = std::numeric_limits<double>::infinity();
  for (auto& [key, lane] : lanes_) {
    if (lane.host == host) lowest = std::min(lowest, lane.limiter.Rate(now));
  }
  return lowest;
}

}  // namespace codearts
