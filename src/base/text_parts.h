#ifndef CODEARTS_BASE_TEXT_PARTS_H_
#define CODEARTS_BASE_TEXT_PARTS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace codearts {

// A text in pieces that others keep, so that a page of many megabytes is sent without being copied
// together first. Copies share the text. Threads: as a const string.
class TextParts {
 public:
  TextParts() = default;
  // Lifetime: `owner` keeps the bytes of all pieces alive.
  TextParts(std::vector<std::string_view> parts, std::shared_ptr<const void> owner);
  // A text of one piece.
  explicit TextParts(std::string text);

  const std::vector<std::string_view>& parts() const { return parts_; }
  std::size_t size() const { return size_; }

  // Returns the text in one piece.
  std::string Join() const;

 private:
  std::vector<std::string_view> parts_;
  std::shared_ptr<const void> owner_;
  std::size_t size_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_BASE_TEXT_PARTS_H_
