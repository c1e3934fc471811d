#include "web/base64.h"

#include <gtest/gtest.h>

namespace codearts {
namespace {

// Those of RFC 4648, section 10, and the two digits that are no letters.
TEST(Base64Test, EncodesWithPadding) {
  EXPECT_EQ(EncodeBase64(""), "");
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foo"), "Zm9v");
  EXPECT_EQ(EncodeBase64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(EncodeBase64("\xFB\xFF"), "+/8=");
}

TEST(Base64Test, DecodesWhatItEncoded) {
  for (const char* bytes : {"f", "fo", "foo", "foobar", "\xFB\xFF"}) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
  }
}

}  // namespace
}  // namespace codearts
