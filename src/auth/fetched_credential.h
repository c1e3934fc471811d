#ifndef CODEARTS_AUTH_FETCHED_CREDENTIAL_H_
#define CODEARTS_AUTH_FETCHED_CREDENTIAL_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "auth/credential.h"
#include "auth/request_signer.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/status.h"

namespace codearts {

// What a service hands out for a while.
struct FetchedSecret {
  struct Validity {
    Timestamp expires_at;  // By the clock of whoever handed it out.
    Duration left{0};      // Until then, by that clock too: ours may be wrong.
  };

  std::variant<Secret, AccessKeys> value;  // A token for X-Auth-Token, or temporary keys.
  std::optional<Validity> validity;        // nullopt: not known.
};

// Where tokens and temporary keys come from. Threads: that of the event loop.
class SecretFetcher {
 public:
  using Done = std::function<void(Result<FetchedSecret>)>;

  virtual ~SecretFetcher() = default;

  // Asks for a fresh secret. `done` is called once, maybe before Fetch returns. Not called again
  // before that. Errors: kUnauthenticated and kPermissionDenied when the service refuses who asks,
  // which must not be repeated soon: too many refusals lock an account. Others may pass.
  virtual void Fetch(Done done) = 0;

  // Returns whether what it asks with has changed since it was last looked at (a file), so that an
  // earlier failure means nothing any more.
  virtual bool HasChanged() = 0;
};

// Sends what a SecretFetcher fetched, and has it fetched when it is needed: once, whatever the
// number of waiters; again before it ends, without making anybody wait; and again when the gateway
// refuses it. A fetch that failed is not repeated at once: after a refusal for kRefusalHold, or
// until the fetcher's input changes; else for a time that doubles from kFirstHold to kLongestHold,
// but for an eighth of what the present secret has left at least.
class FetchedCredential final : public Credential {
 public:
  // A secret is fetched anew so long before its end, but not before three quarters of its life are
  // over. Source: the vendor's SDKs do so 40 minutes before temporary keys end.
  static constexpr Duration kRenewBefore = std::chrono::minutes(40);
  static constexpr Duration kRefusalHold = std::chrono::minutes(5);
  static constexpr Duration kFirstHold = std::chrono::seconds(5);
  static constexpr Duration kLongestHold = std::chrono::minutes(1);
  // Tokens that are refused as soon as they come are not replaced more often than this.
  static constexpr Duration kRenewalInterval = std::chrono::minutes(1);

  // `clock` must outlive the credential.
  FetchedCredential(std::string name, std::unique_ptr<SecretFetcher> fetcher, const Clock& clock);

  const std::string& name() const override { return name_; }
  // Errors: those of the fetcher; kCredentials after a refusal, until it is asked again.
  void Prepare(std::function<void(Status)> ready) override;
  Status Authorize(HttpRequest& request, Timestamp now) override;
  bool Renew() override;
  std::size_t Fingerprint() const override { return fingerprint_; }
  std::optional<Timestamp> expiry() const override;

 private:
  struct Failure {
    Status status;
    SteadyTime hold_until;
    bool refused = false;
  };

  bool IsUsable(SteadyTime now) const;
  bool MayFetch(SteadyTime now);
  Status HeldFailure(SteadyTime now) const;
  void StartFetch();
  void OnFetched(Result<FetchedSecret> fetched);
  void Take(FetchedSecret fetched, SteadyTime now);
  void TakeFailure(const Status& status, SteadyTime now);
  void Drop();

  const std::string name_;
  const std::unique_ptr<SecretFetcher> fetcher_;
  const Clock& clock_;

  std::optional<std::variant<Secret, AccessKeys>> value_;
  std::size_t fingerprint_ = 0;  // Of the last value.
  SteadyTime usable_until_;
  SteadyTime renew_at_;
  std::optional<SteadyTime> last_renewal_;
  std::atomic<Timestamp> expires_at_;  // kNever: not known.

  bool fetching_ = false;
  std::vector<std::function<void(Status)>> waiting_;
  std::optional<Failure> failure_;  // Of the last fetch.
  int failures_in_a_row_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_FETCHED_CREDENTIAL_H_
