#include "metrics/exposition.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace codearts {
namespace {

template <typename Value>
std::string ValueText(Value value) {
  std::string text;
  AppendValue(value, text);
  return text;
}

std::string BoundText(double bound) {
  std::string text;
  AppendBucketBound(bound, text);
  return text;
}

std::string LabelValueText(std::string_view value) {
  std::string text;
  AppendLabelValue(value, text);
  return text;
}

MetricSpec SpecWithHelp(std::string_view help) {
  MetricSpec spec = SpecOf(MetricId::kRunPaused);
  spec.help = help;
  return spec;
}

std::string HeaderText(const MetricSpec& spec, TextFormat format) {
  std::string text;
  AppendFamilyHeader(spec, format, text);
  return text;
}

TEST(ExpositionTest, EscapesLabelValues) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"deploy to prod", "deploy to prod"},
      {"a\"b", "a\\\"b"},
      {"a\\b", "a\\\\b"},
      {"a\nb", "a\\nb"},
      {"\\n", "\\\\n"},
      {"\r\t\x01\x7F", "\r\t\x01\x7F"},
      {"部署", "部署"},
      {"部\"署\n", "部\\\"署\\n"},
      {"a,b={c}", "a,b={c}"},
      // Prometheus takes any other control character as it is.
      {std::string("a\0b", 3), std::string("a\0b", 3)},
      // Invalid UTF-8 becomes U+FFFD.
      {"a\xFF!", "a\uFFFD!"},
      {"\xE9\x83", "\uFFFD"},
      {"\xC0\xAF\"", "\uFFFD\uFFFD\\\""},
      {std::string(4096, '"'),
       [] {
         std::string escaped;
         for (int i = 0; i < 4096; ++i) escaped += "\\\"";
         return escaped;
       }()},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(LabelValueText(value), expected);
}

TEST(ExpositionTest, WritesIntegersWithoutFraction) {
  EXPECT_EQ(ValueText(std::uint64_t{0}), "0");
  EXPECT_EQ(ValueText(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(ValueText(std::int64_t{-5}), "-5");
}

TEST(ExpositionTest, WritesTimesInSecondsExactToTheMillisecond) {
  EXPECT_EQ(ValueText(Duration(0)), "0");
  EXPECT_EQ(ValueText(Duration(1)), "0.001");
  EXPECT_EQ(ValueText(Duration(10)), "0.01");
  EXPECT_EQ(ValueText(Duration(1500)), "1.5");
  EXPECT_EQ(ValueText(Duration(90000)), "90");
  EXPECT_EQ(ValueText(Duration(100000000)), "100000");
  EXPECT_EQ(ValueText(Duration(-1)), "-0.001");
  EXPECT_EQ(ValueText(Duration(-61050)), "-61.05");
  EXPECT_EQ(ValueText(Duration::min()), "-9223372036854775.808");
  EXPECT_EQ(ValueText(FromEpochMillis(1'717'200'000'120)), "1717200000.12");
}

TEST(ExpositionTest, WritesTheShortestDecimalOfANumber) {
  EXPECT_EQ(ValueText(0.0), "0");
  EXPECT_EQ(ValueText(0.1), "0.1");
  EXPECT_EQ(ValueText(20.0), "20");
  EXPECT_EQ(ValueText(100000.0), "100000");
  EXPECT_EQ(ValueText(-2.5), "-2.5");
  EXPECT_EQ(ValueText(1e20), "1e+20");
  EXPECT_EQ(ValueText(1e-7), "1e-07");
  EXPECT_EQ(ValueText(1717200000.123), "1717200000.123");
  EXPECT_EQ(ValueText(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(ValueText(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(ValueText(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(std::stod(ValueText(1.0 / 3)), 1.0 / 3);
  EXPECT_EQ(std::stod(ValueText(1.2345678901234567e-5)), 1.2345678901234567e-5);
}

// The list of OpenMetrics' "Canonical Numbers", and bounds of ours.
TEST(ExpositionTest, WritesBoundsInCanonicalForm) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "0.0"},        {1e-10, "1e-10"}, {1e-5, "1e-05"},
      {1e-4, "0.0001"},  {0.001, "0.001"}, {0.05, "0.05"},
      {0.1, "0.1"},      {1, "1.0"},       {2.5, "2.5"},
      {10, "10.0"},      {100, "100.0"},   {28800, "28800.0"},
      {1e5, "100000.0"}, {1e6, "1e+06"},   {1209600, "1.2096e+06"},
      {1e10, "1e+10"},   {-1, "-1.0"},     {std::numeric_limits<double>::infinity(), "+Inf"},
  };
  for (const auto& [bound, expected] : cases) EXPECT_EQ(BoundText(bound), expected);
}

TEST(ExpositionTest, WritesHeadersOfTextFormat) {
  EXPECT_EQ(HeaderText(SpecWithHelp("Say \"x\" \\ twice.\nOr not."), TextFormat::kPrometheusText),
            "# HELP codearts_pipeline_run_paused_seconds_total Say \"x\" \\\\ twice.\\nOr not.\n"
            "# TYPE codearts_pipeline_run_paused_seconds_total counter\n");
}

TEST(ExpositionTest, WritesHeadersOfOpenMetrics) {
  EXPECT_EQ(HeaderText(SpecWithHelp("Say \"x\" \\ twice.\nOr not."), TextFormat::kOpenMetrics),
            "# HELP codearts_pipeline_run_paused_seconds Say \\\"x\\\" \\\\ twice.\\nOr not.\n"
            "# TYPE codearts_pipeline_run_paused_seconds counter\n"
            "# UNIT codearts_pipeline_run_paused_seconds seconds\n");
  EXPECT_EQ(HeaderText(SpecOf(MetricId::kSeriesLimit), TextFormat::kOpenMetrics),
            "# HELP codearts_exporter_series_limit Configured limit of series "
            "(metrics.series_limit).\n"
            "# TYPE codearts_exporter_series_limit gauge\n");
}

TEST(ExpositionTest, MendsHelp) {
  EXPECT_EQ(HeaderText(SpecWithHelp("bad \xFF byte"), TextFormat::kPrometheusText),
            "# HELP codearts_pipeline_run_paused_seconds_total bad \uFFFD byte\n"
            "# TYPE codearts_pipeline_run_paused_seconds_total counter\n");
}

TEST(ExpositionTest, EndsOpenMetricsPages) {
  std::string text;
  AppendPageEnd(TextFormat::kPrometheusText, text);
  EXPECT_EQ(text, "");
  AppendPageEnd(TextFormat::kOpenMetrics, text);
  EXPECT_EQ(text, "# EOF\n");
}

TEST(LabelTextTest, SeparatesAndEscapes) {
  LabelText labels;
  EXPECT_EQ(labels.Add("a", "1").Add("b", "x\"y").text(), "a=\"1\",b=\"x\\\"y\"");
  EXPECT_EQ(labels.Clear().Add("c", "").text(), "c=\"\"");
}

}  // namespace
}  // namespace codearts
