#include "base/text_parts.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace codearts {
namespace {

TEST(TextPartsTest, IsEmptyAtFirst) {
  EXPECT_EQ(TextParts().size(), 0U);
  EXPECT_EQ(TextParts().Join(), "");
}

TEST(TextPartsTest, JoinsItsPieces) {
  const auto owner = std::make_shared<const std::string>("abcdef");
  const std::string_view text = *owner;

  const TextParts parts({text.substr(0, 2), "", text.substr(2)}, owner);

  EXPECT_EQ(parts.size(), 6U);
  EXPECT_EQ(parts.Join(), "abcdef");
}

TEST(TextPartsTest, KeepsTheOwnerAlive) {
  auto owner = std::make_shared<const std::string>("abcdef");
  const std::weak_ptr<const std::string> watched = owner;
  TextParts parts({*owner}, owner);
  TextParts copy = parts;
  owner.reset();
  parts = TextParts("other");

  EXPECT_EQ(copy.Join(), "abcdef");
  copy = TextParts();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace codearts
