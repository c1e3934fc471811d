#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <variant>

#include "integration/credential_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class IamCredentialTest : public CredentialTest {};

TEST_F(IamCredentialTest, ATokenServesUntilItIsRenewedBeforeItsEnd) {
  Use("robot", AddIamUser());

  for (int i = 0; i < 3; ++i) EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 1);
  ASSERT_TRUE(api().CredentialExpiries().contains("robot"));
  const Timestamp first_end = api().CredentialExpiries().at("robot");

  Advance(hours(23) + minutes(30));
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 2);
  EXPECT_GT(api().CredentialExpiries().at("robot"), first_end + hours(23));

  Advance(hours(25));
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 3);
  EXPECT_EQ(Requests("list_pipelines", "401"), 0);
}

TEST_F(IamCredentialTest, AHundredWaitersCostOneRequest) {
  Use("robot", AddIamUser());
  Submit("robot", 100);
  api().client().Run({});

  ASSERT_EQ(outcomes_.size(), 100U);
  for (const auto& [name, status] : outcomes_) EXPECT_THAT(status, IsOk());
  EXPECT_EQ(Requests("iam"), 1);
}

TEST_F(IamCredentialTest, ARefusedTokenIsReplacedOnceForAll) {
  Use("robot", AddIamUser());
  ASSERT_THAT(List("robot"), IsOk());
  simulator().simulator().RevokeTokens();
  outcomes_.clear();

  Submit("robot", 20);
  api().client().Run({});

  ASSERT_EQ(outcomes_.size(), 20U);
  for (const auto& [name, status] : outcomes_) EXPECT_THAT(status, IsOk());
  EXPECT_EQ(Requests("iam"), 2);
  EXPECT_GE(Requests("list_pipelines", "401"), 1);
}

TEST_F(IamCredentialTest, AGatewayThatRefusesEveryTokenDoesNotDrainIam) {
  Use("robot", AddIamUser());
  ASSERT_THAT(
      simulator().AddFault({.endpoint = "list_pipelines", .kind = "401", .code = "APIGW.0307"}),
      IsOk());

  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(List("robot"), StatusIs(StatusCode::kUnauthenticated, HasSubstr("APIGW.0307")));
  }

  EXPECT_EQ(Requests("iam"), 2);
}

TEST_F(IamCredentialTest, CarriesTokensOfAHundredThousandCharacters) {
  options_.simulator.iam.token_length = 100'000;
  Use("robot", AddIamUser());

  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 1);
}

TEST_F(IamCredentialTest, AWrongPasswordIsTriedOnceUntilItsFileChanges) {
  IamUserCredential user = AddIamUser();
  user.password = {Secret(), folder_.Write("pw", "SIM-LEAK-SENTINEL-wrong\n")};
  Use("robot", user);

  EXPECT_THAT(List("robot"),
              StatusIs(StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("credential robot: iam: HTTP 401"),
                             HasSubstr("the user name, the password or the account is wrong"),
                             Not(HasSubstr("SENTINEL")))));
  Submit("robot", 20);
  api().client().Run({});
  EXPECT_THAT(outcomes_.back().second,
              StatusIs(StatusCode::kCredentials, HasSubstr("asked again")));
  EXPECT_EQ(Requests("iam"), 1);
  EXPECT_EQ(Requests("list_pipelines"), 0);

  folder_.Write("pw", std::string(kPassword) + "\n");
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 2);
}

TEST_F(IamCredentialTest, AWrongPasswordIsTriedAgainAfterFiveMinutes) {
  IamUserCredential user = AddIamUser();
  user.password.value = Secret("wrong");
  Use("robot", user);
  ASSERT_THAT(List("robot"), StatusIs(StatusCode::kUnauthenticated));

  Advance(minutes(4));
  EXPECT_THAT(List("robot"), StatusIs(StatusCode::kCredentials));
  Advance(minutes(1));
  EXPECT_THAT(List("robot"), StatusIs(StatusCode::kUnauthenticated));
  EXPECT_EQ(Requests("iam"), 2);
}

TEST_F(IamCredentialTest, TellsWrongAccountAndWrongProjectApart) {
  IamUserCredential account = AddIamUser();
  IamUserCredential project = account;
  account.domain = "other";
  project.project = "cn-south-1";
  Use("account", account);
  Use("project", project);

  EXPECT_THAT(List("account"), StatusIs(StatusCode::kUnauthenticated,
                                        HasSubstr("the account is wrong; check user")));
  EXPECT_THAT(List("project"),
              StatusIs(StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("no such IAM project"), HasSubstr("a role in cn-south-1"))));
}

TEST_F(IamCredentialTest, ComesBackAfterIamDoes) {
  Use("robot", AddIamUser());
  for (const char* kind : {"503", "reset", "html", "429"}) {
    ASSERT_THAT(simulator().AddFault({.endpoint = "iam", .kind = kind}), IsOk());
    EXPECT_FALSE(List("robot").ok()) << kind;
    EXPECT_THAT(outcomes_.back().second.message(), HasSubstr("credential robot: iam: ")) << kind;
    simulator().ClearFaults();
    Advance(seconds(61));
  }
  EXPECT_THAT(List("robot"), IsOk());
}

TEST_F(IamCredentialTest, AnIamThatIsDownDoesNotEndATokenThatIsStillGood) {
  Use("robot", AddIamUser());
  ASSERT_THAT(List("robot"), IsOk());
  Advance(hours(23) + minutes(30));
  ASSERT_THAT(simulator().AddFault({.endpoint = "iam", .kind = "503"}), IsOk());

  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_GE(Requests("iam", "503"), 1);
  Advance(minutes(31));
  EXPECT_THAT(List("robot"), StatusIs(StatusCode::kUnavailable));
  simulator().ClearFaults();
  Advance(minutes(2));
  EXPECT_THAT(List("robot"), IsOk());
}

// The answers of one tenant's IAM never come; the other's calls end all the same.
TEST_F(IamCredentialTest, ASilentIamHoldsUpNobodyElse) {
  options_.simulator.auth_tokens = {"GOOD"};
  Use("broken", AddIamUser());
  Use("good", AuthTokenCredential{{Secret("GOOD"), ""}});
  ASSERT_THAT(simulator().AddFault({.endpoint = "iam", .kind = "slow", .seconds = 300.0}), IsOk());
  std::stop_source stop;
  on_outcome_ = [&] {
    if (outcomes_.size() == 40) stop.request_stop();
  };

  Submit("broken", 40);
  Submit("good", 40);
  api().client().Run(stop.get_token());

  ASSERT_EQ(outcomes_.size(), 80U);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(outcomes_[i].first, "good");
    EXPECT_THAT(outcomes_[i].second, IsOk());
  }
  EXPECT_THAT(outcomes_.back().second, StatusIs(StatusCode::kDeadlineExceeded));
}

TEST_F(IamCredentialTest, AReloadKeepsTheTokenOfAnUnchangedCredential) {
  const IamUserCredential user = AddIamUser();
  Use("robot", user);
  ASSERT_THAT(List("robot"), IsOk());

  Config next = config_;
  next.credentials[0].origin = "config.yaml:99";
  api().SetCredentials(next, api().MakeCredentialsFor(next));
  EXPECT_THAT(List("robot"), IsOk());
  EXPECT_EQ(Requests("iam"), 1);

  std::get<IamUserCredential>(next.credentials[0].source).password.value = Secret("other");
  api().SetCredentials(next, api().MakeCredentialsFor(next));
  EXPECT_THAT(List("robot"), StatusIs(StatusCode::kUnauthenticated));
  EXPECT_EQ(Requests("iam"), 2);
}

}  // namespace
}  // namespace codearts::testing
