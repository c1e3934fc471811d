#include "config/environment.h"

#include <cstddef>
#include <cstdlib>
#include <utility>

namespace codearts {
namespace {

bool IsVariableName(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

Status BrokenReference(std::string problem) {
  return Status(StatusCode::kInvalidArgument, std::move(problem));
}

}  // namespace

std::optional<std::string> ReadProcessEnvironment(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes the environment.
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<std::string> ExpandVariables(std::string_view text, const Environment& environment) {
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] != '$' || (next != '$' && next != '{')) {
      expanded += text[i];
      continue;
    }
    if (next == '$') {
      expanded += '$';
      ++i;
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos) return BrokenReference("\"${\" has no closing brace");
    const std::string name(text.substr(i + 2, end - i - 2));
    if (!IsVariableName(name)) return BrokenReference("\"${...}\" holds no variable name");
    const std::optional<std::string> value = environment(name);
    if (!value) return BrokenReference("variable " + name + " is not set");
    expanded += *value;
    i = end;
  }
  return expanded;
}

std::string EscapeVariables(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    escaped += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '$' && (next == '$' || next == '{')) escaped += '$';
  }
  return escaped;
}

}  // namespace codearts
