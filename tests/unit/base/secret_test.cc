#include "base/secret.h"

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace codearts {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printable<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<std::string, Secret>);

// Longer than any small-string buffer, and shorter than one.
const std::string kLong = "a secret that lives on the heap, not inside the object";
const std::string kShort = "short";

TEST(SecretTest, RevealsItsValueOnlyWhenAsked) {
  EXPECT_EQ(Secret(kLong).Reveal(), kLong);
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret(kShort).empty());
}

TEST(SecretTest, ComparesByValue) {
  EXPECT_EQ(Secret(kLong), Secret(kLong));
  EXPECT_NE(Secret(kLong), Secret(kShort));
}

TEST(SecretTest, CopiesAndAssigns) {
  for (const std::string& value : {kLong, kShort}) {
    const Secret original(value);
    const Secret copy(original);
    Secret assigned("other");
    assigned = original;
    const Secret& alias = assigned;
    assigned = alias;

    EXPECT_EQ(copy.Reveal(), value);
    EXPECT_EQ(assigned.Reveal(), value);
    EXPECT_EQ(original.Reveal(), value);
  }
}

TEST(SecretTest, MovingLeavesNothingBehind) {
  for (const std::string& value : {kLong, kShort}) {
    Secret source(value);
    Secret moved(std::move(source));
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(moved.Reveal(), value);

    Secret target("other");
    target = std::move(moved);
    EXPECT_TRUE(moved.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(target.Reveal(), value);
  }
}

TEST(SecretTest, WipeOverwritesTheWholeBuffer) {
  std::string text = kLong;
  const char* bytes = text.data();
  text.resize(10);  // The rest of the secret is still in the buffer, beyond size().

  Wipe(text);

  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);
  EXPECT_EQ(std::string(bytes, kLong.size()), std::string(kLong.size(), '\0'));
}

}  // namespace
}  // namespace codearts
