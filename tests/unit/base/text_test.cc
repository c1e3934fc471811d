#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace codearts {
namespace {

using ::testing::ElementsAre;

TEST(TextTest, ComparesAsciiWithoutRegardToCase) {
  EXPECT_TRUE(EqualsIgnoreCase("X-Sdk-Date", "x-sDK-dATE"));
  EXPECT_TRUE(EqualsIgnoreCase("", ""));
  EXPECT_FALSE(EqualsIgnoreCase("Host", "Hosts"));
  EXPECT_FALSE(EqualsIgnoreCase("Hosts", "Host"));
  EXPECT_FALSE(EqualsIgnoreCase("a[", "A{"));  // Neighbours of the letters, 32 apart.
}

TEST(TextTest, LowersAsciiLettersOnly) {
  EXPECT_EQ(ToLower("AZaz09-[\xC3\x84"), "azaz09-[\xC3\x84");
}

TEST(TextTest, TrimsWhitespaceAtBothEnds) {
  EXPECT_EQ(TrimWhitespace(" \t\r\n a b \f\v"), "a b");
  EXPECT_EQ(TrimWhitespace(" \n"), "");
  EXPECT_EQ(TrimWhitespace(""), "");
}

TEST(TextTest, SplitsKeepingEmptyParts) {
  EXPECT_THAT(Split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split("a", ','), ElementsAre("a"));
}

TEST(TextTest, PercentEncodesAllButUnreserved) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode(" +/*%\xE4\xB8\xAD"), "%20%2B%2F%2A%25%E4%B8%AD");
  EXPECT_EQ(PercentEncode(std::string_view("\0\xFF", 2)), "%00%FF");
}

TEST(TextTest, PercentDecodesWhatIsEncoded) {
  EXPECT_EQ(PercentDecode("%20%2b%2B%E4%B8%AD"), " ++\xE4\xB8\xAD");
  EXPECT_EQ(PercentDecode("a+b"), "a+b");
}

TEST(TextTest, LeavesBrokenPercentSequencesAlone) {
  for (const std::string_view text : {"%", "%4", "%4g", "%g4", "100%"}) {
    EXPECT_EQ(PercentDecode(text), text);
  }
  EXPECT_EQ(PercentDecode("%%41"), "%A");
}

TEST(TextTest, PercentDecodeUndoesPercentEncode) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);

  EXPECT_EQ(PercentDecode(PercentEncode(all)), all);
}

TEST(TextTest, HexEncodesInLowerCase) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\x0A\xFF", 3)), "000aff");
  EXPECT_EQ(HexEncode(""), "");
}

struct Utf8Case {
  const char* name;
  std::string_view text;
  std::string_view repaired;
};

class Utf8Test : public ::testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8Test, RepairsWhatIsInvalidAndKeepsTheRest) {
  const Utf8Case& c = GetParam();

  EXPECT_EQ(IsValidUtf8(c.text), c.text == c.repaired);
  EXPECT_EQ(RepairUtf8(c.text), c.repaired);
  EXPECT_TRUE(IsValidUtf8(RepairUtf8(c.text)));
}

#define FFFD "\xEF\xBF\xBD"

// The sequences of the Unicode Standard, section 3.9, tables 3-8 to 3-11, and the borders of 3-7.
INSTANTIATE_TEST_SUITE_P(
    Cases, Utf8Test,
    ::testing::Values(Utf8Case{"Empty", "", ""}, Utf8Case{"Ascii", "abc\x7F", "abc\x7F"},
                      Utf8Case{"Null", std::string_view("a\0b", 3), std::string_view("a\0b", 3)},
                      Utf8Case{"LowestTwo", "\xC2\x80", "\xC2\x80"},
                      Utf8Case{"LowestThree", "\xE0\xA0\x80", "\xE0\xA0\x80"},
                      Utf8Case{"BeforeSurrogates", "\xED\x9F\xBF", "\xED\x9F\xBF"},
                      Utf8Case{"AfterSurrogates", "\xEE\x80\x80", "\xEE\x80\x80"},
                      Utf8Case{"LowestFour", "\xF0\x90\x80\x80", "\xF0\x90\x80\x80"},
                      Utf8Case{"Highest", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
                      Utf8Case{"AboveHighest", "\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD},
                      Utf8Case{"OverlongTwo", "\xC0\xAF", FFFD FFFD},
                      Utf8Case{"OverlongThree", "\xE0\x80\xBF", FFFD FFFD FFFD},
                      Utf8Case{"OverlongFour", "\xF0\x81\x82\x41", FFFD FFFD FFFD "A"},
                      Utf8Case{"Surrogate", "\xED\xA0\x80", FFFD FFFD FFFD},
                      Utf8Case{"LoneContinuation", "a\x80z", "a" FFFD "z"},
                      Utf8Case{"FiveByteLead", "\xF8\x88", FFFD FFFD},
                      Utf8Case{"BytesFeAndFf", "\xFE\xFF", FFFD FFFD},
                      Utf8Case{"CutTwo", "\xC3", FFFD}, Utf8Case{"CutThree", "\xE1\x80", FFFD},
                      Utf8Case{"CutFour", "\xF1\x80\x80", FFFD},
                      Utf8Case{"TruncatedSequences", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41",
                               FFFD FFFD FFFD FFFD "A"},
                      Utf8Case{"CutByText", "\xE4\xB8中", FFFD "中"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

#undef FFFD

struct JsonCase {
  std::string_view text;
  std::string_view json;
};

TEST(TextTest, WritesJsonStringsOfOneLine) {
  const std::vector<JsonCase> cases = {
      {"", R"("")"},
      {"plain / text", R"("plain / text")"},
      {R"(say "hi" \ bye)", R"("say \"hi\" \\ bye")"},
      {"\n\r\t", R"("\n\r\t")"},
      {std::string_view("\0\x01\x1F\x7F", 4), R"("\u0000\u0001\u001f\u007f")"},
      {"\xC2\x80\xC2\x85\xC2\x9F\xC2\xA0", "\"\\u0080\\u0085\\u009f\xC2\xA0\""},
      {"\xE2\x80\xA8\xE2\x80\xA9", R"("\u2028\u2029")"},
      {"中😀", "\"中😀\""},
  };
  for (const JsonCase& c : cases) {
    std::string out = "x";
    AppendJsonString(c.text, out);
    EXPECT_EQ(out, "x" + std::string(c.json));
  }
}

TEST(TextTest, EscapesControlsOnly) {
  EXPECT_EQ(EscapeControls("a\"b\\c 中"), "a\"b\\c 中");
  EXPECT_EQ(EscapeControls("\n\r\t\x1B[0m\xE2\x80\xA8"), R"(\n\r\t\u001b[0m\u2028)");
}

}  // namespace
}  // namespace codearts
