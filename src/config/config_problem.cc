#include "config/config_problem.h"

#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace codearts {
namespace {

// Keys and patterns are as long as their writer likes.
std::string Cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  return std::string(text.substr(0, longest)) + "...";
}

}  // namespace

std::string FormatConfigProblem(const ConfigProblem& problem) {
  std::string line = problem.origin.file;
  if (problem.origin.line > 0) line += ":" + std::to_string(problem.origin.line);
  if (!problem.origin.key.empty()) line += ": " + Cut(problem.origin.key, 200);
  line += ": " + Cut(problem.problem, 500);
  if (!problem.remedy.empty()) line += "; " + problem.remedy;
  return EscapeControls(RepairUtf8(line));
}

}  // namespace codearts
