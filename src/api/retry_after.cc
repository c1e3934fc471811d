#include "api/retry_after.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>

#include "base/text.h"
#include "base/time_format.h"

namespace codearts {
namespace {

constexpr Duration kLongestWait = std::chrono::hours(24);

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Duration> ParseRetryAfter(const std::vector<HttpHeader>& headers) {
  const std::string* header = FindHeader(headers, "Retry-After");
  if (header == nullptr) return std::nullopt;
  const std::string_view value = TrimWhitespace(*header);
  if (IsDigits(value)) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const std::int64_t most =
        std::chrono::duration_cast<std::chrono::seconds>(kLongestWait).count();
    if (error != std::errc()) return kLongestWait;  // Too many digits.
    return std::chrono::seconds(std::min(seconds, most));
  }
  const std::string* date = FindHeader(headers, "Date");
  if (date == nullptr) return std::nullopt;
  const std::optional<Timestamp> now = ParseHttpDate(*date);
  const std::optional<Timestamp> then = ParseHttpDate(value);
  if (!now || !then) return std::nullopt;
  return std::clamp(*then - *now, Duration(0), kLongestWait);
}

std::optional<Timestamp> ParseHttpDate(std::string_view text) {
  constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  text = TrimWhitespace(text);
  if (text.size() != kForm.size() || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return ParseIso8601(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                  text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace codearts
