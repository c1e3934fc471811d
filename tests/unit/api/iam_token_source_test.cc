#include "api/iam_token_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "support/status_matchers.h"
#include "support/temp_dir.h"
#include "unit/api/secret_fetcher_fixture.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::kTestStart;
using ::codearts::testing::Reply;
using ::codearts::testing::StatusIs;
using ::codearts::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;
using ::testing::StartsWith;

constexpr const char* kBody =
    R"({"token":{"issued_at":"2024-05-31T23:00:00.000000Z","expires_at":"2024-06-01T23:00:00.000000Z"}})";

class IamTokenSourceTest : public testing::SecretFetcherTest {
 protected:
  IamTokenSourceTest() {
    user_ = {"acme", "metrics", {Secret("pass\"word"), ""}, "cn-north-4", "https://iam.test"};
  }

  IamTokenSource& source() {
    if (!source_) source_ = std::make_unique<IamTokenSource>(user_, scheduler_, clock_);
    return *source_;
  }

  Result<FetchedSecret> Fetch() { return FetchBy(source()); }

  static Reply Keystone(int status, const std::string& message) {
    return Reply(status, R"({"error":{"code":)" + std::to_string(status) + R"(,"message":")" +
                             message + R"(","title":"T"}})");
  }

  IamUserCredential user_;
  std::unique_ptr<IamTokenSource> source_;
};

TEST_F(IamTokenSourceTest, AsksForATokenOfTheProject) {
  transport_.Script(Reply(201, kBody).Header("x-subject-token", "TOKEN"));

  const auto fetched = Fetch();

  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(std::get<Secret>(fetched->value).Reveal(), "TOKEN");
  ASSERT_TRUE(fetched->validity);
  EXPECT_EQ(fetched->validity->expires_at, kTestStart + std::chrono::hours(23));
  EXPECT_EQ(fetched->validity->left, std::chrono::hours(24));
  const HttpRequest& request = Sent(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://iam.test/v3/auth/tokens?nocatalog=true");
  EXPECT_THAT(FindHeader(request.headers, "Content-Type"),
              Pointee(std::string("application/json;charset=utf8")));
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.secret_body.Reveal(),
            R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"metrics",)"
            R"("password":"pass\"word","domain":{"name":"acme"}}}},)"
            R"("scope":{"project":{"name":"cn-north-4"}}}})");
}

TEST_F(IamTokenSourceTest, TakesTokensOfAHundredThousandCharacters) {
  const std::string token(100'000, 't');
  transport_.Script(Reply(201, kBody).Header("X-Subject-Token", token));

  const auto fetched = Fetch();

  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(std::get<Secret>(fetched->value).Reveal(), token);
}

TEST_F(IamTokenSourceTest, SaysWhatToCheckForEachRefusal) {
  const struct {
    int status;
    const char* text;
    StatusCode code;
    const char* message;
  } cases[] = {
      {401, "The username or password is wrong.", StatusCode::kUnauthenticated,
       "iam: HTTP 401: the user name, the password or the account is wrong; check user, password "
       "and domain (the account's name) of iam_user: it must be an IAM user, not a HUAWEI ID"},
      {401, "The project scope is not accessible.", StatusCode::kUnauthenticated,
       "iam: HTTP 401: there is no such IAM project, or the user has no role in it; check project "
       "of iam_user, and give the user a role in cn-north-4"},
      {401, "Could not find domain: x.", StatusCode::kUnauthenticated,
       "iam: HTTP 401: there is no such account; check domain of iam_user: the account's name"},
      {401, "The account is locked.", StatusCode::kUnauthenticated,
       "iam: HTTP 401: the user is locked after too many wrong passwords: wait a quarter of an "
       "hour; then have the right password in iam_user"},
      {401, "The password has expired.", StatusCode::kUnauthenticated,
       "iam: HTTP 401: the password has expired: sign in to the console and change it; then give "
       "the new one as password of iam_user"},
      {401, "Something new.", StatusCode::kUnauthenticated,
       "iam: HTTP 401; check domain (the account's name), user, password and project of iam_user: "
       "it must be an IAM user, not a HUAWEI ID, with a role in project cn-north-4"},
      {403, "No.", StatusCode::kPermissionDenied,
       "iam: HTTP 403; allow the IAM user programmatic access from this address, and give it a "
       "role in project cn-north-4"},
      {403, "The account is locked.", StatusCode::kPermissionDenied,
       "iam: HTTP 403: the user is locked after too many wrong passwords: wait a quarter of an "
       "hour; then have the right password in iam_user"},
      {403, "This address is blocked.", StatusCode::kPermissionDenied,
       "iam: HTTP 403; allow the IAM user programmatic access from this address, and give it a "
       "role in project cn-north-4"},
      {404, "Not here.", StatusCode::kCredentials,
       "iam: HTTP 404: Not here.; check endpoint and project of iam_user: https://iam.test does "
       "not know what it was asked for"},
      {400, "Invalid username.", StatusCode::kCredentials,
       "iam: HTTP 400: Invalid username.; check endpoint, domain and user of iam_user"},
  };
  for (const auto& one : cases) {
    transport_.Script(Keystone(one.status, one.text));
    EXPECT_THAT(Fetch(), StatusIs(one.code, one.message));
  }
}

TEST_F(IamTokenSourceTest, RepeatsWhatMayPassAndNamesTheEndpoint) {
  transport_.SetHandler([](const HttpRequest&) { return Reply(503, "busy"); });

  EXPECT_THAT(Fetch(),
              StatusIs(StatusCode::kUnavailable,
                       "iam: HTTP 503; no token can be fetched until IAM at https://iam.test "
                       "answers; check that it can be reached from here"));
  EXPECT_GT(transport_.sent().size(), 1U);
}

TEST_F(IamTokenSourceTest, AThrottledFetchStaysThrottled) {
  transport_.SetHandler([](const HttpRequest&) { return Reply(429).Header("Retry-After", "60"); });

  EXPECT_THAT(Fetch(), StatusIs(StatusCode::kThrottled));
}

TEST_F(IamTokenSourceTest, FollowsThePasswordFile) {
  const TempDir folder;
  user_.password = {Secret(), folder.Write("pw", "first\n")};
  transport_.Script(Reply(201, kBody).Header("X-Subject-Token", "T"));
  transport_.Script(Reply(201, kBody).Header("X-Subject-Token", "T"));
  ASSERT_THAT(Fetch(), IsOk());
  EXPECT_FALSE(source().HasChanged());

  folder.Write("pw", "second\n");

  EXPECT_TRUE(source().HasChanged());
  EXPECT_FALSE(source().HasChanged());
  ASSERT_THAT(Fetch(), IsOk());
  EXPECT_THAT(Sent(0).secret_body.Reveal(), HasSubstr("\"first\""));
  EXPECT_THAT(Sent(1).secret_body.Reveal(), HasSubstr("\"second\""));
}

TEST_F(IamTokenSourceTest, AnUnreadablePasswordIsNotSent) {
  user_.password = {Secret(), "/nonexistent/pw"};
  EXPECT_THAT(Fetch(),
              StatusIs(StatusCode::kCredentials, "/nonexistent/pw: No such file or directory"));
  EXPECT_TRUE(transport_.sent().empty());
}

TEST_F(IamTokenSourceTest, APasswordThatIsNotUtf8IsNotSent) {
  user_.password = {Secret("\xFF"), ""};
  EXPECT_THAT(Fetch(), StatusIs(StatusCode::kCredentials, "iam_user.password is not UTF-8"));
  EXPECT_TRUE(transport_.sent().empty());
}

TEST_F(IamTokenSourceTest, NeverShowsPasswordOrToken) {
  user_.password = {Secret("SIM-LEAK-SENTINEL"), ""};
  transport_.Script(Keystone(401, "wrong password SIM-LEAK-SENTINEL"));
  transport_.Script(Keystone(400, "password=SIM-LEAK-SENTINEL"));
  transport_.Script(Reply(201, "SIM-LEAK-SENTINEL").Header("X-Subject-Token", "T"));
  transport_.Script(Reply(201, kBody).Header("X-Subject-Token", "SIM-LEAK-SENTINEL\x01"));
  for (int i = 0; i < 4; ++i) {
    const auto fetched = Fetch();
    ASSERT_FALSE(fetched.ok());
    EXPECT_THAT(fetched.status().message(), AllOf(StartsWith("iam: "), Not(HasSubstr("SENTINEL"))));
  }
}

TEST(DecodeIamTokenTest, RefusesAnswersThatHoldNoToken) {
  const auto decode = [](const char* body, const char* token) {
    HttpResponse response;
    response.status_code = 201;
    response.body = body;
    if (token != nullptr) response.headers.push_back({"X-Subject-Token", token});
    return DecodeIamToken(std::move(response), kTestStart);
  };
  EXPECT_THAT(decode(kBody, nullptr),
              StatusIs(StatusCode::kInvalidResponse, "iam: answer without X-Subject-Token"));
  EXPECT_THAT(decode(kBody, ""),
              StatusIs(StatusCode::kInvalidResponse, "iam: X-Subject-Token is empty"));
  EXPECT_THAT(decode("<html>", "T"), StatusIs(StatusCode::kInvalidResponse, StartsWith("iam: ")));
  EXPECT_THAT(decode("[]", "T"),
              StatusIs(StatusCode::kInvalidResponse, "iam: answer without token"));
  EXPECT_THAT(decode("{}", "T"),
              StatusIs(StatusCode::kInvalidResponse, "iam: answer without token"));

  const auto unknown_end = decode(R"({"token":{"expires_at":null}})", "T");
  ASSERT_THAT(unknown_end, IsOk());
  EXPECT_FALSE(unknown_end->validity);
}

}  // namespace
}  // namespace codearts
