#include "auth/credential_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>

namespace codearts {

void PrintTo(CredentialGate::Verdict verdict, std::ostream* out) {
  constexpr const char* kNames[] = {"kGo", "kWait", "kLocked"};
  *out << kNames[static_cast<int>(verdict)];
}

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Outcome = CredentialGate::Outcome;
using Verdict = CredentialGate::Verdict;

constexpr std::size_t kSecret = 1;
constexpr std::size_t kOtherSecret = 2;
constexpr SteadyTime kStart = SteadyTime(std::chrono::hours(1));

// Tries the gate's secret at `now` as often as it lets and returns how often that was, at most 20.
int AdmitAll(CredentialGate& gate, SteadyTime now, std::size_t secret = kSecret) {
  int admitted = 0;
  while (admitted < 20 && gate.Admit(secret, now) == Verdict::kGo) ++admitted;
  return admitted;
}

CredentialGate ProvenGate(SteadyTime now = kStart) {
  CredentialGate gate;
  EXPECT_EQ(gate.Admit(kSecret, now), Verdict::kGo);
  gate.Finish(kSecret, Outcome::kAccepted, now);
  return gate;
}

CredentialGate LockedGate(SteadyTime now = kStart) {
  CredentialGate gate;
  EXPECT_EQ(gate.Admit(kSecret, now), Verdict::kGo);
  gate.Finish(kSecret, Outcome::kSignatureRefused, now);
  return gate;
}

TEST(CredentialGateTest, TriesANewSecretOnceAtATime) {
  CredentialGate gate;

  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);
  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kWait);
  gate.Finish(kSecret, Outcome::kUnknown, kStart);
  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);
  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kWait);
}

TEST(CredentialGateTest, OpensOnceTheSecretIsAccepted) {
  CredentialGate gate = ProvenGate();

  EXPECT_EQ(AdmitAll(gate, kStart), 20);
}

TEST(CredentialGateTest, GoesBackToOneAtATimeAfterARefusal) {
  CredentialGate gate = ProvenGate();
  ASSERT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);
  ASSERT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);

  gate.Finish(kSecret, Outcome::kRefused, kStart);

  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kWait);  // One is still in flight.
  gate.Finish(kSecret, Outcome::kUnknown, kStart);
  EXPECT_EQ(AdmitAll(gate, kStart), 1);
}

TEST(CredentialGateTest, KeepsItsProofThroughUnknownOutcomes) {
  CredentialGate gate = ProvenGate();
  ASSERT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);

  gate.Finish(kSecret, Outcome::kUnknown, kStart);

  EXPECT_EQ(AdmitAll(gate, kStart), 20);
}

TEST(CredentialGateTest, LetsAFewThroughAfterIdling) {
  CredentialGate gate = ProvenGate();
  const SteadyTime later = kStart + CredentialGate::kProofLasts + milliseconds(1);

  EXPECT_EQ(AdmitAll(gate, later), CredentialGate::kMaxAfterIdle);
  gate.Finish(kSecret, Outcome::kAccepted, later);
  EXPECT_EQ(AdmitAll(gate, later), 20);
}

TEST(CredentialGateTest, IsNotIdleWhileSomethingIsInFlight) {
  CredentialGate gate = ProvenGate();
  ASSERT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);

  EXPECT_EQ(AdmitAll(gate, kStart + seconds(9)), 20);
}

TEST(CredentialGateTest, LocksForFiveMinutesAfterASignatureError) {
  CredentialGate gate = LockedGate();

  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kLocked);
  EXPECT_EQ(gate.locked_until(), kStart + minutes(5));
  EXPECT_EQ(gate.Admit(kSecret, kStart + minutes(5) - milliseconds(1)), Verdict::kLocked);
  EXPECT_EQ(AdmitAll(gate, kStart + minutes(5)), 1);
  EXPECT_EQ(gate.locked_until(), std::nullopt);
}

TEST(CredentialGateTest, LocksAgainWhenTheTrialAfterTheLockFails) {
  CredentialGate gate = LockedGate();
  const SteadyTime later = kStart + minutes(6);
  ASSERT_EQ(gate.Admit(kSecret, later), Verdict::kGo);

  gate.Finish(kSecret, Outcome::kSignatureRefused, later);

  EXPECT_EQ(gate.Admit(kSecret, later + minutes(4)), Verdict::kLocked);
}

TEST(CredentialGateTest, AChangedSecretUnlocks) {
  CredentialGate gate = LockedGate();

  EXPECT_EQ(AdmitAll(gate, kStart, kOtherSecret), 1);
  EXPECT_EQ(gate.locked_until(), std::nullopt);
}

TEST(CredentialGateTest, AChangedSecretIsUnproven) {
  CredentialGate gate = ProvenGate();

  EXPECT_EQ(AdmitAll(gate, kStart, kOtherSecret), 1);
}

TEST(CredentialGateTest, OutcomesOfAnOldSecretDoNotCountForTheNewOne) {
  CredentialGate gate = ProvenGate();
  ASSERT_EQ(gate.Admit(kSecret, kStart), Verdict::kGo);
  ASSERT_EQ(gate.Admit(kOtherSecret, kStart), Verdict::kWait);

  gate.Finish(kSecret, Outcome::kSignatureRefused, kStart);
  EXPECT_EQ(gate.Admit(kOtherSecret, kStart), Verdict::kGo);
  gate.Finish(kOtherSecret, Outcome::kAccepted, kStart);

  EXPECT_EQ(AdmitAll(gate, kStart, kOtherSecret), 20);
}

TEST(CredentialGateTest, AnAnswerFromBeforeTheRefusalDoesNotUnlock) {
  CredentialGate gate = ProvenGate();
  ASSERT_EQ(AdmitAll(gate, kStart), 20);

  gate.Finish(kSecret, Outcome::kSignatureRefused, kStart);
  gate.Finish(kSecret, Outcome::kAccepted, kStart);

  EXPECT_EQ(gate.Admit(kSecret, kStart), Verdict::kLocked);
}

// The gateway locks a key at more than 5 refusals in a row. Callers that ask all the time for an
// hour must stay below that within any 5 minutes, from whatever state the secret goes bad in.
class BadSecretTest : public ::testing::TestWithParam<Duration> {};

TEST_P(BadSecretTest, IsNeverRefusedMoreThanFiveTimesInFiveMinutes) {
  CredentialGate gate = ProvenGate();
  SteadyTime now = kStart + GetParam();
  SteadyTime window_start = now;
  int refused_in_window = 0;

  for (const SteadyTime end = now + std::chrono::hours(1); now < end; now += milliseconds(100)) {
    if (now - window_start >= minutes(5)) {
      window_start = now;
      refused_in_window = 0;
    }
    const int admitted = AdmitAll(gate, now);
    for (int i = 0; i < admitted; ++i) gate.Finish(kSecret, Outcome::kSignatureRefused, now);
    refused_in_window += admitted;
    ASSERT_LE(refused_in_window, 5)
        << ToSeconds(std::chrono::duration_cast<Duration>(now - kStart));
  }
}

INSTANTIATE_TEST_SUITE_P(IdleBefore, BadSecretTest,
                         ::testing::Values(milliseconds(2001), seconds(10), minutes(6)));

}  // namespace
}  // namespace codearts
