#include "api/json_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::StatusIs;
using ::testing::HasSubstr;

Status Parse(std::string text) {
  JsonDocument document;
  return document.Parse(std::move(text));
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(JsonDocumentTest, SurvivesAMillionBrackets) {
  EXPECT_THAT(Parse(std::string(1'000'000, '[')),
              StatusIs(StatusCode::kInvalidResponse, HasSubstr("deeper than 256")));
  EXPECT_THAT(Parse(Repeat("{\"a\":", 1'000'000)),
              StatusIs(StatusCode::kInvalidResponse, HasSubstr("deeper than 256")));
}

TEST(JsonDocumentTest, ParsesUpToTheDepthLimit) {
  EXPECT_THAT(Parse(std::string(256, '[') + std::string(256, ']')), IsOk());
  EXPECT_THAT(Parse(std::string(257, '[') + std::string(257, ']')),
              StatusIs(StatusCode::kInvalidResponse));
}

TEST(JsonDocumentTest, ParsesUpToTheValueLimit) {
  // The array itself is a value, too.
  EXPECT_THAT(Parse("[0" + Repeat(",0", kMaxJsonValues - 2) + "]"), IsOk());
  EXPECT_THAT(Parse("[0" + Repeat(",0", kMaxJsonValues - 1) + "]"),
              StatusIs(StatusCode::kInvalidResponse, HasSubstr("more than 1000000 values")));
}

TEST(JsonDocumentTest, ParsesUpToTheObjectLimit) {
  EXPECT_THAT(Parse("[{}" + Repeat(",{}", kMaxJsonObjects - 1) + "]"), IsOk());
  EXPECT_THAT(Parse("[{}" + Repeat(",{}", kMaxJsonObjects) + "]"),
              StatusIs(StatusCode::kInvalidResponse, HasSubstr("or 100000 objects")));
}

TEST(JsonDocumentTest, RefusesMoreBytesThanItsCap) {
  EXPECT_THAT(
      Parse(std::string(kMaxJsonBytes + 1, ' ')),
      StatusIs(StatusCode::kInvalidResponse, "the body has 67108865 bytes, more than 67108864"));
}

TEST(JsonDocumentTest, SaysWhereABodyStopsBeingJson) {
  EXPECT_THAT(Parse(R"({"a":1)"),
              StatusIs(StatusCode::kInvalidResponse, "the body is not JSON from byte 6 of 6 on"));
  EXPECT_THAT(Parse(R"({"a":1} x)"),
              StatusIs(StatusCode::kInvalidResponse, "the body is not JSON from byte 8 of 9 on"));
}

TEST(JsonDocumentTest, TakesNulForGarbage) {
  EXPECT_THAT(Parse(std::string("{}\0{}", 5)), StatusIs(StatusCode::kInvalidResponse));
  EXPECT_THAT(Parse(std::string("{\"a\":\"b\0\"}", 10)), StatusIs(StatusCode::kInvalidResponse));
}

// The parser scans by vectors of 16 bytes; where a text begins decides what falls into one.
TEST(JsonDocumentTest, RefusesControlCharactersInStringsWhereverTheyStand) {
  for (char control = 0; control < 0x20; ++control) {
    for (std::size_t position = 0; position < 40; ++position) {
      std::string text = "[\"" + std::string(40, 'x') + "\"]";
      text[2 + position] = control;
      EXPECT_THAT(Parse(text), StatusIs(StatusCode::kInvalidResponse))
          << static_cast<int>(control) << " at " << position;
    }
  }
}

TEST(JsonDocumentTest, ReadsEscapesWhereverTheyStand) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 40; ++after) {
      const std::string head(before, 'a');
      const std::string tail(after, 'z');
      JsonDocument document;

      ASSERT_THAT(document.Parse("[\"" + head + "\\n" + tail + "\\u00e9\"]"), IsOk());

      EXPECT_EQ(document.root()[0].GetString(), head + "\n" + tail + "\u00e9");
    }
  }
}

TEST(JsonDocumentTest, ReadsTextsWithoutRoomBehindThem) {
  for (std::size_t size = 3; size < 70; ++size) {
    std::string text = "[" + std::string(size - 2, ' ') + "]";
    text.shrink_to_fit();
    EXPECT_THAT(Parse(std::move(text)), IsOk());

    std::string open = "[\"" + std::string(size - 2, 'x');
    open.shrink_to_fit();
    EXPECT_THAT(Parse(std::move(open)), StatusIs(StatusCode::kInvalidResponse));
  }
}

TEST(JsonDocumentTest, KeepsShortTextsInPlace) {
  JsonDocument document;

  ASSERT_THAT(document.Parse(R"({"a":"b"})"), IsOk());

  EXPECT_STREQ(document.root()["a"].GetString(), "b");
}

TEST(JsonDocumentTest, RefusesBrokenEscapes) {
  for (const char* text :
       {R"(["\ud83"])", R"(["\ud83z"])", R"(["\ud8)", R"(["\u)", R"(["\)", R"(["\q"])"}) {
    EXPECT_THAT(Parse(text), StatusIs(StatusCode::kInvalidResponse)) << text;
  }
}

}  // namespace
}  // namespace codearts
