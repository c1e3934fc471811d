#include "auth/fetched_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::codearts::testing::FakeClock;
using ::codearts::testing::IsOk;
using ::codearts::testing::kTestStart;
using ::codearts::testing::StatusIs;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::StartsWith;

// Answers when the test says so, or at once from a script.
class FakeFetcher final : public SecretFetcher {
 public:
  void Fetch(Done done) override {
    ++fetches;
    EXPECT_EQ(pending, nullptr) << "two fetches at once";
    if (script.empty()) {
      pending = std::move(done);
      return;
    }
    Result<FetchedSecret> result = std::move(script.front());
    script.pop_front();
    done(std::move(result));
  }
  bool HasChanged() override { return std::exchange(changed, false); }

  void Answer(Result<FetchedSecret> result) {
    ASSERT_NE(pending, nullptr);
    std::exchange(pending, nullptr)(std::move(result));
  }

  std::deque<Result<FetchedSecret>> script;
  Done pending;
  bool changed = false;
  int fetches = 0;
};

class FetchedCredentialTest : public ::testing::Test {
 protected:
  FetchedCredentialTest() {
    auto fetcher = std::make_unique<FakeFetcher>();
    fetcher_ = fetcher.get();
    credential_ = std::make_unique<FetchedCredential>("robot", std::move(fetcher), clock_);
  }

  FetchedSecret Token(const std::string& token, Duration left) const {
    return {Secret(token), FetchedSecret::Validity{clock_.Now() + left, left}};
  }

  static Status Refusal() {
    return Status(StatusCode::kUnauthenticated, "iam: HTTP 401: wrong password");
  }

  // Prepares; the outcome goes to the end of outcomes_.
  void Prepare() {
    credential_->Prepare([this](const Status& status) { outcomes_.push_back(status); });
  }

  // Prepares with what the script holds and returns the outcome.
  Status PrepareNow() {
    const std::size_t before = outcomes_.size();
    Prepare();
    EXPECT_EQ(outcomes_.size(), before + 1);
    return outcomes_.empty() ? Status(StatusCode::kInternal, "waits") : outcomes_.back();
  }

  std::string Header(const char* name) {
    HttpRequest request;
    request.url = "https://a.test/v5/x";
    EXPECT_THAT(credential_->Authorize(request, clock_.Now()), IsOk());
    const std::string* value = FindHeader(request.headers, name);
    return value == nullptr ? "" : *value;
  }

  FakeClock clock_;
  FakeFetcher* fetcher_ = nullptr;
  std::unique_ptr<FetchedCredential> credential_;
  std::vector<Status> outcomes_;
};

TEST_F(FetchedCredentialTest, OneFetchServesAHundredWaiters) {
  for (int i = 0; i < 100; ++i) Prepare();
  EXPECT_TRUE(outcomes_.empty());

  fetcher_->Answer(Token("T1", hours(24)));

  EXPECT_EQ(outcomes_, std::vector<Status>(100));
  EXPECT_EQ(fetcher_->fetches, 1);
  EXPECT_EQ(Header("X-Auth-Token"), "T1");
  EXPECT_EQ(credential_->expiry(), kTestStart + hours(24));
}

TEST_F(FetchedCredentialTest, SignsWithKeysThatWereFetched) {
  fetcher_->script.push_back(FetchedSecret{AccessKeys{"AK", Secret("SK"), Secret("ST")}, {}});

  EXPECT_THAT(PrepareNow(), IsOk());

  EXPECT_THAT(Header("Authorization"), StartsWith("SDK-HMAC-SHA256 Access=AK, "));
  EXPECT_EQ(Header("X-Security-Token"), "ST");
  EXPECT_EQ(credential_->expiry(), std::nullopt);
}

TEST_F(FetchedCredentialTest, RenewsBeforeTheEndWithoutMakingAnybodyWait) {
  fetcher_->script.push_back(Token("T1", hours(24)));
  ASSERT_THAT(PrepareNow(), IsOk());
  const std::size_t fingerprint = credential_->Fingerprint();

  clock_.Advance(hours(24) - minutes(41));
  ASSERT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 1);
  clock_.Advance(minutes(1));
  ASSERT_THAT(PrepareNow(), IsOk());
  ASSERT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 2);
  EXPECT_EQ(Header("X-Auth-Token"), "T1");

  fetcher_->Answer(Token("T2", hours(24)));

  EXPECT_EQ(Header("X-Auth-Token"), "T2");
  EXPECT_NE(credential_->Fingerprint(), fingerprint);
}

TEST_F(FetchedCredentialTest, AShortLifeIsUsedForThreeQuarters) {
  fetcher_->script.push_back(Token("T1", seconds(60)));
  ASSERT_THAT(PrepareNow(), IsOk());

  clock_.Advance(seconds(44));
  ASSERT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 1);
  clock_.Advance(seconds(1));
  ASSERT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 2);
}

TEST_F(FetchedCredentialTest, WhatHasEndedIsNotUsedAnyMore) {
  fetcher_->script.push_back(Token("T1", seconds(60)));
  ASSERT_THAT(PrepareNow(), IsOk());
  clock_.Advance(seconds(60));

  Prepare();
  EXPECT_EQ(outcomes_.size(), 1U);
  fetcher_->Answer(Token("T2", seconds(60)));

  EXPECT_EQ(outcomes_.size(), 2U);
  EXPECT_EQ(Header("X-Auth-Token"), "T2");
}

TEST_F(FetchedCredentialTest, WhatHasEndedWhenItComesIsNotTaken) {
  fetcher_->script.push_back(Token("T1", seconds(0)));

  EXPECT_THAT(PrepareNow(), StatusIs(StatusCode::kInvalidResponse,
                                     "credential robot: what was fetched has ended already"));
  EXPECT_THAT(PrepareNow(), StatusIs(StatusCode::kInvalidResponse));
  EXPECT_EQ(fetcher_->fetches, 1);
}

TEST_F(FetchedCredentialTest, AWrongWallClockDoesNotMatter) {
  clock_.SetWallClock(kTestStart + hours(48));
  FetchedSecret token = Token("T1", hours(24));
  token.validity->expires_at = kTestStart + hours(24);
  fetcher_->script.push_back(std::move(token));

  ASSERT_THAT(PrepareNow(), IsOk());
  ASSERT_THAT(PrepareNow(), IsOk());

  EXPECT_EQ(fetcher_->fetches, 1);
  EXPECT_EQ(credential_->expiry(), kTestStart + hours(24));
}

TEST_F(FetchedCredentialTest, AFailedRenewalLeavesThePresentSecretInUse) {
  fetcher_->script.push_back(Token("T1", hours(24)));
  fetcher_->script.push_back(Status(StatusCode::kUnavailable, "iam: HTTP 503"));
  ASSERT_THAT(PrepareNow(), IsOk());
  clock_.Advance(hours(24) - minutes(30));

  EXPECT_THAT(PrepareNow(), IsOk());
  EXPECT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 2);
  EXPECT_EQ(Header("X-Auth-Token"), "T1");

  clock_.Advance(Duration(minutes(30)) / 8 - Duration(1));
  EXPECT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(fetcher_->fetches, 2);
  clock_.Advance(Duration(1));
  fetcher_->script.push_back(Token("T2", hours(24)));
  EXPECT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(Header("X-Auth-Token"), "T2");
}

TEST_F(FetchedCredentialTest, ARefusalIsNotRepeatedForFiveMinutes) {
  fetcher_->script.push_back(Refusal());
  EXPECT_THAT(PrepareNow(), StatusIs(StatusCode::kUnauthenticated,
                                     "credential robot: iam: HTTP 401: wrong password"));

  clock_.Advance(minutes(4));
  EXPECT_THAT(PrepareNow(),
              StatusIs(StatusCode::kCredentials,
                       "credential robot: iam: HTTP 401: wrong password; asked again in 60 s or "
                       "when the credential changes"));
  EXPECT_EQ(fetcher_->fetches, 1);

  clock_.Advance(minutes(1));
  fetcher_->script.push_back(Token("T1", hours(24)));
  EXPECT_THAT(PrepareNow(), IsOk());
}

TEST_F(FetchedCredentialTest, AChangedPasswordIsTriedAtOnce) {
  fetcher_->script.push_back(Refusal());
  ASSERT_THAT(PrepareNow(), StatusIs(StatusCode::kUnauthenticated));

  fetcher_->changed = true;
  fetcher_->script.push_back(Token("T1", hours(24)));

  EXPECT_THAT(PrepareNow(), IsOk());
}

TEST_F(FetchedCredentialTest, WaitsLongerWithEachFailureUpToAMinute) {
  int fetches = 0;
  for (const int hold : {5, 10, 20, 40, 60, 60}) {
    fetcher_->script.push_back(Status(StatusCode::kUnavailable, "iam: no answer"));
    ASSERT_THAT(PrepareNow(), StatusIs(StatusCode::kUnavailable));
    EXPECT_EQ(fetcher_->fetches, ++fetches);
    clock_.Advance(seconds(hold) - Duration(1));
    ASSERT_THAT(PrepareNow(), StatusIs(StatusCode::kUnavailable));
    EXPECT_EQ(fetcher_->fetches, fetches) << hold;
    clock_.Advance(Duration(1));
  }
}

TEST_F(FetchedCredentialTest, HonoursRetryAfter) {
  ErrorDetails details;
  details.retry_after = seconds(30);
  fetcher_->script.push_back(Status(StatusCode::kThrottled, "iam: HTTP 429", details));
  ASSERT_THAT(PrepareNow(), StatusIs(StatusCode::kThrottled));

  clock_.Advance(seconds(29));

  EXPECT_THAT(PrepareNow(), StatusIs(StatusCode::kThrottled,
                                     "credential robot: iam: HTTP 429; asked again in 1 s"));
}

TEST_F(FetchedCredentialTest, ARefusedTokenIsReplacedOnce) {
  fetcher_->script.push_back(Token("T1", hours(24)));
  ASSERT_THAT(PrepareNow(), IsOk());
  const std::size_t fingerprint = credential_->Fingerprint();

  EXPECT_TRUE(credential_->Renew());
  EXPECT_FALSE(credential_->Renew());
  EXPECT_EQ(credential_->Fingerprint(), fingerprint);
  EXPECT_EQ(credential_->expiry(), std::nullopt);
  HttpRequest request;
  EXPECT_THAT(credential_->Authorize(request, clock_.Now()), StatusIs(StatusCode::kCredentials));

  fetcher_->script.push_back(Token("T2", hours(24)));
  EXPECT_THAT(PrepareNow(), IsOk());
  EXPECT_EQ(Header("X-Auth-Token"), "T2");
}

TEST_F(FetchedCredentialTest, TokensThatAreAllRefusedAreReplacedOnceAMinute) {
  fetcher_->script.push_back(Token("T1", hours(24)));
  fetcher_->script.push_back(Token("T2", hours(24)));
  ASSERT_THAT(PrepareNow(), IsOk());
  ASSERT_TRUE(credential_->Renew());
  ASSERT_THAT(PrepareNow(), IsOk());

  EXPECT_FALSE(credential_->Renew());
  clock_.Advance(FetchedCredential::kRenewalInterval);
  EXPECT_TRUE(credential_->Renew());
}

}  // namespace
}  // namespace codearts
