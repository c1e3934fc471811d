#ifndef CODEARTS_TESTS_UNIT_CONFIG_CONFIG_TEST_SUPPORT_H_
#define CODEARTS_TESTS_UNIT_CONFIG_CONFIG_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config_loader.h"

namespace codearts::testing {

inline constexpr std::string_view kProjectA = "54f90b75fc1447b1b65e8d3a9f77923d";
inline constexpr std::string_view kProjectB = "0123456789abcdef0123456789abcdef";

using Variables = std::map<std::string, std::string>;

inline Environment MakeEnvironment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

inline LoadResult Parse(std::string_view yaml, Variables variables = {},
                        const FlagOverrides& flags = {}) {
  return ParseConfig(yaml, "c.yaml", MakeEnvironment(std::move(variables)), flags);
}

inline std::vector<std::string> Lines(const std::vector<ConfigProblem>& problems) {
  std::vector<std::string> lines;
  lines.reserve(problems.size());
  for (const ConfigProblem& problem : problems) lines.push_back(FormatConfigProblem(problem));
  return lines;
}

inline std::vector<std::string> ErrorsOf(std::string_view yaml, Variables variables = {},
                                         const FlagOverrides& flags = {}) {
  const LoadResult result = Parse(yaml, std::move(variables), flags);
  EXPECT_EQ(result.config.has_value(), result.errors.empty());
  return Lines(result.errors);
}

// Returns a configuration that must be right; a failure and defaults if it isn't.
inline Config ParseValid(std::string_view yaml, Variables variables = {},
                         const FlagOverrides& flags = {}) {
  LoadResult result = Parse(yaml, std::move(variables), flags);
  EXPECT_TRUE(result.config.has_value()) << ::testing::PrintToString(Lines(result.errors));
  return result.config.value_or(Config());
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_CONFIG_CONFIG_TEST_SUPPORT_H_
