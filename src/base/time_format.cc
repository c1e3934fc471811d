#include "base/time_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace codearts {
namespace {

using std::chrono::floor;
using std::chrono::sys_days;

constexpr Timestamp kEarliest = sys_days(std::chrono::year(0) / 1 / 1);
constexpr Timestamp kLatest = sys_days(std::chrono::year(10000) / 1 / 1) - Duration(1);

// A wall-clock reading in UTC, ready for fmt.
struct CivilTime {
  int year;
  unsigned month;
  unsigned day;
  std::chrono::hh_mm_ss<Duration> time;
};

CivilTime ToCivil(Timestamp t) {
  const Timestamp clamped = std::clamp(t, kEarliest, kLatest);
  const auto day = floor<std::chrono::days>(clamped);
  const std::chrono::year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), std::chrono::hh_mm_ss<Duration>(clamped - day)};
}

// Consumes a text from the left; every Take fails without a partial effect that matters, because
// its callers give up on the first failure.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  // Takes exactly `digits` decimal digits.
  bool TakeNumber(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }

  // Takes one character out of `accepted`.
  bool TakeOneOf(std::string_view accepted) {
    if (rest_.empty() || accepted.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Takes one or more digits as the fraction of a second, cut to milliseconds.
  bool TakeFraction(int& millis) {
    millis = 0;
    int weight = 100;
    std::size_t length = 0;
    while (length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9') {
      millis += (rest_[length] - '0') * weight;
      weight /= 10;
      ++length;
    }
    rest_.remove_prefix(length);
    return length > 0;
  }

 private:
  std::string_view rest_;
};

bool TakeDate(Scanner& scanner, std::string_view separator, sys_days& day) {
  int year = 0;
  int month = 0;
  int day_of_month = 0;
  if (!scanner.TakeNumber(4, year) || (!separator.empty() && !scanner.TakeOneOf(separator)) ||
      !scanner.TakeNumber(2, month) || (!separator.empty() && !scanner.TakeOneOf(separator)) ||
      !scanner.TakeNumber(2, day_of_month)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month))};
  if (!date.ok()) return false;
  day = sys_days(date);
  return true;
}

bool TakeTimeOfDay(Scanner& scanner, std::string_view separator, Duration& time) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!scanner.TakeNumber(2, hour) || (!separator.empty() && !scanner.TakeOneOf(separator)) ||
      !scanner.TakeNumber(2, minute) || (!separator.empty() && !scanner.TakeOneOf(separator)) ||
      !scanner.TakeNumber(2, second)) {
    return false;
  }
  // RFC 3339 allows second 60 for leap seconds; it is the next minute's first.
  if (hour > 23 || minute > 59 || second > 60) return false;
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  return true;
}

// Takes "Z" or "+08:00".
bool TakeOffset(Scanner& scanner, Duration& offset) {
  offset = Duration(0);
  if (scanner.TakeOneOf("Zz")) return true;
  const bool east = scanner.TakeOneOf("+");
  if (!east && !scanner.TakeOneOf("-")) return false;
  int hours = 0;
  int minutes = 0;
  if (!scanner.TakeNumber(2, hours) || !scanner.TakeOneOf(":") || !scanner.TakeNumber(2, minutes) ||
      hours > 23 || minutes > 59) {
    return false;
  }
  offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  if (!east) offset = -offset;
  return true;
}

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

// Falling sizes: the order in which sums are written.
constexpr std::array<Unit, 5> kDurationUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 5> kByteUnits = {{{"TiB", std::uint64_t{1} << 40U},
                                             {"GiB", std::uint64_t{1} << 30U},
                                             {"MiB", std::uint64_t{1} << 20U},
                                             {"KiB", std::uint64_t{1} << 10U},
                                             {"B", 1}}};

// Splits the leading decimal number off `text`. Errors: nullopt when there is none or it overflows.
std::optional<std::uint64_t> TakeInteger(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Returns `count` * `size`, or nullopt when it exceeds `max`.
std::optional<std::uint64_t> Multiply(std::uint64_t count, std::uint64_t size, std::uint64_t max) {
  if (count > max / size) return std::nullopt;
  return count * size;
}

}  // namespace

std::string FormatSdkDate(Timestamp t) {
  const CivilTime c = ToCivil(t);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day,
                     c.time.hours().count(), c.time.minutes().count(), c.time.seconds().count());
}

std::optional<Timestamp> ParseSdkDate(std::string_view text) {
  Scanner scanner(text);
  sys_days day;
  Duration time{0};
  if (!TakeDate(scanner, "", day) || !scanner.TakeOneOf("T") || !TakeTimeOfDay(scanner, "", time) ||
      !scanner.TakeOneOf("Z") || !scanner.done()) {
    return std::nullopt;
  }
  return day + time;
}

std::string FormatIso8601(Timestamp t) {
  const CivilTime c = ToCivil(t);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day,
                  c.time.hours().count(), c.time.minutes().count(), c.time.seconds().count());
  const auto millis = c.time.subseconds().count();
  if (millis != 0) text += fmt::format(".{:03}", millis);
  return text + 'Z';
}

std::optional<Timestamp> ParseIso8601(std::string_view text) {
  Scanner scanner(text);
  sys_days day;
  if (!TakeDate(scanner, "-", day)) return std::nullopt;
  if (scanner.done()) return Timestamp(day);
  Duration time{0};
  if (!scanner.TakeOneOf("Tt ") || !TakeTimeOfDay(scanner, ":", time)) return std::nullopt;
  int millis = 0;
  if (scanner.TakeOneOf(".") && !scanner.TakeFraction(millis)) return std::nullopt;
  Duration offset{0};
  if (!TakeOffset(scanner, offset) || !scanner.done()) return std::nullopt;
  return day + time + Duration(millis) - offset;
}

std::optional<Duration> ParseDuration(std::string_view text) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max());
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  auto unit = kDurationUnits.begin();
  while (!text.empty()) {
    const std::optional<std::uint64_t> count = TakeInteger(text);
    if (!count) return std::nullopt;
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    unit = std::find_if(unit, kDurationUnits.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == kDurationUnits.end()) return std::nullopt;
    const std::optional<std::uint64_t> part = Multiply(*count, unit->size, kMax - total);
    if (!part) return std::nullopt;
    total += *part;
    text.remove_prefix(name.size());
    ++unit;
  }
  return Duration(static_cast<Duration::rep>(total));
}

std::string FormatDuration(Duration d) {
  if (d == Duration(0)) return "0s";
  const bool negative = d < Duration(0);
  // Negating as unsigned is defined for the lowest value too.
  std::uint64_t rest = static_cast<std::uint64_t>(d.count());
  if (negative) rest = 0 - rest;
  std::string text = negative ? "-" : "";
  for (const Unit& unit : kDurationUnits) {
    if (rest < unit.size) continue;
    text += fmt::format("{}{}", rest / unit.size, unit.name);
    rest %= unit.size;
  }
  return text;
}

std::optional<std::uint64_t> ParseByteSize(std::string_view text) {
  const std::optional<std::uint64_t> count = TakeInteger(text);
  if (!count) return std::nullopt;
  for (const Unit& unit : kByteUnits) {
    if (unit.name == text) {
      return Multiply(*count, unit.size, std::numeric_limits<std::uint64_t>::max());
    }
  }
  return std::nullopt;
}

std::string FormatByteSize(std::uint64_t bytes) {
  if (bytes == 0) return "0B";
  const auto unit = std::find_if(kByteUnits.begin(), kByteUnits.end(),
                                 [&](const Unit& u) { return bytes % u.size == 0; });
  return fmt::format("{}{}", bytes / unit->size, unit->name);
}

}  // namespace codearts
