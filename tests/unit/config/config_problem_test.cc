#include "config/config_problem.h"

#include <gtest/gtest.h>

#include <string>

namespace codearts {
namespace {

TEST(ConfigProblemTest, IsOneLineWithPlaceKeyProblemAndRemedy) {
  EXPECT_EQ(FormatConfigProblem({{"c.yaml", 12, "api.retries"}, "\"x\" is not valid", "give 3"}),
            "c.yaml:12: api.retries: \"x\" is not valid; give 3");
  EXPECT_EQ(FormatConfigProblem({{"c.yaml", 0, ""}, "can't be read", ""}), "c.yaml: can't be read");
}

TEST(ConfigProblemTest, HostileTextsStayOnTheLine) {
  EXPECT_EQ(FormatConfigProblem({{"c\n.yaml", 1, "a\rb\x1B[31m\xFF"}, "x\xE2\x80\xA8y", "z"}),
            "c\\n.yaml:1: a\\rb\\u001b[31m\xEF\xBF\xBD: x\\u2028y; z");
}

TEST(ConfigProblemTest, LongTextsAreCut) {
  const std::string long_text(100'000, 'x');
  EXPECT_EQ(FormatConfigProblem({{"c", 1, long_text}, long_text, "z"}),
            "c:1: " + std::string(200, 'x') + "...: " + std::string(500, 'x') + "...; z");
}

}  // namespace
}  // namespace codearts
