// What the scheduler does with credentials: preparing, gates, locks and renewal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "http/request_scheduler.h"
#include "support/fake_transport.h"
#include "support/status_matchers.h"
#include "unit/http/scheduler_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pointee;
using ::testing::SizeIs;

constexpr const char* kSignatureError = "APIGW.0301";

class SchedulerCredentialTest : public SchedulerTest {
 protected:
  SchedulerCredentialTest() { options_.requests_per_second = 0; }

  // Answers 200 after 50 ms to requests with `secret`, else 401.
  void AcceptOnly(std::size_t secret) {
    transport_.SetHandler([secret](const HttpRequest& request) {
      const std::string expected = "secret " + std::to_string(secret);
      for (const HttpHeader& header : request.headers) {
        if (header.value == expected) return Reply(200).After(milliseconds(50));
      }
      return Reply(401, kSignatureError).After(milliseconds(50));
    });
  }

  void SubmitMany(int count, Credential* credential, const std::string& url = kUrl) {
    for (int i = 0; i < count; ++i) Submit(CallTo(url, credential));
  }

  FakeCredential credential_{"default"};
};

TEST_F(SchedulerCredentialTest, AuthorizesEachAttemptAnew) {
  transport_.SetHandler([this](const HttpRequest&) {
    ++credential_.secret;
    return Reply(transport_.sent().empty() ? 503 : 200);
  });

  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());

  ASSERT_THAT(transport_.sent(), SizeIs(2));
  EXPECT_THAT(transport_.sent()[0].request.headers,
              ElementsAre(HttpHeader{"Authorization", "secret 1"}));
  EXPECT_THAT(transport_.sent()[1].request.headers,
              ElementsAre(HttpHeader{"Authorization", "secret 2"}));
}

TEST_F(SchedulerCredentialTest, TriesAnUnprovenCredentialOnceAtATimeOverAllHosts) {
  AcceptOnly(1);
  SubmitMany(10, &credential_, "https://a.test/");
  SubmitMany(10, &credential_, "https://b.test/");

  Run();

  const auto times = SendTimes();
  ASSERT_THAT(times, SizeIs(20));
  EXPECT_EQ(times[0], milliseconds(0));
  EXPECT_EQ(times[1], milliseconds(50));
  EXPECT_EQ(times[16], milliseconds(50));
  EXPECT_EQ(transport_.max_in_flight(), 16);
}

TEST_F(SchedulerCredentialTest, OtherCredentialsDoNotWaitForAnUnprovenOne) {
  FakeCredential other("other");
  AcceptOnly(1);
  SubmitMany(2, &credential_);
  SubmitMany(1, &other);
  SubmitMany(1, nullptr);

  Run();

  EXPECT_THAT(SendTimes(), ElementsAre(Duration(0), Duration(0), Duration(0), milliseconds(50)));
}

TEST_F(SchedulerCredentialTest, ABadSignatureIsTriedOnceWhateverWaits) {
  AcceptOnly(2);
  SubmitMany(25, &credential_, "https://a.test/");
  SubmitMany(25, &credential_, "https://b.test/");

  Run();

  EXPECT_THAT(transport_.sent(), SizeIs(1));
  ASSERT_THAT(results_, SizeIs(50));
  EXPECT_THAT(results_[0], StatusIs(StatusCode::kUnauthenticated, "list_pipelines: HTTP 401"));
  EXPECT_THAT(results_[1], StatusIs(StatusCode::kCredentials,
                                    AllOf(HasSubstr("list_pipelines: not sent: "),
                                          HasSubstr("credential default"), HasSubstr("300 s"))));
  for (std::size_t i = 1; i < results_.size(); ++i) {
    EXPECT_THAT(results_[i], StatusIs(StatusCode::kCredentials));
  }
}

TEST_F(SchedulerCredentialTest, TheLockLastsFiveMinutes) {
  AcceptOnly(2);
  ASSERT_THAT(RunOne(CallTo(kUrl, &credential_)), StatusIs(StatusCode::kUnauthenticated));
  AcceptOnly(1);

  clock_.Advance(minutes(4));
  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), StatusIs(StatusCode::kCredentials));
  EXPECT_THAT(transport_.sent(), SizeIs(1));
  clock_.Advance(minutes(1));
  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());
}

TEST_F(SchedulerCredentialTest, AChangedSecretEndsTheLock) {
  AcceptOnly(2);
  ASSERT_THAT(RunOne(CallTo(kUrl, &credential_)), StatusIs(StatusCode::kUnauthenticated));

  credential_.secret = 2;

  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());
}

TEST_F(SchedulerCredentialTest, TheLockOutlivesAReloadWithTheSameSecret) {
  AcceptOnly(2);
  ASSERT_THAT(RunOne(CallTo(kUrl, &credential_)), StatusIs(StatusCode::kUnauthenticated));
  FakeCredential same("default");
  FakeCredential changed("default");
  changed.secret = 2;

  EXPECT_THAT(RunOne(CallTo(kUrl, &same)), StatusIs(StatusCode::kCredentials));
  EXPECT_THAT(RunOne(CallTo(kUrl, &changed)), IsOk());
}

TEST_F(SchedulerCredentialTest, ALockedCredentialDoesNotHoldUpOthers) {
  FakeCredential good("good");
  good.secret = 2;
  AcceptOnly(2);
  SubmitMany(3, &credential_);
  SubmitMany(3, &good);

  Run();

  EXPECT_EQ(std::count_if(results_.begin(), results_.end(),
                          [](const auto& result) { return result.ok(); }),
            3);
  EXPECT_EQ(SendTimes().back(), milliseconds(50));
}

TEST_F(SchedulerCredentialTest, ThroughTheWholeLifeOfARevokedKeyFewFailuresHappenInARow) {
  AcceptOnly(1);
  SubmitMany(20, &credential_);
  Run();
  EXPECT_THAT(results_, Each(IsOk()));
  AcceptOnly(2);  // Revoked between two refreshes.
  const std::size_t before = transport_.sent().size();

  // A refresh every 15 seconds for 5 minutes.
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(seconds(15));
    SubmitMany(20, &credential_);
    Run();
  }

  EXPECT_LE(transport_.sent().size() - before, 5U);
}

TEST_F(SchedulerCredentialTest, AnotherRefusalDoesNotLock) {
  transport_.SetHandler(
      [](const HttpRequest&) { return Reply(401, "APIGW.0307").After(milliseconds(50)); });
  SubmitMany(3, &credential_);

  Run();

  EXPECT_THAT(results_, Each(StatusIs(StatusCode::kUnauthenticated)));
  // One at a time.
  EXPECT_THAT(SendTimes(), ElementsAre(Duration(0), milliseconds(50), milliseconds(100)));
}

TEST_F(SchedulerCredentialTest, ARefusedTokenDoesNotLock) {
  FakeCredential token("token", "X-Auth-Token");
  AcceptOnly(2);

  EXPECT_THAT(RunOne(CallTo(kUrl, &token)), StatusIs(StatusCode::kUnauthenticated));
  EXPECT_THAT(RunOne(CallTo(kUrl, &token)), StatusIs(StatusCode::kUnauthenticated));

  EXPECT_THAT(transport_.sent(), SizeIs(2));
}

TEST_F(SchedulerCredentialTest, RenewsARefusedTokenOnce) {
  FakeCredential token("token", "X-Auth-Token");
  token.fixed_fingerprint = 7;  // As of a password that tokens are fetched with.
  token.renews_to = 2;
  AcceptOnly(2);

  EXPECT_THAT(RunOne(CallTo(kUrl, &token)), IsOk());

  EXPECT_EQ(token.renewed, 1);
  EXPECT_THAT(observer_.retries, SizeIs(1));
  EXPECT_THAT(SendTimes(), ElementsAre(Duration(0), milliseconds(50)));
}

TEST_F(SchedulerCredentialTest, AllThatWereRefusedTogetherShareOneRenewal) {
  FakeCredential token("token", "X-Auth-Token");
  token.fixed_fingerprint = 7;
  AcceptOnly(1);
  ASSERT_THAT(RunOne(CallTo(kUrl, &token)), IsOk());
  results_.clear();
  AcceptOnly(2);  // The token has expired, and all are sent before the first is refused.
  token.renews_to = 2;
  SubmitMany(8, &token);

  Run();

  EXPECT_THAT(results_, SizeIs(8));
  EXPECT_THAT(results_, Each(IsOk()));
  EXPECT_EQ(token.renewed, 1);
}

TEST_F(SchedulerCredentialTest, GivesUpWhenTheNewTokenIsRefusedToo) {
  FakeCredential token("token", "X-Auth-Token");
  token.fixed_fingerprint = 7;
  token.renews_always = true;
  AcceptOnly(9);

  EXPECT_THAT(RunOne(CallTo(kUrl, &token)), StatusIs(StatusCode::kUnauthenticated));

  EXPECT_THAT(transport_.sent(), SizeIs(2));
}

TEST_F(SchedulerCredentialTest, RepeatsWithASecretThatChangedMeanwhile) {
  AcceptOnly(2);
  transport_.RunAt(start_ + milliseconds(10), [this] { credential_.secret = 2; });

  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());

  EXPECT_EQ(credential_.renewed, 0);
}

TEST_F(SchedulerCredentialTest, AFailedPreparationEndsAllItsCallsUnsent) {
  FakeCredential other("other");
  credential_.readiness = Status(StatusCode::kCredentials, "credential default: no file");
  AcceptOnly(1);
  SubmitMany(3, &credential_);
  SubmitMany(1, &other);

  Run();

  EXPECT_THAT(transport_.sent(), SizeIs(1));
  EXPECT_EQ(credential_.prepared, 1);
  ASSERT_THAT(results_, SizeIs(4));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(results_[i],
                StatusIs(StatusCode::kCredentials, "list_pipelines: credential default: no file"));
  }
  credential_.readiness = Status();
  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());
}

TEST_F(SchedulerCredentialTest, WaitsForAPreparationWithoutHoldingUpOthers) {
  FakeCredential other("other");
  AcceptOnly(1);
  bool fetched = false;
  credential_.prepare = [&](std::function<void(Status)> ready) {
    if (fetched) {
      ready(Status());
      return;
    }
    transport_.RunAt(start_ + seconds(2), [&fetched, ready = std::move(ready)] {
      fetched = true;
      ready(Status());
    });
  };
  SubmitMany(20, &credential_);
  SubmitMany(1, &other, "https://b.test/");

  Run();

  EXPECT_THAT(results_, SizeIs(21));
  EXPECT_THAT(results_, Each(IsOk()));
  EXPECT_EQ(SentUrls()[0], "https://b.test/");
  EXPECT_EQ(SendTimes()[0], Duration(0));
  EXPECT_EQ(SendTimes()[1], seconds(2));
}

TEST_F(SchedulerCredentialTest, APreparationThatFailsLaterEndsAllItsCalls) {
  credential_.prepare = [&](std::function<void(Status)> ready) {
    transport_.RunAt(start_ + seconds(2), [ready = std::move(ready)] {
      ready(Status(StatusCode::kCredentials, "no token"));
    });
  };
  SubmitMany(3, &credential_);

  Run();

  EXPECT_THAT(results_, SizeIs(3));
  EXPECT_THAT(results_, Each(StatusIs(StatusCode::kCredentials, "list_pipelines: no token")));
  EXPECT_EQ(credential_.prepared, 1);
}

TEST_F(SchedulerCredentialTest, StopEndsCallsThatWaitForAPreparation) {
  std::stop_source stop;
  credential_.prepare = [&](const std::function<void(Status)>&) { stop.request_stop(); };
  SubmitMany(3, &credential_);
  scheduler().Run(stop.get_token());
  EXPECT_THAT(results_, SizeIs(3));
  EXPECT_THAT(results_, Each(StatusIs(StatusCode::kDeadlineExceeded)));

  credential_.prepare = nullptr;
  AcceptOnly(1);
  EXPECT_THAT(RunOne(CallTo(kUrl, &credential_)), IsOk());
}

TEST_F(SchedulerCredentialTest, ACallThatCannotBeAuthorizedIsNotSent) {
  credential_.authorization = Status(StatusCode::kCredentials, "key is empty");
  SubmitMany(2, &credential_);

  Run();

  EXPECT_THAT(transport_.sent(), IsEmpty());
  EXPECT_THAT(results_, SizeIs(2));
  EXPECT_THAT(results_, Each(StatusIs(StatusCode::kCredentials, "list_pipelines: key is empty")));
}

}  // namespace
}  // namespace codearts::testing
