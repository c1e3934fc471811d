#include "api/metadata_key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <variant>

#include "support/status_matchers.h"
#include "unit/api/secret_fetcher_fixture.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::kTestStart;
using ::codearts::testing::Reply;
using ::codearts::testing::StatusIs;
using ::testing::IsNull;
using ::testing::Pointee;

constexpr const char* kKeys = R"({"credential":{"access":"AK","secret":"SK","securitytoken":"ST",)"
                              R"("expires_at":"2024-06-01T12:00:00.000000Z"}})";

class MetadataKeySourceTest : public testing::SecretFetcherTest {
 protected:
  Result<FetchedSecret> Fetch() {
    MetadataKeySource source(EcsMetadataCredential(), tried_, scheduler_, clock_);
    return FetchBy(source);
  }

  std::string tried_;
};

TEST_F(MetadataKeySourceTest, FetchesKeysWithATokenOfTheService) {
  transport_.Script(Reply(200, "METADATA-TOKEN\n"));
  transport_.Script(Reply(200, kKeys));

  const auto fetched = Fetch();

  ASSERT_THAT(fetched, IsOk());
  const auto& keys = std::get<AccessKeys>(fetched->value);
  EXPECT_EQ(keys.access_key, "AK");
  EXPECT_EQ(keys.secret_key.Reveal(), "SK");
  EXPECT_EQ(keys.security_token.Reveal(), "ST");
  ASSERT_TRUE(fetched->validity);
  EXPECT_EQ(fetched->validity->expires_at, kTestStart + std::chrono::hours(12));
  EXPECT_EQ(fetched->validity->left, std::chrono::hours(12));
  EXPECT_EQ(Sent(0).method, "PUT");
  EXPECT_EQ(Sent(0).url, "http://169.254.169.254/meta-data/latest/api/token");
  EXPECT_THAT(FindHeader(Sent(0).headers, "X-Metadata-Token-Ttl-Seconds"),
              Pointee(std::string("21600")));
  EXPECT_EQ(Sent(0).timeout, std::chrono::seconds(3));
  EXPECT_EQ(Sent(1).method, "GET");
  EXPECT_EQ(Sent(1).url, "http://169.254.169.254/openstack/latest/securitykey");
  EXPECT_THAT(FindHeader(Sent(1).headers, "X-Metadata-Token"),
              Pointee(std::string("METADATA-TOKEN")));
}

TEST_F(MetadataKeySourceTest, AnOldServiceHandsOutKeysWithoutAToken) {
  for (const int status : {404, 405, 503}) {
    const std::size_t before = transport_.sent().size();
    transport_.Script(Reply(status, "no"));
    transport_.Script(Reply(200, kKeys));

    EXPECT_THAT(Fetch(), IsOk()) << status;

    ASSERT_EQ(transport_.sent().size(), before + 2);
    EXPECT_THAT(FindHeader(Sent(before + 1).headers, "X-Metadata-Token"), IsNull());
  }
}

TEST_F(MetadataKeySourceTest, MeasuresTheirLifeByTheServicesClock) {
  clock_.SetWallClock(kTestStart + std::chrono::hours(100));
  transport_.Script(Reply(200, "T"));
  transport_.Script(Reply(200, kKeys).Header("Date", "Sat, 01 Jun 2024 11:00:00 GMT"));

  const auto fetched = Fetch();

  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(fetched->validity->left, std::chrono::hours(1));
}

TEST_F(MetadataKeySourceTest, LongSecurityTokensStayWhole) {
  const std::string token(20'000, 's');
  std::string keys = kKeys;
  keys.replace(keys.find("\"ST\"") + 1, 2, token);
  transport_.Script(Reply(200, "T"));
  transport_.Script(Reply(200, keys));

  const auto fetched = Fetch();

  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(std::get<AccessKeys>(fetched->value).security_token.Reveal(), token);
}

TEST_F(MetadataKeySourceTest, AMachineWithoutAgencyHasNoCredential) {
  transport_.Script(Reply(404, "404 Not Found"));
  transport_.Script(Reply(404, "404 Not Found"));

  EXPECT_THAT(
      Fetch(),
      StatusIs(StatusCode::kCredentials,
               "metadata: HTTP 404; give this ECS an agency that may read CodeArts Pipeline"));
}

TEST_F(MetadataKeySourceTest, ASilentServiceIsAskedOnce) {
  transport_.Script(
      Reply(Status(StatusCode::kDeadlineExceeded, "PUT http://169.254.169.254: slow")));

  EXPECT_THAT(Fetch(), StatusIs(StatusCode::kDeadlineExceeded,
                                "metadata: PUT http://169.254.169.254: slow; ecs_metadata works on "
                                "an ECS only"));
  EXPECT_EQ(transport_.sent().size(), 1U);
}

TEST_F(MetadataKeySourceTest, AtTheEndOfTheChainAllThatWasTriedIsNamed) {
  tried_ = "ECS metadata was asked because A and B are not set";
  transport_.Script(Reply(Status(StatusCode::kUnavailable, "PUT http://x: no route")));

  EXPECT_THAT(Fetch(), StatusIs(StatusCode::kCredentials,
                                "no credential was found: metadata: PUT http://x: no route; "
                                "configure credentials; ECS metadata was asked because A and B are "
                                "not set"));
}

TEST_F(MetadataKeySourceTest, RefusesAnswersThatHoldNoKeys) {
  for (const char* body :
       {"<html>", "[]", "{}", R"({"credential":null})", R"({"credential":{"access":"A"}})",
        R"({"credential":{"access":"A","secret":"","securitytoken":"SIM-LEAK-SENTINEL"}})",
        R"({"credential":{"access":"A","secret":"S\n","securitytoken":"T"}})"}) {
    HttpResponse response;
    response.body = body;
    const auto keys = DecodeMetadataKeys(response, kTestStart);
    ASSERT_THAT(keys, StatusIs(StatusCode::kInvalidResponse)) << body;
    EXPECT_EQ(keys.status().message().find("SENTINEL"), std::string::npos);
  }
}

}  // namespace
}  // namespace codearts
