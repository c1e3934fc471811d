#include "exporter/access_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace codearts {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Timestamp kNow = FromEpochMillis(1'700'000'000'000);

const IamUserCredential kUser = {
    "acme", "metrics", {Secret("hunter2"), ""}, "cn-north-4", "https://iam.example"};

AccessPlace MakePlace(const IamUserCredential* user = nullptr) {
  AccessPlace place;
  place.host = "pipeline.example";
  place.credential = "default (c.yaml:3)";
  place.credential_name = "default";
  place.iam_user = user;
  return place;
}

Status Failure(StatusCode code, ErrorCause cause, int http_status = 0,
               const std::string& error_code = "") {
  ErrorDetails details;
  details.http_status = http_status;
  details.error_code = error_code;
  details.cause = cause;
  return Status(code, "m", details);
}

AccessAdvice Advise(const Status& failure) {
  return AdviseOnFailure(failure, MakePlace(), kNow);
}

// What is to be done when IAM gives no token for that reason.
std::string TokenRemedy(ErrorCause cause, int http_status = 401,
                        const IamUserCredential& user = kUser) {
  ErrorDetails details;
  details.http_status = http_status;
  details.cause = cause;
  const Status failure(StatusCode::kUnauthenticated, "list: credential default: iam: m", details);
  return AdviseOnFailure(failure, MakePlace(&user), kNow).remedy;
}

TEST(AdviseOnFailureTest, SaysHowFarTheClockIsOff) {
  ErrorDetails details;
  details.cause = ErrorCause::kClock;
  details.server_time = kNow - std::chrono::hours(2);
  const Status failure(StatusCode::kUnauthenticated, "m", details);

  EXPECT_EQ(Advise(failure).problem, "this machine's clock is 2h ahead of the server's");
}

TEST(AdviseOnFailureTest, TellsKeysApart) {
  const auto problem = [](ErrorCause cause) {
    return Advise(Failure(StatusCode::kUnauthenticated, cause, 401, "APIGW.0301")).problem;
  };

  EXPECT_THAT(problem(ErrorCause::kSecretKey),
              "the secret key of credential default (c.yaml:3) does not fit its access key");
  EXPECT_THAT(problem(ErrorCause::kAccessKey), HasSubstr("does not exist or is disabled"));
  EXPECT_THAT(problem(ErrorCause::kKeyLocked), HasSubstr("is locked"));
  EXPECT_THAT(problem(ErrorCause::kToken), HasSubstr("expired"));
  EXPECT_THAT(problem(ErrorCause::kUnknown), HasSubstr("is refused"));
}

TEST(AdviseOnFailureTest, TellsNetworksApart) {
  const auto problem = [](ErrorCause cause) {
    return Advise(Failure(StatusCode::kUnavailable, cause)).problem;
  };

  EXPECT_EQ(problem(ErrorCause::kName), "the name of pipeline.example can't be looked up");
  EXPECT_EQ(problem(ErrorCause::kConnection), "no connection to pipeline.example");
  EXPECT_THAT(problem(ErrorCause::kTls), HasSubstr("no trusted TLS connection"));
  EXPECT_THAT(problem(ErrorCause::kProxy), HasSubstr("the proxy"));
  EXPECT_THAT(problem(ErrorCause::kSilence), HasSubstr("no whole answer"));
}

TEST(AdviseOnFailureTest, NamesTheProxyThatIsConfigured) {
  AccessPlace behind_proxy = MakePlace();
  behind_proxy.has_proxy = true;
  const Status failure = Failure(StatusCode::kUnavailable, ErrorCause::kConnection);

  EXPECT_THAT(AdviseOnFailure(failure, behind_proxy, kNow).remedy,
              HasSubstr("check the proxy that is configured"));
  EXPECT_THAT(Advise(failure).remedy, HasSubstr("or give a proxy"));
}

TEST(AdviseOnFailureTest, TellsAFailureToFetchTheCredentialFromOneOfTheCall) {
  const Status fetch(StatusCode::kUnavailable, "list_pipelines: credential default: iam: m");

  EXPECT_EQ(Advise(fetch).problem, "credential default has neither a key nor a token");
  EXPECT_EQ(Advise(fetch).remedy, "do what the reason says");
  AccessPlace found_nothing = MakePlace();
  found_nothing.from_chain = true;
  EXPECT_EQ(AdviseOnFailure(fetch, found_nothing, kNow).remedy,
            "set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK where this program is started, or give "
            "credentials in the configuration");
}

TEST(AdviseOnFailureTest, NamesTheSettingThatIamRefuses) {
  const std::string keys = "credentials.default.iam_user.";

  EXPECT_THAT(TokenRemedy(ErrorCause::kUser),
              AllOf(HasSubstr(keys + "user (metrics)"), HasSubstr(keys + "domain (acme)"),
                    HasSubstr(keys + "password,"), Not(HasSubstr("project"))));
  EXPECT_THAT(TokenRemedy(ErrorCause::kUserLocked), HasSubstr("correct " + keys + "password "));
  EXPECT_EQ(TokenRemedy(ErrorCause::kUserLocked, 403), TokenRemedy(ErrorCause::kUserLocked));
  EXPECT_THAT(TokenRemedy(ErrorCause::kPasswordExpired), HasSubstr("as metrics of acme"));
  EXPECT_THAT(TokenRemedy(ErrorCause::kAccount), HasSubstr("correct " + keys + "domain (acme)"));
  EXPECT_THAT(TokenRemedy(ErrorCause::kIamProject),
              HasSubstr("correct " + keys + "project (cn-north-4)"));
  EXPECT_THAT(TokenRemedy(ErrorCause::kUnknown, 403), HasSubstr("allow metrics programmatic"));
  EXPECT_EQ(TokenRemedy(ErrorCause::kUnknown, 404),
            "correct " + keys + "endpoint (https://iam.example)");
  EXPECT_EQ(TokenRemedy(ErrorCause::kUnknown, 503), "do what the reason says");
}

TEST(AdviseOnFailureTest, NamesTheFileOfThePasswordAndNeverThePassword) {
  IamUserCredential user = kUser;
  user.password.file = "/run/secrets/pw";

  for (const ErrorCause cause :
       {ErrorCause::kUser, ErrorCause::kUserLocked, ErrorCause::kPasswordExpired}) {
    EXPECT_THAT(
        TokenRemedy(cause, 401, user),
        AllOf(HasSubstr("iam_user.password_file (/run/secrets/pw)"), Not(HasSubstr("hunter2"))));
    EXPECT_THAT(TokenRemedy(cause), Not(HasSubstr("hunter2")));
  }
}

TEST(AdviseOnFailureTest, TellsARefusedTokenThatIamGaveFromOneThatWasGiven) {
  const Status refused =
      Failure(StatusCode::kUnauthenticated, ErrorCause::kToken, 401, "APIGW.0307");

  EXPECT_THAT(Advise(refused).remedy, HasSubstr("give a fresh token"));
  EXPECT_THAT(AdviseOnFailure(refused, MakePlace(&kUser), kNow).remedy,
              HasSubstr("credentials.default.iam_user.project (cn-north-4)"));
}

TEST(AdviseOnFailureTest, OffersThePolicyOnlyForAMissingPermission) {
  const AccessAdvice denied =
      Advise(Failure(StatusCode::kPermissionDenied, ErrorCause::kUnknown, 403, "APIGW.0302"));
  const AccessAdvice no_region =
      Advise(Failure(StatusCode::kPermissionDenied, ErrorCause::kUnknown, 403, "APIGW.0802"));

  EXPECT_TRUE(denied.needs_policy);
  EXPECT_FALSE(no_region.needs_policy);
  EXPECT_THAT(no_region.problem, HasSubstr("in this region"));
}

TEST(AdviseOnFailureTest, TellsAWrongProjectFromAWrongHost) {
  const auto problem = [](const char* error_code) {
    return Advise(Failure(StatusCode::kNotFound, ErrorCause::kUnknown, 404, error_code)).problem;
  };

  EXPECT_EQ(problem("DEVPIPE.30021001"), "no such project for this credential");
  EXPECT_EQ(problem("APIGW.0101"), "pipeline.example does not serve this API");
}

TEST(AdviseOnFailureTest, HasARemedyForEveryFailure) {
  for (const StatusCode code :
       {StatusCode::kInvalidArgument, StatusCode::kUnauthenticated, StatusCode::kPermissionDenied,
        StatusCode::kNotFound, StatusCode::kThrottled, StatusCode::kDeadlineExceeded,
        StatusCode::kUnavailable, StatusCode::kInvalidResponse, StatusCode::kCredentials,
        StatusCode::kInternal}) {
    const AccessAdvice advice = Advise(Failure(code, ErrorCause::kUnknown, 500));
    EXPECT_NE(advice.problem, "") << StatusCodeName(code);
    EXPECT_NE(advice.remedy, "") << StatusCodeName(code);
  }
}

TEST(LeastIamPolicyTest, OnlyReads) {
  EXPECT_THAT(LeastIamPolicy(),
              AllOf(HasSubstr("cloudpipeline:*:get\""), HasSubstr("cloudpipeline:*:list\"")));
}

}  // namespace
}  // namespace codearts
