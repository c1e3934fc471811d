#include "collect/name_patterns.h"

#include <re2/re2.h>

namespace codearts {

NamePatterns::NamePatterns(const std::vector<std::string>& patterns) {
  patterns_.reserve(patterns.size());
  for (const std::string& pattern : patterns) {
    patterns_.push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet));
  }
}

NamePatterns::~NamePatterns() = default;

const std::string* NamePatterns::FindMatch(std::string_view name) const {
  for (const std::unique_ptr<re2::RE2>& pattern : patterns_) {
    if (re2::RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *pattern)) {
      return &pattern->pattern();
    }
  }
  return nullptr;
}

}  // namespace codearts
