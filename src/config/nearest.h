#ifndef CODEARTS_CONFIG_NEAREST_H_
#define CODEARTS_CONFIG_NEAREST_H_

#include <string>
#include <string_view>
#include <vector>

namespace codearts {

// Returns the candidate that `word` is most likely a misspelling of (fewest edits, at most a third
// of its length), or "".
std::string FindNearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_NEAREST_H_
