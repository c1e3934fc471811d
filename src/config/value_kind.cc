#include "config/value_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"
#include "config/environment.h"

namespace codearts {
namespace {

constexpr std::size_t kLongestText = 1024;

constexpr std::array<std::pair<MetricsLevel, std::string_view>, 4> kLevels = {
    {{MetricsLevel::kRun, "run"},
     {MetricsLevel::kStage, "stage"},
     {MetricsLevel::kJob, "job"},
     {MetricsLevel::kStep, "step"}}};

template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::string> ParseText(std::string_view text) {
  if (text.size() > kLongestText || !IsValidUtf8(text) || EscapeControls(text) != text) {
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<MetricsLevel> ParseLevel(std::string_view text) {
  const auto* level = std::find_if(kLevels.begin(), kLevels.end(),
                                   [&](const auto& named) { return named.second == text; });
  if (level == kLevels.end()) return std::nullopt;
  return level->first;
}

std::optional<HistorySince> ParseSince(std::string_view text) {
  // The API keeps runs for 90 days.
  constexpr Duration kLongestReach = std::chrono::hours(90 * 24);
  if (text == "now") return SinceFirstSeen();
  if (const auto reach = ParseDuration(text)) {
    if (*reach == Duration(0) || *reach > kLongestReach) return std::nullopt;
    return *reach;
  }
  if (const auto instant = ParseIso8601(text)) return *instant;
  return std::nullopt;
}

std::string WriteSince(const HistorySince& since) {
  if (const auto* reach = std::get_if<Duration>(&since)) return FormatDuration(*reach);
  if (const auto* instant = std::get_if<Timestamp>(&since)) {
    return WriteYamlText(FormatIso8601(*instant));
  }
  return "now";
}

// A kind for scalars that `parse` turns into a value or nullopt.
template <typename T, typename Parse, typename Write>
ValueKind<T> Scalar(std::string expected, Parse parse, Write write) {
  auto read = [expected, parse](ConfigReader& reader, const ConfigValue& value, T& out) {
    const std::optional<std::string> text = reader.ReadScalar(value, expected);
    if (!text) return;
    if (std::optional<T> parsed = parse(*text)) {
      out = *std::move(parsed);
    } else {
      reader.AddError(value, fmt::format("{} is not valid", QuoteRaw(value.node)),
                      "give " + expected);
    }
  };
  return {std::move(expected), std::move(read), std::move(write)};
}

// Likewise for values that must lie in [min, max].
template <typename T, typename Parse, typename Write>
ValueKind<T> Ranged(std::string_view what, T min, T max, Parse parse, Write write) {
  auto bounded = [parse, min, max](std::string_view text) -> std::optional<T> {
    const std::optional<T> value = parse(text);
    return value && *value >= min && *value <= max ? value : std::nullopt;
  };
  return Scalar<T>(fmt::format("{} from {} to {}", what, write(min), write(max)), bounded, write);
}

template <typename T>
std::string WriteNumber(T number) {
  return fmt::to_string(number);
}

// Reads a list of rising positive bounds.
void ReadBuckets(ConfigReader& reader, const ConfigValue& value, std::vector<double>& out) {
  constexpr std::size_t kMost = 200;
  static const ValueKind<double> kBound = NumberFrom(0.001, 1e9);
  if (value.node.kind == YamlNode::Kind::kNull) return;
  std::vector<double> bounds;
  const std::vector<ConfigValue> items = reader.ReadList(value, Buckets().expected);
  for (const ConfigValue& item : items) {
    double bound = 0;
    kBound.read(reader, item, bound);
    if (bound == 0) continue;  // Refused.
    if (!bounds.empty() && bound <= bounds.back()) {
      reader.AddError(item, fmt::format("{} is not above the one before it", QuoteRaw(item.node)),
                      "give " + Buckets().expected);
    }
    bounds.push_back(bound);
  }
  if (value.node.kind == YamlNode::Kind::kSequence && (items.empty() || items.size() > kMost)) {
    reader.AddError(value, fmt::format("has {} bounds", items.size()),
                    "give " + Buckets().expected);
  }
  out = std::move(bounds);
}

std::string WriteBuckets(const std::vector<double>& bounds) {
  return fmt::format("[{}]", fmt::join(bounds, ", "));
}

}  // namespace

ValueKind<Duration> DurationFrom(Duration min, Duration max) {
  return Ranged<Duration>("a duration with its unit (ms, s, m, h, d)", min, max, ParseDuration,
                          FormatDuration);
}

ValueKind<int> IntegerFrom(int min, int max) {
  return Ranged<int>("a whole number", min, max, ParseNumber<int>, WriteNumber<int>);
}

ValueKind<std::int64_t> CountFrom(std::int64_t min, std::int64_t max) {
  return Ranged<std::int64_t>("a whole number", min, max, ParseNumber<std::int64_t>,
                              WriteNumber<std::int64_t>);
}

ValueKind<double> NumberFrom(double min, double max) {
  // NaN and infinities parse, and fall out of every range.
  return Ranged<double>("a number", min, max, ParseNumber<double>, WriteNumber<double>);
}

ValueKind<std::uint64_t> SizeFrom(std::uint64_t min, std::uint64_t max) {
  return Ranged<std::uint64_t>("a size with its unit (B, KiB, MiB, GiB)", min, max, ParseByteSize,
                               FormatByteSize);
}

ValueKind<bool> Bool() {
  return Scalar<bool>("true or false", ParseBool,
                      [](bool value) { return std::string(value ? "true" : "false"); });
}

ValueKind<std::string> Text() {
  return Scalar<std::string>("text of at most 1024 bytes on one line", ParseText, WriteYamlText);
}

ValueKind<MetricsLevel> Level() {
  return Scalar<MetricsLevel>("one of run, stage, job, step", ParseLevel, [](MetricsLevel level) {
    return std::string(MetricsLevelName(level));
  });
}

ValueKind<HistorySince> Since() {
  return Scalar<HistorySince>(
      "now, a duration of at most 90d, or a date such as 2026-11-01T00:00:00Z", ParseSince,
      WriteSince);
}

ValueKind<std::vector<double>> Buckets() {
  return {"a list of 1 to 200 rising positive numbers", ReadBuckets, WriteBuckets};
}

std::string WriteYamlText(std::string_view text) {
  std::string quoted;
  AppendJsonString(RepairUtf8(EscapeVariables(text)), quoted);
  return quoted;
}

std::string_view MetricsLevelName(MetricsLevel level) {
  return std::find_if(kLevels.begin(), kLevels.end(),
                      [&](const auto& named) { return named.first == level; })
      ->second;
}

}  // namespace codearts
