#include "auth/credential_gate.h"

#include <limits>

namespace codearts {

CredentialGate::Verdict CredentialGate::Admit(std::size_t fingerprint, SteadyTime now) {
  if (fingerprint_ != fingerprint) {
    fingerprint_ = fingerprint;
    proof_ = Proof::kNone;
    locked_until_.reset();
  }
  if (locked_until_ && now < *locked_until_) return Verdict::kLocked;
  locked_until_.reset();
  // A secret is revoked between refreshes more often than within one, when many are in flight.
  if (proof_ == Proof::kFresh && in_flight_ == 0 && now - last_accepted_ > kProofLasts) {
    proof_ = Proof::kIdle;
  }
  if (in_flight_ >= Limit()) return Verdict::kWait;
  ++in_flight_;
  return Verdict::kGo;
}

void CredentialGate::Finish(std::size_t fingerprint, Outcome outcome, SteadyTime now) {
  --in_flight_;
  if (fingerprint_ != fingerprint) return;  // It tells nothing about the present secret.
  switch (outcome) {
    case Outcome::kAccepted:
      // One that was sent before the refusal may be answered after it.
      if (locked_until_) return;
      proof_ = Proof::kFresh;
      last_accepted_ = now;
      return;
    case Outcome::kSignatureRefused:
      locked_until_ = now + kLockLasts;
      proof_ = Proof::kNone;
      return;
    case Outcome::kRefused:
      proof_ = Proof::kNone;
      return;
    case Outcome::kUnknown:
      return;
  }
}

int CredentialGate::Limit() const {
  switch (proof_) {
    case Proof::kNone:
      return 1;
    case Proof::kIdle:
      return kMaxAfterIdle;
    case Proof::kFresh:
      break;
  }
  return std::numeric_limits<int>::max();
}

}  // namespace codearts
