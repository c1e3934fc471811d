#include "api/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Reads member "x" of a document {"x": <json>}; an empty `json` leaves the member out.
template <typename Read>
auto ReadX(const std::string& json, Read read) {
  JsonDocument document;
  EXPECT_THAT(document.Parse(json.empty() ? "{}" : R"({"x":)" + json + "}"), IsOk()) << json;
  return read(document.root());
}

template <typename T>
struct Case {
  const char* json;
  std::optional<T> expected;
};

TEST(JsonFieldsTest, ReadsInstantsInEveryTypeTheyComeIn) {
  const std::vector<Case<std::int64_t>> cases = {
      {"1674207197000", 1674207197000},
      {"\"1674207197000\"", 1674207197000},
      {"\" 1674207197000 \"", 1674207197000},
      {"1674207197000.0", 1674207197000},
      {"1674207197000.9", 1674207197000},
      {"\"1674207197000.9\"", 1674207197000},
      {"1.674207197e12", 1674207197000},
      {"\"1.674207197E12\"", 1674207197000},
      {"1", 1},
      {"253402300799999", 253402300799999},
      {"", std::nullopt},
      {"null", std::nullopt},
      {"\"\"", std::nullopt},
      {"\" \"", std::nullopt},
      {"0", std::nullopt},
      {"\"0\"", std::nullopt},
      {"0.0", std::nullopt},
      {"0.5", std::nullopt},
      {"-1", std::nullopt},
      {"\"-1674207197000\"", std::nullopt},
      {"253402300800000", std::nullopt},
      {"9223372036854775807", std::nullopt},
      {"18446744073709551615", std::nullopt},
      {"1e300", std::nullopt},
      {"\"1e999\"", std::nullopt},
      {"\"nan\"", std::nullopt},
      {"\"inf\"", std::nullopt},
      {"\"-inf\"", std::nullopt},
      {"\"0x10\"", std::nullopt},
      {"\"2023-01-20 17:33:17\"", std::nullopt},
      {"true", std::nullopt},
      {"[1674207197000]", std::nullopt},
      {"{}", std::nullopt},
  };
  for (const Case<std::int64_t>& c : cases) {
    const std::optional<Timestamp> expected =
        c.expected ? std::optional(FromEpochMillis(*c.expected)) : std::nullopt;
    EXPECT_EQ(ReadX(c.json, [](const JsonValue& o) { return ReadTime(o, "x"); }), expected)
        << c.json;
  }
}

TEST(JsonFieldsTest, ReadsSpansAndRefusesInstantsAsSpans) {
  const auto span = [](const std::string& json) {
    return ReadX(json, [](const JsonValue& o) { return ReadSpan(o, "x"); });
  };
  EXPECT_EQ(span("0"), Duration(0));
  EXPECT_EQ(span("\"1500\""), Duration(1500));
  EXPECT_EQ(span("31622400000"), Duration(31622400000));
  EXPECT_EQ(span("31622400001"), std::nullopt);
  EXPECT_EQ(span("1674207197000"), std::nullopt);
  EXPECT_EQ(span("-1"), std::nullopt);
  EXPECT_EQ(span("null"), std::nullopt);
  EXPECT_EQ(span("\"\""), std::nullopt);
}

TEST(JsonFieldsTest, ReadsBooleansInEveryTypeTheyComeIn) {
  const std::vector<Case<bool>> cases = {
      {"true", true},
      {"false", false},
      {"\"true\"", true},
      {"\"FALSE\"", false},
      {"1", true},
      {"0", false},
      {"\"1\"", true},
      {"\"0\"", false},
      {"", std::nullopt},
      {"null", std::nullopt},
      {"\"\"", std::nullopt},
      {"2", std::nullopt},
      {"\"yes\"", std::nullopt},
      {"[true]", std::nullopt},
  };
  for (const Case<bool>& c : cases) {
    EXPECT_EQ(ReadX(c.json, [](const JsonValue& o) { return ReadBool(o, "x"); }), c.expected)
        << c.json;
  }
}

TEST(JsonFieldsTest, ReadsTextAndNumbersAsText) {
  const std::vector<Case<std::string>> cases = {
      {"\"abc\"", "abc"},
      {"\"\\u0041\\n\"", "A\n"},
      {"2111677704", "2111677704"},
      {"-5", "-5"},
      {"18446744073709551615", "18446744073709551615"},
      {"", ""},
      {"null", ""},
      {"\"\"", ""},
      {"1.5", ""},
      {"true", ""},
      {"[\"a\"]", ""},
      {"{\"a\":1}", ""},
      {"\"a\\u0000b\"", std::string("a\0b", 3)},
      {"\"\\ud83d\\ude00\"", "\U0001F600"},
      {"\"\\ud83d\"", "\uFFFD"},
      {"\"\\ud83d\\n\"", "\uFFFD\n"},
      {"\"\\ud83d\\ud83d\\ude00\"", "\uFFFD\U0001F600"},
      {"\"\\\\ud83d\"", "\\ud83d"},
      {"\"\\ude00\"", "\uFFFD\uFFFD\uFFFD"},
      {"\"\xed\xa0\xbd\"", "\uFFFD\uFFFD\uFFFD"},
  };
  for (const Case<std::string>& c : cases) {
    EXPECT_EQ(ReadX(c.json, [](const JsonValue& o) { return ReadText(o, "x"); }), c.expected)
        << c.json;
  }
}

TEST(JsonFieldsTest, CutsTextsThatAreTooLong) {
  const auto text = [](const std::string& value) {
    return ReadX('"' + value + '"', [](const JsonValue& o) { return ReadText(o, "x"); });
  };
  const std::string longest(kMaxTextBytes, 'a');

  EXPECT_EQ(text(longest), longest);
  EXPECT_EQ(text(longest + "b"), longest);
  EXPECT_EQ(text(longest.substr(1) + "é"), longest.substr(1) + "\uFFFD");
}

TEST(JsonFieldsTest, ReadsTextsAndLeavesOutWhatIsNone) {
  const auto texts = [](const std::string& json) {
    return ReadX(json, [](const JsonValue& o) { return ReadTexts(o, "x"); });
  };
  EXPECT_THAT(texts(R"(["a",null,"",[],7,"b"])"), ElementsAre("a", "7", "b"));
  EXPECT_THAT(texts("\"a\""), IsEmpty());
  EXPECT_THAT(texts("null"), IsEmpty());
}

TEST(JsonFieldsTest, ReadsIdsThatCanBePutIntoAPath) {
  const auto id = [](const std::string& json) {
    return ReadX(json, [](const JsonValue& o) { return ReadId(o, "x"); });
  };
  EXPECT_EQ(id("\"25adfa67/84\""), "25adfa67/84");
  EXPECT_EQ(id('"' + std::string(128, 'i') + '"'), std::string(128, 'i'));
  EXPECT_EQ(id('"' + std::string(129, 'i') + '"'), std::nullopt);
  for (const char* json : {"", "null", "\"\"", "12", "\".\"", "\"..\"", "\"a\\nb\"", "\"a\\u0000\"",
                           "\"a\\u007f\"", "[\"a\"]"}) {
    EXPECT_EQ(id(json), std::nullopt) << json;
  }
}

TEST(JsonFieldsTest, ReadsWholeNumbersWithinBounds) {
  const std::vector<Case<std::int64_t>> cases = {
      {"7", 7},
      {"\"7\"", 7},
      {"7.0", 7},
      {"1", 1},
      {"9", 9},
      {"0", std::nullopt},
      {"10", std::nullopt},
      {"7.5", std::nullopt},
      {"\"7.5\"", std::nullopt},
      {"\"7 apples\"", std::nullopt},
      {"\"+7\"", std::nullopt},
      {"null", std::nullopt},
      {"true", std::nullopt},
      {"1e19", std::nullopt},
  };
  for (const Case<std::int64_t>& c : cases) {
    EXPECT_EQ(ReadX(c.json, [](const JsonValue& o) { return ReadInteger(o, "x", 1, 9); }),
              c.expected)
        << c.json;
  }
}

TEST(JsonFieldsTest, ReadsSequencesFromZeroOn) {
  const auto sequence = [](const std::string& json) {
    return ReadX(json, [](const JsonValue& o) { return ReadSequence(o, "x"); });
  };
  EXPECT_EQ(sequence("0"), 0);
  EXPECT_EQ(sequence("\"3\""), 3);
  EXPECT_EQ(sequence("2147483647"), 2147483647);
  EXPECT_EQ(sequence("-1"), std::nullopt);
  EXPECT_EQ(sequence("2147483648"), std::nullopt);
}

TEST(JsonFieldsTest, CountsOnlyWordsOutsideTheSetAsUnknown) {
  std::int32_t unknown = 0;
  const auto status = [&](const std::string& json) {
    return ReadX(json, [&](const JsonValue& o) { return ReadStatus(o, "x", unknown); });
  };
  EXPECT_EQ(status("\"PAUSED\""), ExecutionStatus::kPaused);
  EXPECT_EQ(status("null"), std::nullopt);
  EXPECT_EQ(status("\"\""), std::nullopt);
  EXPECT_EQ(status("5"), std::nullopt);
  EXPECT_EQ(unknown, 0);
  EXPECT_EQ(status("\"completed\""), ExecutionStatus::kUnknown);
  EXPECT_EQ(unknown, 1);
}

}  // namespace
}  // namespace codearts
