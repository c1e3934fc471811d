#include "base/text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace codearts {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";
constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";

constexpr char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool IsWhitespace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

constexpr bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Returns the digit's value, or -1.
constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Utf8Sequence {
  char32_t code_point = 0;
  std::size_t length = 1;
  bool valid = false;
};

// What a lead byte demands: the Unicode Standard's table 3-7, where only the second byte's range
// depends on the first.
struct LeadByte {
  std::size_t length;  // 0: not a lead byte.
  unsigned char second_min;
  unsigned char second_max;
};

constexpr LeadByte ClassifyLead(unsigned char lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// Reads the sequence at `position`; an invalid one has the length of its maximal subpart.
Utf8Sequence DecodeUtf8(std::string_view text, std::size_t position) {
  const auto lead = static_cast<unsigned char>(text[position]);
  const LeadByte expected = ClassifyLead(lead);
  if (expected.length == 1) return {lead, 1, true};
  if (expected.length == 0) return {0, 1, false};
  char32_t code_point = lead & (0x7FU >> expected.length);
  for (std::size_t i = 1; i < expected.length; ++i) {
    if (position + i >= text.size()) return {0, i, false};
    const auto byte = static_cast<unsigned char>(text[position + i]);
    const unsigned char min = i == 1 ? expected.second_min : 0x80;
    const unsigned char max = i == 1 ? expected.second_max : 0xBF;
    if (byte < min || byte > max) return {0, i, false};
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  return {code_point, expected.length, true};
}

// Control characters and everything that some reader takes for the end of a line.
constexpr bool NeedsEscape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

void AppendControlEscape(char32_t c, std::string& out) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kLowerHex[(c >> shift) & 0xFU];
  }
}

// Escapes control characters, and those of `specials` by a backslash.
void AppendEscaped(std::string_view text, std::string_view specials, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Sequence sequence = DecodeUtf8(text, i);
    const std::string_view bytes = text.substr(i, sequence.length);
    if (sequence.valid && NeedsEscape(sequence.code_point)) {
      AppendControlEscape(sequence.code_point, out);
    } else {
      if (specials.find(bytes) != std::string_view::npos) out += '\\';
      out += bytes;
    }
    i += sequence.length;
  }
}

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLowerAscii(x) == ToLowerAscii(y); });
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

std::string_view TrimWhitespace(std::string_view text) {
  while (!text.empty() && IsWhitespace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsWhitespace(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kUpperHex[byte >> 4U];
    encoded += kUpperHex[byte & 0xFU];
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2) {
      const int high = HexValue(text[i + 1]);
      const int low = HexValue(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

std::string HexEncode(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kLowerHex[byte >> 4U];
    hex += kLowerHex[byte & 0xFU];
  }
  return hex;
}

bool IsValidUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Sequence sequence = DecodeUtf8(text, i);
    if (!sequence.valid) return false;
    i += sequence.length;
  }
  return true;
}

std::string RepairUtf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Sequence sequence = DecodeUtf8(text, i);
    repaired += sequence.valid ? text.substr(i, sequence.length) : kReplacementCharacter;
    i += sequence.length;
  }
  return repaired;
}

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  AppendEscaped(text, "\"\\", out);
  out += '"';
}

std::string EscapeControls(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  AppendEscaped(text, "", escaped);
  return escaped;
}

}  // namespace codearts
