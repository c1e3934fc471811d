#include "base/log_line.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "support/fake_clock.h"

namespace codearts {
namespace {

using testing::kTestStart;

constexpr std::string_view kHostile =
    "a\nlevel=error msg=\"forged\"\r\x1B[31m\xC2\x9B\xE2\x80\xA8\xFF\\";

std::string Logfmt(std::string_view value) {
  return FormatLogLine(LogFormat::kLogfmt, kTestStart, LogLevel::kInfo, "m", {{"k", value}});
}

TEST(LogLineTest, WritesLogfmt) {
  EXPECT_EQ(
      FormatLogLine(LogFormat::kLogfmt, kTestStart + Duration(7), LogLevel::kWarn, "refresh failed",
                    {{"project", "54f9"}, {"attempt", 3}, {"ok", false}, {"rate", 0.5}}),
      R"(time=2024-06-01T00:00:00.007Z level=warn msg="refresh failed" project=54f9 attempt=3 )"
      R"(ok=false rate=0.5)");
}

TEST(LogLineTest, WritesJson) {
  EXPECT_EQ(FormatLogLine(LogFormat::kJson, kTestStart, LogLevel::kError, "refresh failed",
                          {{"project", "\"中\""}, {"count", 18'446'744'073'709'551'615ULL}}),
            R"({"time":"2024-06-01T00:00:00Z","level":"error","msg":"refresh failed",)"
            R"("project":"\"中\"","count":"18446744073709551615"})");
}

TEST(LogLineTest, NamesTheLevels) {
  const auto line = [](LogLevel level) {
    return FormatLogLine(LogFormat::kLogfmt, kTestStart, level, "m", {});
  };
  EXPECT_EQ(line(LogLevel::kDebug), "time=2024-06-01T00:00:00Z level=debug msg=m");
  EXPECT_EQ(line(LogLevel::kInfo), "time=2024-06-01T00:00:00Z level=info msg=m");
  EXPECT_EQ(line(LogLevel::kWarn), "time=2024-06-01T00:00:00Z level=warn msg=m");
  EXPECT_EQ(line(LogLevel::kError), "time=2024-06-01T00:00:00Z level=error msg=m");
}

TEST(LogLineTest, QuotesLogfmtValuesThatNeedIt) {
  const std::string head = "time=2024-06-01T00:00:00Z level=info msg=m k=";
  EXPECT_EQ(Logfmt("https://host/path?a,b"), head + "https://host/path?a,b");
  EXPECT_EQ(Logfmt(""), head + R"("")");
  EXPECT_EQ(Logfmt("a b"), head + R"("a b")");
  EXPECT_EQ(Logfmt("a=b"), head + R"("a=b")");
  EXPECT_EQ(Logfmt("a\"b"), head + R"("a\"b")");
  EXPECT_EQ(Logfmt("a\\b"), head + R"("a\\b")");
  EXPECT_EQ(Logfmt("中"), head + "\"中\"");
}

TEST(LogLineTest, HostileValuesStayInsideTheirQuotes) {
  EXPECT_EQ(Logfmt(kHostile),
            "time=2024-06-01T00:00:00Z level=info msg=m k="
            "\"a\\nlevel=error msg=\\\"forged\\\"\\r\\u001b[31m\\u009b\\u2028\xEF\xBF\xBD\\\\\"");
}

TEST(LogLineTest, NoBytesBreakALine) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    const std::string line = FormatLogLine(format, kTestStart, LogLevel::kInfo, all,
                                           {{"k", all + std::string(kHostile)}});
    EXPECT_TRUE(IsValidUtf8(line));
    for (const char c : line) EXPECT_FALSE((c >= 0 && c < ' ') || c == '\x7F') << int{c};
  }
}

}  // namespace
}  // namespace codearts
