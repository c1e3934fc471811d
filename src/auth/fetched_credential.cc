#include "auth/fetched_credential.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "auth/fingerprint.h"
#include "base/logging.h"
#include "base/time_format.h"

namespace codearts {
namespace {

constexpr Timestamp kNever = Timestamp::max();

std::size_t FingerprintOfValue(const std::variant<Secret, AccessKeys>& value) {
  if (const auto* token = std::get_if<Secret>(&value)) return FingerprintOf({token});
  const auto& keys = std::get<AccessKeys>(value);
  const Secret access_key(keys.access_key);
  return FingerprintOf({&access_key, &keys.secret_key, &keys.security_token});
}

bool IsRefusal(const Status& status) {
  return status.code() == StatusCode::kUnauthenticated ||
         status.code() == StatusCode::kPermissionDenied;
}

Duration HoldAfter(int failures_in_a_row) {
  Duration hold = FetchedCredential::kFirstHold;
  for (int i = 1; i < failures_in_a_row && hold < FetchedCredential::kLongestHold; ++i) hold *= 2;
  return std::min(hold, FetchedCredential::kLongestHold);
}

std::int64_t SecondsUntil(SteadyTime when, SteadyTime now) {
  return std::chrono::ceil<std::chrono::seconds>(when - now).count();
}

}  // namespace

FetchedCredential::FetchedCredential(std::string name, std::unique_ptr<SecretFetcher> fetcher,
                                     const Clock& clock)
    : name_(std::move(name)), fetcher_(std::move(fetcher)), clock_(clock), expires_at_(kNever) {}

void FetchedCredential::Prepare(std::function<void(Status)> ready) {
  const SteadyTime now = clock_.SteadyNow();
  if (IsUsable(now)) {
    if (now >= renew_at_ && !fetching_ && MayFetch(now)) StartFetch();
    ready(Status());
    return;
  }
  if (!fetching_ && !MayFetch(now)) {
    ready(HeldFailure(now));
    return;
  }
  waiting_.push_back(std::move(ready));
  if (!fetching_) StartFetch();
}

Status FetchedCredential::Authorize(HttpRequest& request, Timestamp now) {
  if (!value_) {
    return Status(StatusCode::kCredentials, "credential " + name_ + ": nothing was fetched yet");
  }
  if (const auto* token = std::get_if<Secret>(&*value_)) {
    SetHeader(request.headers, "X-Auth-Token", std::string(token->Reveal()));
    return Status();
  }
  const Status status = SignRequest(request, std::get<AccessKeys>(*value_), now);
  return status.ok() ? status : status.WithContext("credential " + name_);
}

bool FetchedCredential::Renew() {
  const SteadyTime now = clock_.SteadyNow();
  if (!value_ || (last_renewal_ && now - *last_renewal_ < kRenewalInterval)) return false;
  last_renewal_ = now;
  Drop();
  return true;
}

std::optional<Timestamp> FetchedCredential::expiry() const {
  const Timestamp expires_at = expires_at_;
  if (expires_at == kNever) return std::nullopt;
  return expires_at;
}

bool FetchedCredential::IsUsable(SteadyTime now) const {
  return value_ && now < usable_until_;
}

bool FetchedCredential::MayFetch(SteadyTime now) {
  return !failure_ || now >= failure_->hold_until || fetcher_->HasChanged();
}

Status FetchedCredential::HeldFailure(SteadyTime now) const {
  const StatusCode code = failure_->refused ? StatusCode::kCredentials : failure_->status.code();
  return Status(code,
                fmt::format("{}; asked again in {} s{}", failure_->status.message(),
                            SecondsUntil(failure_->hold_until, now),
                            failure_->refused ? " or when the credential changes" : ""),
                failure_->status.details());
}

void FetchedCredential::StartFetch() {
  fetching_ = true;
  fetcher_->Fetch([this](Result<FetchedSecret> fetched) { OnFetched(std::move(fetched)); });
}

void FetchedCredential::OnFetched(Result<FetchedSecret> fetched) {
  fetching_ = false;
  const SteadyTime now = clock_.SteadyNow();
  // Taken, it would be fetched again for every call.
  if (fetched.ok() && fetched->validity && fetched->validity->left <= Duration(0)) {
    fetched = Status(StatusCode::kInvalidResponse, "what was fetched has ended already");
  }
  Status status = fetched.status();
  if (fetched.ok()) {
    Take(*std::move(fetched), now);
  } else {
    status = status.WithContext("credential " + name_);
    TakeFailure(status, now);
  }
  for (const auto& ready : std::exchange(waiting_, {})) ready(status);
}

void FetchedCredential::Take(FetchedSecret fetched, SteadyTime now) {
  failure_.reset();
  failures_in_a_row_ = 0;
  fingerprint_ = FingerprintOfValue(fetched.value);
  value_ = std::move(fetched.value);
  usable_until_ = renew_at_ = SteadyTime::max();
  expires_at_ = kNever;
  if (!fetched.validity) return;
  const Duration left = fetched.validity->left;
  usable_until_ = now + left;
  renew_at_ = usable_until_ - std::min(kRenewBefore, left / 4);
  expires_at_ = fetched.validity->expires_at;
  LogDebug("credential fetched",
           {{"credential", name_}, {"expires", FormatIso8601(fetched.validity->expires_at)}});
}

void FetchedCredential::TakeFailure(const Status& status, SteadyTime now) {
  ++failures_in_a_row_;
  const bool refused = IsRefusal(status);
  const Duration asked_for =
      std::min(status.details().retry_after.value_or(Duration(0)), kRefusalHold);
  Duration hold = std::max(refused ? kRefusalHold : HoldAfter(failures_in_a_row_), asked_for);
  if (IsUsable(now)) {
    // There is time, and a service that is silent would make every refresh last as long as its
    // timeout.
    hold = std::max(hold, std::chrono::duration_cast<Duration>(usable_until_ - now) / 8);
  }
  failure_ = Failure{status, now + hold, refused};
  if (IsUsable(now)) {
    LogWarn("credential not renewed, the present one is used on",
            {{"credential", name_},
             {"seconds_left", SecondsUntil(usable_until_, now)},
             {"error", status.message()}});
  }
}

void FetchedCredential::Drop() {
  value_.reset();
  expires_at_ = kNever;
}

}  // namespace codearts
