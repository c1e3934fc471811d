#include "http/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace codearts {
namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

double SecondsBetween(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

// How many tokens may pile up: an even flow is kinder to the server than a full second's burst.
double MaxTokens(double rate) {
  return std::max(1.0, rate / 4);
}

double CeilingOf(double limit) {
  if (limit > 0) return limit;
  return kUnlimited;
}

}  // namespace

RateLimiter::RateLimiter(double limit, SteadyTime now)
    : ceiling_(CeilingOf(limit)),
      unlimited_(limit <= 0),
      rate_(ceiling_),
      tokens_(MaxTokens(rate_)),
      advanced_to_(now),
      recent_at_(now) {}

void RateLimiter::SetLimit(double limit, SteadyTime now) {
  Advance(now);
  const bool slowed = rate_ < ceiling_;
  unlimited_ = limit <= 0;
  // A slowed limiter without a limit keeps what was measured as its aim.
  if (limit > 0 || !slowed) ceiling_ = CeilingOf(limit);
  rate_ = slowed ? std::min(rate_, ceiling_) : ceiling_;
  tokens_ = std::isinf(rate_) ? MaxTokens(rate_) : std::min(tokens_, MaxTokens(rate_));
}

SteadyTime RateLimiter::NextSend(SteadyTime now) {
  Advance(now);
  if (now < paused_until_) return paused_until_;
  if (tokens_ >= 1) return now;
  // Whole milliseconds, which timers count in.
  const auto wait = std::chrono::duration<double>((1 - tokens_) / rate_);
  return now + std::max(std::chrono::ceil<Duration>(wait), Duration(1));
}

void RateLimiter::Take(SteadyTime now) {
  Advance(now);
  tokens_ -= 1;
  recent_ = MeasuredRate(now) + 1;
  recent_at_ = now;
}

void RateLimiter::OnThrottled(std::optional<Duration> retry_after, SteadyTime now) {
  Advance(now);
  if (retry_after) Pause(*retry_after, now);
  // Requests that were in flight together are throttled together: that is one reason to slow down.
  if (halved_at_ && now - *halved_at_ < kHalvingInterval) return;
  halved_at_ = now;
  if (rate_ == kUnlimited) {
    ceiling_ = std::max(MeasuredRate(now), kMinMeasuredRate);
    rate_ = ceiling_;
    tokens_ = 0;
  }
  rate_ = std::max(rate_ / 2, std::min(kMinRate, ceiling_));
  tokens_ = std::min(tokens_, MaxTokens(rate_));
}

void RateLimiter::Pause(Duration retry_after, SteadyTime now) {
  paused_until_ = std::max(paused_until_, now + std::min(retry_after, kLongestPause));
}

double RateLimiter::Rate(SteadyTime now) {
  Advance(now);
  return rate_;
}

void RateLimiter::Advance(SteadyTime now) {
  const double seconds = SecondsBetween(advanced_to_, now);
  if (seconds <= 0) return;
  advanced_to_ = now;
  if (rate_ == kUnlimited) return;
  tokens_ = std::min(tokens_ + rate_ * seconds, MaxTokens(rate_));
  rate_ = std::min(rate_ + ceiling_ * seconds / ToSeconds(kRecoveryTime), ceiling_);
  if (unlimited_ && rate_ == ceiling_) {
    ceiling_ = kUnlimited;
    rate_ = kUnlimited;
    tokens_ = kUnlimited;
  }
}

// The weight of a request falls with e^-t: a steady flow of r per second gives r.
double RateLimiter::MeasuredRate(SteadyTime now) const {
  return recent_ * std::exp(-SecondsBetween(recent_at_, now));
}

}  // namespace codearts
