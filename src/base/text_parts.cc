#include "base/text_parts.h"

#include <utility>

namespace codearts {

TextParts::TextParts(std::vector<std::string_view> parts, std::shared_ptr<const void> owner)
    : parts_(std::move(parts)), owner_(std::move(owner)) {
  for (const std::string_view part : parts_) size_ += part.size();
}

TextParts::TextParts(std::string text) {
  auto shared = std::make_shared<const std::string>(std::move(text));
  size_ = shared->size();
  parts_.push_back(*shared);
  owner_ = std::move(shared);
}

std::string TextParts::Join() const {
  std::string text;
  text.reserve(size_);
  for (const std::string_view part : parts_) text += part;
  return text;
}

}  // namespace codearts
