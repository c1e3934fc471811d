#include "base/secret.h"

#include <string.h>

#include <utility>

namespace codearts {

void Wipe(std::string& text) {
  // resize() to the capacity makes every byte ours to overwrite without reallocating.
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret::Secret(std::string value) : value_(std::move(value)) {}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  Wipe(other.value_);
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    Wipe(value_);
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe(value_);
    value_ = std::move(other.value_);
    Wipe(other.value_);
  }
  return *this;
}

Secret::~Secret() {
  Wipe(value_);
}

}  // namespace codearts
