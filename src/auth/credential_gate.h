#ifndef CODEARTS_AUTH_CREDENTIAL_GATE_H_
#define CODEARTS_AUTH_CREDENTIAL_GATE_H_

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/clock.h"

namespace codearts {

// Decides when a credential may be tried, so that a wrong one does not lock its key at the gateway,
// which happens at more than 5 refused signatures in a row. Fed with what Credential::Fingerprint
// returns: a changed secret starts afresh. Threads: one.
//
//   unproven (new, or refused last)        one request at a time
//   proven                                 any number
//   proven, but idle for kProofLasts       kMaxAfterIdle at a time, until one is accepted
//   signature refused                      none for kLockLasts
class CredentialGate {
 public:
  static constexpr Duration kLockLasts = std::chrono::minutes(5);
  static constexpr Duration kProofLasts = std::chrono::seconds(2);
  static constexpr int kMaxAfterIdle = 3;

  enum class Verdict {
    kGo,      // Counted as in flight until Finish.
    kWait,    // Ask again after a Finish.
    kLocked,  // Fail the request unsent.
  };

  // What an attempt tells about the credential.
  enum class Outcome {
    kAccepted,
    kRefused,           // 401 for another reason than the signature.
    kSignatureRefused,  // APIGW.0301 on a signed request.
    kUnknown,           // No answer, or one that may come from before the check.
  };

  // Asks for one attempt with the secret that `fingerprint` stands for.
  Verdict Admit(std::size_t fingerprint, SteadyTime now);

  // Ends an attempt. `fingerprint` is the one that it was admitted with.
  void Finish(std::size_t fingerprint, Outcome outcome, SteadyTime now);

  // When the lock of the secret that Admit was last asked for ends; nullopt if there is none.
  std::optional<SteadyTime> locked_until() const { return locked_until_; }

 private:
  enum class Proof { kNone, kIdle, kFresh };

  int Limit() const;

  std::optional<std::size_t> fingerprint_;
  Proof proof_ = Proof::kNone;
  SteadyTime last_accepted_;
  std::optional<SteadyTime> locked_until_;
  int in_flight_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_CREDENTIAL_GATE_H_
