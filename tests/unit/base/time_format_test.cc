#include "base/time_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Eq;
using ::testing::Optional;

constexpr Timestamp kFarPast = Timestamp(Duration::min());
constexpr Timestamp kFarFuture = Timestamp(Duration::max());

TEST(SdkDateTest, FormatsWholeSecondsInUtc) {
  EXPECT_EQ(FormatSdkDate(FromEpochMillis(1'717'205'096'999)), "20240601T012456Z");
  EXPECT_EQ(FormatSdkDate(FromEpochMillis(0)), "19700101T000000Z");
  EXPECT_EQ(FormatSdkDate(FromEpochMillis(-1)), "19691231T235959Z");
}

TEST(SdkDateTest, SaturatesAtFourDigitYears) {
  EXPECT_EQ(FormatSdkDate(kFarPast), "00000101T000000Z");
  EXPECT_EQ(FormatSdkDate(kFarFuture), "99991231T235959Z");
}

TEST(SdkDateTest, ParsesWhatItFormats) {
  EXPECT_THAT(ParseSdkDate("20240601T012456Z"), Optional(FromEpochMillis(1'717'205'096'000)));
}

TEST(SdkDateTest, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "20240601", "20240601T012456", "20240601T012456z", "20240601t012456Z",
        "2024-06-01T01:24:56Z", "20240601T012456Z ", "20240631T012456Z", "20240601T242456Z",
        "20240601T016056Z", "20240601T012461Z", "2024060101T2456Z", "-0240601T012456Z"}) {
    EXPECT_EQ(ParseSdkDate(text), std::nullopt) << text;
  }
}

TEST(Iso8601Test, FormatsMillisecondsOnlyIfThereAreSome) {
  EXPECT_EQ(FormatIso8601(FromEpochMillis(1'793'491'200'000)), "2026-11-01T00:00:00Z");
  EXPECT_EQ(FormatIso8601(FromEpochMillis(1'793'491'200'007)), "2026-11-01T00:00:00.007Z");
  EXPECT_EQ(FormatIso8601(FromEpochMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIso8601(kFarPast), "0000-01-01T00:00:00Z");
  EXPECT_EQ(FormatIso8601(kFarFuture), "9999-12-31T23:59:59.999Z");
}

struct InstantCase {
  std::string_view text;
  std::int64_t millis;
};

TEST(Iso8601Test, ParsesRfc3339AndBareDates) {
  const std::vector<InstantCase> cases = {
      {"2026-11-01", 1'793'491'200'000},
      {"2026-11-01T00:00:00Z", 1'793'491'200'000},
      {"2026-11-01t00:00:00z", 1'793'491'200'000},
      {"2026-11-01 00:00:00Z", 1'793'491'200'000},
      {"2026-11-01T08:00:00+08:00", 1'793'491'200'000},
      {"2026-10-31T20:30:00-03:30", 1'793'491'200'000},
      {"2026-11-01T00:00:00-00:00", 1'793'491'200'000},
      {"2026-11-01T00:00:00.1Z", 1'793'491'200'100},
      {"2026-11-01T00:00:00.123999999Z", 1'793'491'200'123},
      {"2020-01-04T09:08:49.965000Z", 1'578'128'929'965},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000},
      {"2024-02-29", 1'709'164'800'000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"0000-01-01T00:00:00Z", -62'167'219'200'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
  };
  for (const InstantCase& c : cases) {
    EXPECT_THAT(ParseIso8601(c.text), Optional(FromEpochMillis(c.millis))) << c.text;
  }
}

TEST(Iso8601Test, RefusesOtherForms) {
  for (const std::string_view text : {"",
                                      "now",
                                      "2026",
                                      "2026-11",
                                      "2026-11-1",
                                      "2026-13-01",
                                      "2026-00-01",
                                      "2026-11-00",
                                      "2026-11-31",
                                      "2023-02-29",
                                      "2026-11-01T",
                                      "2026-11-01T00:00Z",
                                      "2026-11-01T00:00:00",
                                      "2026-11-01T24:00:00Z",
                                      "2026-11-01T00:60:00Z",
                                      "2026-11-01T00:00:61Z",
                                      "2026-11-01T00:00:00.Z",
                                      "2026-11-01T00:00:00,5Z",
                                      "2026-11-01T00:00:00+0800",
                                      "2026-11-01T00:00:00+24:00",
                                      "2026-11-01T00:00:00+08:60",
                                      "2026-11-01T00:00:00ZZ",
                                      "2026-11-01T00:00:00+08:00Z",
                                      "+026-11-01",
                                      "20261101",
                                      " 2026-11-01",
                                      "2026-11-01 "}) {
    EXPECT_EQ(ParseIso8601(text), std::nullopt) << text;
  }
}

struct DurationCase {
  std::string_view text;
  Duration duration;
  std::string_view formatted;
};

TEST(DurationTest, ParsesUnitsAndSums) {
  const std::vector<DurationCase> cases = {
      {"0", milliseconds(0), "0s"},
      {"0s", milliseconds(0), "0s"},
      {"500ms", milliseconds(500), "500ms"},
      {"1500ms", milliseconds(1500), "1s500ms"},
      {"30s", seconds(30), "30s"},
      {"90s", seconds(90), "1m30s"},
      {"10m", minutes(10), "10m"},
      {"1h", hours(1), "1h"},
      {"1h30m", minutes(90), "1h30m"},
      {"24h", hours(24), "1d"},
      {"90d", hours(90 * 24), "90d"},
      {"1d2h3m4s5ms", hours(26) + minutes(3) + seconds(4) + milliseconds(5), "1d2h3m4s5ms"},
      {"1m5ms", minutes(1) + milliseconds(5), "1m5ms"},
      {"007s", seconds(7), "7s"},
      {"9223372036854775807ms", Duration::max(), "106751991167d7h12m55s807ms"},
  };
  for (const DurationCase& c : cases) {
    EXPECT_THAT(ParseDuration(c.text), Optional(c.duration)) << c.text;
    EXPECT_EQ(FormatDuration(c.duration), c.formatted);
    EXPECT_THAT(ParseDuration(FormatDuration(c.duration)), Optional(c.duration)) << c.text;
  }
}

TEST(DurationTest, RefusesOtherForms) {
  for (const std::string_view text : {"",
                                      "10",
                                      "00",
                                      "s",
                                      "1",
                                      "-1s",
                                      "+1s",
                                      "1.5h",
                                      "1 s",
                                      " 1s",
                                      "1s ",
                                      "1S",
                                      "1w",
                                      "1y",
                                      "1h30",
                                      "30m1h",
                                      "1h1h",
                                      "1mm",
                                      "1min",
                                      "0x1s",
                                      "1e3s",
                                      "9223372036854775808ms",
                                      "106751991168d",
                                      "106751991167d8h",
                                      "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationTest, FormatsNegativeValues) {
  EXPECT_EQ(FormatDuration(-seconds(90)), "-1m30s");
  EXPECT_EQ(FormatDuration(Duration::min()), "-106751991167d7h12m55s808ms");
}

struct SizeCase {
  std::string_view text;
  std::uint64_t bytes;
  std::string_view formatted;
};

TEST(ByteSizeTest, ParsesBinaryUnits) {
  const std::vector<SizeCase> cases = {
      {"0B", 0, "0B"},
      {"512B", 512, "512B"},
      {"1024B", 1024, "1KiB"},
      {"1025B", 1025, "1025B"},
      {"64KiB", 65'536, "64KiB"},
      {"16MiB", 16'777'216, "16MiB"},
      {"1GiB", 1'073'741'824, "1GiB"},
      {"3TiB", 3'298'534'883'328, "3TiB"},
      {"18446744073709551615B", std::numeric_limits<std::uint64_t>::max(), "18446744073709551615B"},
  };
  for (const SizeCase& c : cases) {
    EXPECT_THAT(ParseByteSize(c.text), Optional(Eq(c.bytes))) << c.text;
    EXPECT_EQ(FormatByteSize(c.bytes), c.formatted);
  }
}

TEST(ByteSizeTest, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "0", "1024", "MiB", "-1B", "1.5MiB", "1 MiB", "1MB", "1mib", "1M", "1MiB ",
        "18446744073709551616B", "16777216TiB"}) {
    EXPECT_EQ(ParseByteSize(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace codearts
