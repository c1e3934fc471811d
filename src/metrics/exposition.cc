#include "metrics/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "base/text.h"

namespace codearts {
namespace {

// Whether the byte goes into a label's value as it is, whatever stands around it.
constexpr bool IsPlain(char c) {
  return c != '\\' && c != '"' && c != '\n' && static_cast<unsigned char>(c) < 0x80;
}

// `quotes`: whether `"` is escaped as well.
void AppendEscapedUtf8(std::string_view text, bool quotes, std::string& out) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || (c == '"' && quotes)) out += '\\';
      out += c;
    }
  }
}

void AppendEscaped(std::string_view text, bool quotes, std::string& out) {
  if (IsValidUtf8(text)) {
    AppendEscapedUtf8(text, quotes, out);
  } else {
    AppendEscapedUtf8(RepairUtf8(text), quotes, out);
  }
}

template <typename... Options>
void AppendChars(std::string& out, Options... options) {
  std::array<char, 32> digits;
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), options...);
  out.append(digits.data(), end.ptr);
}

void AppendMillisAsSeconds(std::int64_t millis, std::string& out) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(millis);
  if (millis < 0) {
    out += '-';
    magnitude = 0 - magnitude;  // Defined for the lowest value too.
  }
  AppendChars(out, magnitude / 1000);
  const auto fraction = static_cast<unsigned>(magnitude % 1000);
  if (fraction == 0) return;
  std::array<char, 4> text = {'.', static_cast<char>('0' + fraction / 100),
                              static_cast<char>('0' + fraction / 10 % 10),
                              static_cast<char>('0' + fraction % 10)};
  std::size_t size = text.size();
  while (text[size - 1] == '0') --size;
  out.append(text.data(), size);
}

// Appends NaN or an infinity; returns whether `value` is one.
bool AppendNonFinite(double value, std::string& out) {
  if (std::isfinite(value)) return false;
  out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return true;
}

}  // namespace

void AppendLabelValue(std::string_view value, std::string& out) {
  if (std::all_of(value.begin(), value.end(), IsPlain)) {
    out += value;
  } else {
    AppendEscaped(value, true, out);
  }
}

void AppendFamilyHeader(const MetricSpec& spec, TextFormat format, std::string& out) {
  const bool open_metrics = format == TextFormat::kOpenMetrics;
  const std::string_view name = open_metrics ? FamilyName(spec) : spec.name;
  const auto begin_line = [&](std::string_view keyword) {
    out.append("# ").append(keyword).append(" ").append(name).append(" ");
  };
  begin_line("HELP");
  // Text 0.0.4 has no escape for quotes in HELP and would show the backslash.
  AppendEscaped(spec.help, open_metrics, out);
  out += '\n';
  begin_line("TYPE");
  out.append(MetricTypeName(spec.type)).append("\n");
  if (!open_metrics || spec.unit.empty()) return;
  begin_line("UNIT");
  out.append(spec.unit).append("\n");
}

void AppendValue(std::uint64_t value, std::string& out) {
  AppendChars(out, value);
}

void AppendValue(std::int64_t value, std::string& out) {
  AppendChars(out, value);
}

void AppendValue(Duration value, std::string& out) {
  AppendMillisAsSeconds(value.count(), out);
}

void AppendValue(Timestamp value, std::string& out) {
  AppendMillisAsSeconds(ToEpochMillis(value), out);
}

void AppendValue(double value, std::string& out) {
  constexpr double kFixedLimit = 1e15;
  constexpr double kFixedLeast = 1e-5;
  if (AppendNonFinite(value, out)) return;
  const double magnitude = std::fabs(value);
  // Plain decimals where they stay short, as people expect of seconds and bytes.
  if (magnitude == 0 || (magnitude >= kFixedLeast && magnitude < kFixedLimit)) {
    AppendChars(out, value, std::chars_format::fixed);
  } else {
    AppendChars(out, value, std::chars_format::scientific);
  }
}

void AppendBucketBound(double bound, std::string& out) {
  // Where Go's %g changes to an exponent, which is the canonical form.
  constexpr double kFixedLimit = 1e6;
  constexpr double kFixedLeast = 1e-4;
  if (AppendNonFinite(bound, out)) return;
  const double magnitude = std::fabs(bound);
  if (magnitude != 0 && (magnitude >= kFixedLimit || magnitude < kFixedLeast)) {
    AppendChars(out, bound, std::chars_format::scientific);
    return;
  }
  const std::size_t start = out.size();
  AppendChars(out, bound, std::chars_format::fixed);
  if (out.find('.', start) == std::string::npos) out += ".0";
}

void AppendPageEnd(TextFormat format, std::string& out) {
  if (format == TextFormat::kOpenMetrics) out += "# EOF\n";
}

LabelText& LabelText::Clear() {
  text_.clear();
  return *this;
}

LabelText& LabelText::Add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  text_.append(name).append("=\"");
  AppendLabelValue(value, text_);
  text_ += '"';
  return *this;
}

}  // namespace codearts
