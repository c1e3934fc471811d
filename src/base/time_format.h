#ifndef CODEARTS_BASE_TIME_FORMAT_H_
#define CODEARTS_BASE_TIME_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace codearts {

// The Format functions of instants saturate at the years 0000 and 9999, which is all that their
// forms can say.

// "20240601T012456Z": the form of X-Sdk-Date, whole seconds, UTC.
std::string FormatSdkDate(Timestamp t);
std::optional<Timestamp> ParseSdkDate(std::string_view text);

// "2026-11-01T00:00:00Z", with ".123" when there are milliseconds.
std::string FormatIso8601(Timestamp t);

// Accepts RFC 3339 with Z or an offset and any fraction (cut to milliseconds), and a bare date.
std::optional<Timestamp> ParseIso8601(std::string_view text);

// Reads "500ms", "30s", "10m", "1h", "90d" and sums with falling units such as "1h30m"; a bare
// number is refused, but for 0. Errors: nullopt also when the value overflows.
std::optional<Duration> ParseDuration(std::string_view text);

// The shortest form that ParseDuration reads back: "1h30m", "500ms", "0s".
std::string FormatDuration(Duration d);

// Reads "16MiB", "64KiB", "1GiB", "512B"; a bare number is refused. Units: bytes.
// Errors: nullopt also when the value overflows.
std::optional<std::uint64_t> ParseByteSize(std::string_view text);

// The form with the largest unit that needs no fraction: "16MiB", "1025B".
std::string FormatByteSize(std::uint64_t bytes);

}  // namespace codearts

#endif  // CODEARTS_BASE_TIME_FORMAT_H_
