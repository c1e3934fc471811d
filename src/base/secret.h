#ifndef CODEARTS_BASE_SECRET_H_
#define CODEARTS_BASE_SECRET_H_

#include <string>
#include <string_view>

namespace codearts {

// A key, password or token. It has no operator<< and no formatter, so that it can't be logged or
// put in a message by accident; its memory is wiped when it dies or is assigned.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  bool empty() const { return value_.empty(); }

  // Returns the value, for signing and sending only. Lifetime: that of this object.
  std::string_view Reveal() const { return value_; }

  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

// Overwrites the characters of `text`, also those beyond its size, and empties it.
void Wipe(std::string& text);

}  // namespace codearts

#endif  // CODEARTS_BASE_SECRET_H_
