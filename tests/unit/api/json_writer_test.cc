#include "api/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace codearts {
namespace {

TEST(JsonWriterTest, WritesCompactly) {
  JsonWriter writer;
  writer.BeginObject();
  writer.Key("name");
  writer.String("部署 \"api\"\n");
  writer.Key("runs");
  writer.BeginArray();
  writer.Integer(-7);
  writer.Bool(true);
  writer.Null();
  writer.EndArray();
  writer.EndObject();
  EXPECT_EQ(writer.Take(), R"({"name":"部署 \"api\"\n","runs":[-7,true,null]})");
}

TEST(JsonWriterTest, IndentsForPeople) {
  JsonWriter writer(JsonWriter::Style::kIndented);
  writer.BeginObject();
  writer.Key("a");
  writer.Integer(1);
  writer.EndObject();
  EXPECT_EQ(writer.Take(), "{\n  \"a\": 1\n}");
}

TEST(JsonWriterTest, WritesTimesAsSeconds) {
  JsonWriter writer;
  writer.BeginArray();
  writer.Seconds(FromEpochMillis(1'700'000'000'250));
  writer.Seconds(Duration(1500));
  writer.EndArray();
  EXPECT_EQ(writer.Take(), "[1700000000.25,1.5]");
}

TEST(JsonWriterTest, RepairsWhatJsonCannotHold) {
  JsonWriter writer;
  writer.BeginArray();
  writer.String("a\xff");
  writer.Number(std::numeric_limits<double>::quiet_NaN());
  writer.Number(std::numeric_limits<double>::infinity());
  writer.EndArray();
  EXPECT_EQ(writer.Take(), "[\"a\xef\xbf\xbd\",null,null]");
}

TEST(JsonWriterTest, BeginsAnewAfterTake) {
  JsonWriter writer;
  writer.Bool(false);
  EXPECT_EQ(writer.Take(), "false");
  writer.Bool(true);
  EXPECT_EQ(writer.Take(), "true");
}

}  // namespace
}  // namespace codearts
