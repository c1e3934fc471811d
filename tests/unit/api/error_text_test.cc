#include "api/error_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace codearts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct TextCase {
  const char* text;
  const char* shown;
};

TEST(SafeErrorTextTest, ShowsPlainSentences) {
  for (const TextCase& c : {
           TextCase{"The throttling threshold has been reached: policy user over "
                    "ratelimit,limit:200,time:5 minute",
                    "The throttling threshold has been reached: policy user over "
                    "ratelimit,limit:200,time:5 minute"},
           TextCase{"流水线不存在", "流水线不存在"},
           TextCase{"", ""},
           TextCase{"  two\n\tlines\r\n", "two lines"},
           TextCase{"a\xff", "a\uFFFD"},
       }) {
    EXPECT_EQ(SafeErrorText(c.text), c.shown);
  }
}

TEST(SafeErrorTextTest, StopsAtWhatMayIntroduceASecret) {
  for (const TextCase& c : {
           TextCase{"failed: Access=AKIAPLANTED, SignedHeaders=host", "failed:"},
           TextCase{"failed canonicalRequest:GET|/v5/", "failed"},
           TextCase{"bad Token abc", "bad"},
           TextCase{"wrong PASSWORD hunter2", "wrong"},
           TextCase{"ak PLANTED not exist", ""},
           TextCase{"invalid {\"sk\":\"PLANTED\"}", "invalid"},
           TextCase{"oops <html>PLANTED", "oops"},
           TextCase{"x-auth-token: PLANTED", "x-auth-"},
           TextCase{"sk=PLANTED", "sk"},
       }) {
    EXPECT_EQ(SafeErrorText(c.text), c.shown) << c.text;
  }
}

TEST(SafeErrorTextTest, HidesWordsThatLookLikeKeysOrAddresses) {
  for (const TextCase& c : {
           TextCase{"user HPUAPLANTEDPLANTED01 unknown", "user *** unknown"},
           TextCase{"pipeline 98b6ea1536374df883bcc3b129bca4e9, gone", "pipeline *** gone"},
           TextCase{"see https://u:p@example.com/ now", "see *** now"},
           TextCase{"mail li.wei@example.com now", "mail *** now"},
           TextCase{"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo/+abc done", "*** done"},
       }) {
    EXPECT_EQ(SafeErrorText(c.text), c.shown) << c.text;
  }
}

TEST(SafeErrorTextTest, ShowsAtMostTwoHundredBytesOfWholeWords) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "seven77 ";

  const std::string shown = SafeErrorText(text);

  EXPECT_EQ(shown.size(), 199U);
  EXPECT_TRUE(shown.ends_with(" seven77"));
}

TEST(ExplainRefusalTest, KnowsTheTextsOfTheGateway) {
  for (const TextCase& c : {
           TextCase{"Incorrect IAM authentication information: verify aksk signature fail, "
                    "canonicalRequest:GET|/|",
                    "the signature does not match: check the secret key"},
           TextCase{"Incorrect IAM authentication information: calc aksk signature fail:signature "
                    "expired, signature time:20240601T000000Z, server time:20240601T001600Z",
                    "the signature's date is refused: check this machine's clock"},
           TextCase{"Incorrect IAM authentication information: ak PLANTED not exist",
                    "the access key does not exist"},
           TextCase{"AK access failed to reach the limit,forbidden",
                    "the access key is locked for 5 minutes after too many refusals"},
           TextCase{"decrypt token fail", "the token can't be read"},
           TextCase{"token expires, expires_at:2024", "the token has expired"},
           TextCase{"x-auth-token not found", "the request had no token"},
           TextCase{"Get secretKey failed", "the gateway could not look up the access key"},
           TextCase{"Get secretKey failed,decrypt token fail",
                    "the security token does not belong to the access key or has expired"},
           TextCase{"The username or password is wrong.",
                    "the user name, the password or the account is wrong"},
           TextCase{"The project scope is not accessible.",
                    "there is no such IAM project, or the user has no role in it"},
           TextCase{"Could not find project: PLANTED.", "there is no such IAM project"},
           TextCase{"Could not find domain: PLANTED.", "there is no such account"},
           TextCase{"The account is locked. Try again in 15 minutes.",
                    "the user is locked after too many wrong passwords: wait a quarter of an hour"},
           TextCase{"The password has expired.",
                    "the password has expired: sign in to the console and change it"},
           TextCase{"You are not allowed, PLANTED", ""},
       }) {
    EXPECT_EQ(ExplainRefusal(c.text).meaning, c.shown) << c.text;
    EXPECT_THAT(std::string(ExplainRefusal(c.text).meaning), Not(HasSubstr("PLANTED")));
  }
}

TEST(ExplainCodeTest, SaysWhatToDoAboutEachRefusalOfTheGateway) {
  for (const char* code : {"0101", "0103", "0302", "0303", "0304", "0305", "0306", "0307", "0310",
                           "0401", "0402", "0404", "0801", "0802"}) {
    EXPECT_NE(ExplainCode(std::string("APIGW.") + code), "") << code;
    EXPECT_EQ(ExplainCode(std::string("APIG.") + code), ExplainCode(std::string("APIGW.") + code));
  }
  EXPECT_EQ(ExplainCode("APIGW.0802"),
            "the IAM user is forbidden in this region: check region and the user's projects");
  EXPECT_EQ(ExplainCode("DEVCP.0302"), "");
  EXPECT_EQ(ExplainCode("0302"), "");
  EXPECT_EQ(ExplainCode("APIGW.9999"), "");
}

TEST(SafeTokenTest, LetsThroughWhatLooksLikeACodeOrAnId) {
  EXPECT_EQ(SafeToken("APIGW.0308"), "APIGW.0308");
  EXPECT_EQ(SafeToken("DEV_21_100169"), "DEV_21_100169");
  EXPECT_EQ(SafeToken("d4e8-41"), "d4e8-41");
  EXPECT_EQ(SafeToken(std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(SafeToken(std::string(65, 'a')), "");
  EXPECT_EQ(SafeToken("a b"), "");
  EXPECT_EQ(SafeToken("a\nb"), "");
  EXPECT_EQ(SafeToken("Access=PLANTED"), "");
}

}  // namespace
}  // namespace codearts
