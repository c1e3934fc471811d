#ifndef CODEARTS_COLLECT_NAME_PATTERNS_H_
#define CODEARTS_COLLECT_NAME_PATTERNS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}  // namespace re2

namespace codearts {

// Compiled RE2 patterns, unanchored. Threads: safe.
class NamePatterns {
 public:
  // Requires patterns that compile: the configuration has checked them.
  explicit NamePatterns(const std::vector<std::string>& patterns);
  ~NamePatterns();
  NamePatterns(const NamePatterns&) = delete;
  NamePatterns& operator=(const NamePatterns&) = delete;

  // Returns the first pattern that matches, or nullptr. Lifetime: that of this object.
  const std::string* FindMatch(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_NAME_PATTERNS_H_
