#ifndef CODEARTS_TESTS_SUPPORT_EXPOSITION_PARSER_H_
#define CODEARTS_TESTS_SUPPORT_EXPOSITION_PARSER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace codearts::testing {

struct ParsedSample {
  std::string name;  // With the suffix.
  std::vector<std::pair<std::string, std::string>> labels;
  std::string value;
  std::string exemplar;  // What follows " # ", as it is.

  bool operator==(const ParsedSample&) const = default;

  // Returns the label's value; "" if there is none.
  std::string Label(std::string_view label_name) const;
};

struct ParsedFamily {
  std::string name;
  std::string help;
  std::string type;
  std::string unit;
  std::vector<ParsedSample> samples;

  bool operator==(const ParsedFamily&) const = default;
};

// Reads a page, or part of one, in text format 0.0.4 or, if it ends in "# EOF", in OpenMetrics. As
// strict as we write: HELP, TYPE and UNIT come in this order before their family's samples, no
// family, series or label comes twice, values have no timestamps, text is UTF-8. Errors:
// kInvalidArgument with the line.
Result<std::vector<ParsedFamily>> ParseExposition(std::string_view page);

// Returns the sample of that name with all of `labels`, or nullptr. Lifetime: that of `families`.
const ParsedSample* FindSample(const std::vector<ParsedFamily>& families, std::string_view name,
                               const std::vector<std::pair<std::string, std::string>>& labels = {});

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_EXPOSITION_PARSER_H_
