#include "web/query.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Case {
  std::string name;
  std::string query;
  std::vector<QueryParameter> expected;
};

class ParseQueryTest : public ::testing::TestWithParam<Case> {};

TEST_P(ParseQueryTest, SplitsAndDecodes) {
  EXPECT_EQ(ParseQuery(GetParam().query), GetParam().expected);
}

const std::vector<Case> kCases = {
    {"Empty", "", {}},
    {"OneParameter", "project=abc", {{"project", "abc"}}},
    {"SeveralInOrder", "b=1&a=2", {{"b", "1"}, {"a", "2"}}},
    {"PercentAndPlus", "name=x+y%2F%E4%B8%AD", {{"name", "x y/\xE4\xB8\xAD"}}},
    {"EncodedSeparators", "a%3D=b%26c", {{"a=", "b&c"}}},
    {"EncodedPlusStays", "a=1%2B1", {{"a", "1+1"}}},
    {"Repeated", "a=1&a=2", {{"a", "1"}, {"a", "2"}}},
    {"WithoutValue", "a&b=", {{"a", ""}, {"b", ""}}},
    {"WithoutName", "=x", {{"", "x"}}},
    {"SecondEqualsIsValue", "a=b=c", {{"a", "b=c"}}},
    {"EmptyParts", "&&a=1&&", {{"a", "1"}}},
    {"BrokenPercent", "a=%&b=%2&c=%zz", {{"a", "%"}, {"b", "%2"}, {"c", "%zz"}}},
    {"NulByte", "a=%00", {{"a", std::string(1, '\0')}}},
    {"InvalidUtf8", "a=%FF", {{"a", "\xFF"}}},
};

INSTANTIATE_TEST_SUITE_P(All, ParseQueryTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(FindValuesTest, ReturnsEveryValueOfTheName) {
  const std::vector<QueryParameter> parameters = ParseQuery("a=1&b=2&a=3");

  EXPECT_THAT(FindValues(parameters, "a"), ElementsAre("1", "3"));
  EXPECT_THAT(FindValues(parameters, "A"), IsEmpty());
}

}  // namespace
}  // namespace codearts
