#ifndef CODEARTS_BASE_TEXT_H_
#define CODEARTS_BASE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace codearts {

// ASCII only, as HTTP header names and schemes are; locale-independent.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string ToLower(std::string_view text);
std::string_view TrimWhitespace(std::string_view text);

// Splits at every `separator`; n separators give n+1 parts, empty ones included.
std::vector<std::string_view> Split(std::string_view text, char separator);

// Percent-encodes every byte but A-Z a-z 0-9 - . _ ~ with upper-case hex (RFC 3986, section 2.3).
std::string PercentEncode(std::string_view text);

// Decodes %XX; a percent sign without two hex digits stays as it is. '+' is not a space.
std::string PercentDecode(std::string_view text);

// Lower-case hexadecimal.
std::string HexEncode(std::string_view bytes);

// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool IsValidUtf8(std::string_view text);

// Replaces each maximal invalid sequence by U+FFFD, as the Unicode Standard recommends.
std::string RepairUtf8(std::string_view text);

// Appends `text` to `out` as a JSON string with its quotes (RFC 8259, section 7). `text` must be
// UTF-8. Escapes all control characters and the line separators U+2028 and U+2029 too, so that the
// result is one line to every reader.
void AppendJsonString(std::string_view text, std::string& out);

// Replaces control characters and line separators by escapes such as "\n" and "\u001b", so that
// `text`, which must be UTF-8, is one harmless line.
std::string EscapeControls(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_BASE_TEXT_H_
