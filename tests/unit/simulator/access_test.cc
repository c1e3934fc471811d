#include "simulator/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time_format.h"
#include "sim_testing.h"
#include "simulator/signature.h"

namespace codearts::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

std::string Hex(const std::array<unsigned char, EVP_MAX_MD_SIZE>& bytes, unsigned int size) {
  const std::vector<char> text(bytes.begin(), bytes.begin() + size);
  return HexEncode(std::string_view(text.data(), text.size()));
}

// Signs host and date of `request`, as a client does.
Request Signed(Request request, const std::string& access_key, const std::string& secret_key,
               Timestamp date) {
  request.headers.push_back({"Host", "127.0.0.1"});
  request.headers.push_back({"X-Sdk-Date", FormatSdkDate(date)});
  const std::string canonical = CanonicalRequest(request, "host;x-sdk-date");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(canonical.data(), canonical.size(), digest.data(), &size, EVP_sha256(), nullptr);
  const std::string text = "SDK-HMAC-SHA256\n" + FormatSdkDate(date) + "\n" + Hex(digest, size);
  const std::vector<unsigned char> bytes(text.begin(), text.end());
  HMAC(EVP_sha256(), secret_key.data(), static_cast<int>(secret_key.size()), bytes.data(),
       bytes.size(), digest.data(), &size);
  request.headers.push_back(
      {"Authorization", "SDK-HMAC-SHA256 Access=" + access_key +
                            ", SignedHeaders=host;x-sdk-date, Signature=" + Hex(digest, size)});
  return request;
}

Request WithToken(Request request, const std::string& token) {
  request.headers.push_back({"X-Auth-Token", token});
  return request;
}

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() { access_.AddKey("AK", "SK"); }

  std::optional<std::string> Refuse(const std::string& ak, const std::string& sk, Timestamp date) {
    return access_.Refuse(Signed(Get("/v5/p/x"), ak, sk, date), now_);
  }

  TokenService tokens_{{}};
  AccessControl access_{tokens_};
  Timestamp now_ = kTestStart;
};

TEST_F(AccessTest, LetsEverythingPassUntilACredentialIsKnown) {
  AccessControl open(tokens_);
  EXPECT_EQ(open.Refuse(Get("/v5/x"), now_), std::nullopt);
  open.RequireCredential();
  EXPECT_THAT(open.Refuse(Get("/v5/x"), now_), Optional(std::string("x-auth-token not found")));
}

TEST_F(AccessTest, SaysWhatIsWrong) {
  EXPECT_EQ(Refuse("AK", "SK", now_), std::nullopt);
  EXPECT_THAT(access_.Refuse(Get("/v5/x"), now_), Optional(HasSubstr("x-auth-token not found")));
  EXPECT_THAT(Refuse("other", "SK", now_), Optional(std::string("ak other not exist")));
  EXPECT_THAT(Refuse("AK", "wrong", now_),
              Optional(HasSubstr("verify aksk signature fail, canonicalRequest:GET|/v5/p/x/||")));
  EXPECT_THAT(Refuse("AK", "SK", now_ - hours(1)), Optional(HasSubstr("signature expired")));
  EXPECT_THAT(access_.Refuse(WithToken(Get("/v5/x"), "?"), now_),
              Optional(std::string("decrypt token fail")));
}

TEST_F(AccessTest, MoreThanFiveFailuresInARowLockTheKeyForFiveMinutes) {
  const std::string locked = "AK access failed to reach the limit,forbidden";
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Refuse("AK", "bad", now_), Optional(HasSubstr("verify")));
  EXPECT_EQ(Refuse("AK", "bad", now_), locked);
  EXPECT_EQ(Refuse("AK", "SK", now_), locked) << "a good signature does not help";

  now_ += minutes(5) - Duration(1);
  EXPECT_EQ(Refuse("AK", "SK", now_), locked);
  now_ += Duration(1);
  EXPECT_EQ(Refuse("AK", "SK", now_), std::nullopt);
}

TEST_F(AccessTest, SuccessForgivesEarlierFailures) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) Refuse("AK", "bad", now_);
    EXPECT_EQ(Refuse("AK", "SK", now_), std::nullopt);
  }
}

TEST_F(AccessTest, KeysCanBeReplaced) {
  EXPECT_TRUE(access_.RemoveKey("AK"));
  EXPECT_FALSE(access_.RemoveKey("AK"));
  access_.AddKey("AK2", "SK2");
  EXPECT_THAT(Refuse("AK", "SK", now_), Optional(std::string("ak AK not exist")));
  EXPECT_EQ(Refuse("AK2", "SK2", now_), std::nullopt);
}

TEST_F(AccessTest, TemporaryKeyWantsItsTokenAndEnds) {
  access_.AddTemporaryKey("TMP", "SK", "token", now_ + hours(1));
  const auto refuse = [&](const std::string& token) {
    Request request = Signed(Get("/v5/x"), "TMP", "SK", now_);
    if (!token.empty()) request.headers.push_back({"X-Security-Token", token});
    return access_.Refuse(request, now_);
  };
  EXPECT_EQ(refuse("token"), std::nullopt);
  EXPECT_THAT(refuse(""), Optional(HasSubstr("Get secretKey failed")));
  EXPECT_THAT(refuse("other"), Optional(HasSubstr("Get secretKey failed")));
  now_ += hours(1);
  EXPECT_THAT(refuse("token"), Optional(HasSubstr("Get secretKey failed")));
}

TEST_F(AccessTest, StaticTokenPasses) {
  access_.AddStaticToken("fixed");
  EXPECT_EQ(access_.Refuse(WithToken(Get("/v5/x"), "fixed"), now_), std::nullopt);
}

constexpr const char* kLogin =
    R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"metrics",)"
    R"("password":"pw","domain":{"name":"acme"}}}},"scope":{"project":{"name":"cn-north-4"}}}})";

SimulatorOptions WithIam() {
  SimulatorOptions options = QuietOptions();
  options.iam.users = {{"acme", "metrics", "pw"}};
  options.iam.lifetime = hours(1);
  options.server_time_is_virtual = true;
  return options;
}

class IamTest : public ::testing::Test {
 protected:
  std::string Login() {
    const Reply reply = simulator_.Handle(Post("/v3/auth/tokens", kLogin));
    EXPECT_EQ(reply.status, 201);
    const std::string* token = FindHeader(reply.headers, "X-Subject-Token");
    return token == nullptr ? "" : *token;
  }
  Reply Ask(const std::string& token) {
    return simulator_.Handle(
        WithToken({"GET", "/v4/projects", "offset=0&limit=10", {}, ""}, token));
  }

  FakeClock clock_;
  Simulator simulator_{WithIam(), clock_};
};

TEST_F(IamTest, TokenComesInAHeaderAndPassesUntilItEnds) {
  const std::string token = Login();
  EXPECT_GT(token.size(), 4000u);
  EXPECT_EQ(Ask(token).status, 200);

  simulator_.Advance(hours(1) - seconds(1));
  EXPECT_EQ(Ask(token).status, 200);
  simulator_.Advance(seconds(1));
  const Reply refused = Ask(token);
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("token expires, expires_at:2024-06-01T01:00:00Z"));
}

TEST_F(IamTest, NewTokenDoesNotEndTheOldOne) {
  const std::string first = Login();
  const std::string second = Login();
  EXPECT_NE(first, second);
  EXPECT_EQ(Ask(first).status, 200);
  EXPECT_EQ(Ask(second).status, 200);
}

TEST_F(IamTest, RevokedTokensAreRefused) {
  const std::string token = Login();
  simulator_.RevokeTokens();
  EXPECT_EQ(Ask(token).status, 401);
}

TEST_F(IamTest, BodySaysWhenTheTokenEnds) {
  const auto body = Body(simulator_.Handle(Post("/v3/auth/tokens", kLogin)));
  EXPECT_STREQ(body["token"]["expires_at"].GetString(), "2024-06-01T01:00:00.000000Z");
}

TEST_F(IamTest, RefusesWrongLogins) {
  const auto status = [&](std::string_view from, std::string_view to) {
    std::string body = kLogin;
    body.replace(body.find(from), from.size(), to);
    return simulator_.Handle(Post("/v3/auth/tokens", body)).status;
  };
  EXPECT_EQ(status("\"pw\"", "\"no\""), 401);
  EXPECT_EQ(status("acme", "none"), 401);
  EXPECT_EQ(status("cn-north-4", "cn-east-3"), 401);
  EXPECT_EQ(status("\"methods\"", "\"nothing\""), 400);
  EXPECT_EQ(simulator_.Handle(Post("/v3/auth/tokens", "{")).status, 400);
}

TEST_F(IamTest, ChecksATokenAndListsTheOneProject) {
  const std::string token = Login();
  Request check = WithToken(Get("/v3/auth/tokens"), token);
  check.headers.push_back({"X-Subject-Token", token});
  EXPECT_EQ(simulator_.Handle(check).status, 200);

  const auto projects = [&](const std::string& name) {
    return Body(simulator_.Handle(
        WithToken({"GET", "/v3/projects", "name=" + name, {}, ""}, token)))["projects"]
        .Size();
  };
  EXPECT_EQ(projects("cn-north-4"), 1u);
  EXPECT_EQ(projects("cn-north-1"), 0u);
}

class MetadataTest : public ::testing::Test {
 protected:
  static SimulatorOptions Options(MetadataService::Mode mode) {
    SimulatorOptions options = QuietOptions();
    options.metadata.mode = mode;
    options.server_time_is_virtual = true;
    return options;
  }
  static Request TokenRequest() {
    return {
        "PUT", "/meta-data/latest/api/token", "", {{"X-Metadata-Token-Ttl-Seconds", "21600"}}, ""};
  }
  static Request KeyRequest(const std::string& token) {
    return {"GET", "/openstack/latest/securitykey", "", {{"X-Metadata-Token", token}}, ""};
  }
  FakeClock clock_;
};

TEST_F(MetadataTest, HandsOutKeysThatPass) {
  Simulator simulator(Options(MetadataService::Mode::kToken), clock_);
  const std::string token = simulator.Handle(TokenRequest()).body;
  const auto body = Body(simulator.Handle(KeyRequest(token)));
  const auto& credential = body["credential"];
  const auto ask = [&] {
    Request request = Signed({"GET", "/v4/projects", "offset=0&limit=10", {}, ""},
                             credential["access"].GetString(), credential["secret"].GetString(),
                             simulator.With([](World& world) { return world.now(); }));
    request.headers.push_back({"X-Security-Token", credential["securitytoken"].GetString()});
    return simulator.Handle(request).status;
  };
  EXPECT_STREQ(credential["expires_at"].GetString(), "2024-06-01T06:00:00.000000Z");
  EXPECT_EQ(ask(), 200);
  EXPECT_EQ(simulator.Handle(Get("/v4/projects", "offset=0&limit=10")).status, 401);

  simulator.Advance(hours(6));
  EXPECT_EQ(ask(), 401);
  EXPECT_EQ(simulator.Handle(KeyRequest(token)).status, 401) << "the token has ended too";
  const auto renewed = Body(simulator.Handle(KeyRequest(simulator.Handle(TokenRequest()).body)));
  EXPECT_STRNE(renewed["credential"]["access"].GetString(), credential["access"].GetString());
}

TEST_F(MetadataTest, KeepsAKeyForHalfItsLife) {
  Simulator simulator(Options(MetadataService::Mode::kOpen), clock_);
  const auto key = [&] {
    return std::string(Body(simulator.Handle(KeyRequest("")))["credential"]["access"].GetString());
  };
  const std::string first = key();
  simulator.Advance(hours(3) - seconds(1));
  EXPECT_EQ(key(), first);
  simulator.Advance(seconds(1));
  EXPECT_NE(key(), first);
}

TEST_F(MetadataTest, ModesDiffer) {
  Simulator with_token(Options(MetadataService::Mode::kToken), clock_);
  EXPECT_EQ(with_token.Handle(KeyRequest("")).status, 401);
  EXPECT_EQ(with_token.Handle({"PUT", "/meta-data/latest/api/token", "", {}, ""}).status, 400);

  Simulator open(Options(MetadataService::Mode::kOpen), clock_);
  EXPECT_EQ(open.Handle(TokenRequest()).status, 405);
  EXPECT_EQ(open.Handle(KeyRequest("")).status, 200);

  Simulator off(Options(MetadataService::Mode::kOff), clock_);
  EXPECT_EQ(off.Handle(TokenRequest()).status, 404);
  EXPECT_EQ(off.Handle(KeyRequest("")).status, 404);
}

}  // namespace
}  // namespace codearts::sim
