#include "auth/profile_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ProfileFileTest, ReadsTheKeysOfSectionBasic) {
  const auto keys = ParseProfile(
      "# made by hand\n"
      "[global]\n"
      "ak = other\n"
      "sk = other\n"
      "\n"
      "[basic]\n"
      "ak = AK\n"
      "; project_id is of no use here\n"
      "project_id = 0123\n"
      "sk=SK/+=\n"
      "security_token = \"TOKEN\"\n");

  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->access_key, "AK");
  EXPECT_EQ(keys->secret_key.Reveal(), "SK/+=");
  EXPECT_EQ(keys->security_token.Reveal(), "TOKEN");
}

TEST(ProfileFileTest, ToleratesWhatEditorsLeave) {
  const auto keys = ParseProfile("\xEF\xBB\xBF [ Basic ] \r\n\tAK : AK1\r\n  sk = 'SK1'  \r\n");

  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->access_key, "AK1");
  EXPECT_EQ(keys->secret_key.Reveal(), "SK1");
  EXPECT_TRUE(keys->security_token.empty());
}

TEST(ProfileFileTest, SaysWhatIsWrongAndWhere) {
  const struct {
    std::string text;
    std::string message;
  } cases[] = {
      {"", "section [basic] is missing"},
      {"[global]\nak = a\nsk = b\n", "section [basic] is missing"},
      {"[basic]\nsk = b\n", "ak is missing in section [basic]"},
      {"[basic]\nak = a\n", "sk is missing in section [basic]"},
      {"[basic]\nak =\nsk = b\n", "ak is missing in section [basic]"},
      {"[basic]\nidp_id = x\nid_token_file = /t\n",
       "holds idp_id and id_token_file only, which are not supported: give ak and sk"},
      {"\n[basic\nak = a\n", "line 2: section without a closing bracket"},
      {"[basic]\nak = a\n\nsecret\n", "line 4: neither a [section] nor key = value"},
      {"ak = a\n", "line 1: key before the first [section]"},
      {"[basic]\nak = a\nsk = b # mine\n",
       "line 3: sk holds a space; a comment needs a line of its own"},
      {std::string("[basic]\nak = a\nsk = b\x01\n"),
       "line 3: sk holds a line break or another control character"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(ParseProfile(one.text), StatusIs(StatusCode::kCredentials, one.message))
        << one.text;
  }
}

TEST(ProfileFileTest, NeverShowsWhatItReads) {
  EXPECT_THAT(ParseProfile("[basic]\nak = a\nSIM-LEAK-SENTINEL\n"),
              StatusIs(StatusCode::kCredentials, Not(HasSubstr("SENTINEL"))));
  EXPECT_THAT(ParseProfile("[basic]\nsk = SIM-LEAK-SENTINEL x\n"),
              StatusIs(StatusCode::kCredentials, Not(HasSubstr("SENTINEL"))));
}

}  // namespace
}  // namespace codearts
