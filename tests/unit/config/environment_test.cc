#include "config/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>
#include <string_view>
#include <utility>

#include "support/status_matchers.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using testing::IsOk;
using testing::StatusIs;

const Environment kEnvironment =
    testing::MakeEnvironment({{"NAME", "value"}, {"EMPTY", ""}, {"_x9", "${NAME}$$"}});

TEST(EnvironmentTest, ExpandsVariables) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"${NAME}", "value"},
      {"a${NAME}b${NAME}", "avaluebvalue"},
      {"${EMPTY}", ""},
      {"${_x9}", "${NAME}$$"},  // What a variable holds is not expanded again.
      {"-sandbox$", "-sandbox$"},
      {"$NAME", "$NAME"},
      {"$", "$"},
      {"$$", "$"},
      {"$${NAME}", "${NAME}"},
      {"$$${NAME}", "$value"},
      {"^a$|^b$", "^a$|^b$"},
  };
  for (const auto& [text, expanded] : cases) {
    const Result<std::string> result = ExpandVariables(text, kEnvironment);
    ASSERT_THAT(result, IsOk()) << text;
    EXPECT_EQ(*result, expanded) << text;
  }
}

TEST(EnvironmentTest, RefusesBrokenReferences) {
  EXPECT_THAT(ExpandVariables("a${MISSING}", kEnvironment),
              StatusIs(StatusCode::kInvalidArgument, "variable MISSING is not set"));
  EXPECT_THAT(ExpandVariables("${NAME", kEnvironment),
              StatusIs(StatusCode::kInvalidArgument, "\"${\" has no closing brace"));
  for (const std::string_view text : {"${}", "${9A}", "${A B}", "${A-B}", "${\xC3\xA4}"}) {
    EXPECT_THAT(ExpandVariables(text, kEnvironment),
                StatusIs(StatusCode::kInvalidArgument, "\"${...}\" holds no variable name"))
        << text;
  }
}

TEST(EnvironmentTest, EscapedTextExpandsToItself) {
  for (const std::string_view text :
       {"", "a", "$", "$$", "$$$", "${NAME}", "$${NAME}", "a$b$", "-sandbox$", "$$$${"}) {
    const Result<std::string> back = ExpandVariables(EscapeVariables(text), kEnvironment);
    ASSERT_THAT(back, IsOk()) << text;
    EXPECT_EQ(*back, text);
  }
  EXPECT_EQ(EscapeVariables("-sandbox$"), "-sandbox$");
}

TEST(EnvironmentTest, ReadsTheProcess) {
  // NOLINTBEGIN(concurrency-mt-unsafe): a test program of one thread.
  ASSERT_EQ(setenv("CODEARTS_TEST_VARIABLE", "x", 1), 0);
  EXPECT_EQ(ReadProcessEnvironment("CODEARTS_TEST_VARIABLE"), "x");
  ASSERT_EQ(unsetenv("CODEARTS_TEST_VARIABLE"), 0);
  // NOLINTEND(concurrency-mt-unsafe)
  EXPECT_EQ(ReadProcessEnvironment("CODEARTS_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace codearts
