#include "api/json_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "base/text.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxIdBytes = 128;
// 9999-12-31T23:59:59.999Z, the last instant that every format can say.
constexpr std::int64_t kLatestMillis = 253'402'300'799'999;
constexpr std::int64_t kLongestSpanMillis = 366LL * 24 * 3600 * 1000;

std::string_view View(const JsonValue& string) {
  return {string.GetString(), string.GetStringLength()};
}

// Nearly every text is short ASCII: this loop has no early exit so that it vectorises.
bool IsAscii(std::string_view text) {
  unsigned bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

std::string KeptText(std::string_view text) {
  // A character that the cut splits is mended like any other that is incomplete.
  text = text.substr(0, kMaxTextBytes);
  if (IsAscii(text) || IsValidUtf8(text)) return std::string(text);
  return RepairUtf8(text);
}

// What becomes of a number that is not whole.
enum class Fraction { kRefused, kCutOff };

std::optional<std::int64_t> ToInteger(double value, Fraction fraction) {
  // Exact in double, unlike the greatest integer; NaN fails the comparison.
  constexpr double kBound = 9'223'372'036'854'775'808.0;
  if (!(value >= -kBound && value < kBound)) return std::nullopt;
  if (fraction == Fraction::kRefused && std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> ToInteger(std::string_view text, Fraction fraction) {
  text = TrimWhitespace(text);
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  const auto as_integer = std::from_chars(text.data(), end, integer);
  if (as_integer.ec == std::errc() && as_integer.ptr == end) return integer;
  double real = 0;
  const auto as_real = std::from_chars(text.data(), end, real);
  if (as_real.ec == std::errc() && as_real.ptr == end) return ToInteger(real, fraction);
  return std::nullopt;
}

// Returns the whole number that `value` is or says, whatever its type.
std::optional<std::int64_t> ToInteger(const JsonValue& value, Fraction fraction) {
  if (value.IsInt64()) return value.GetInt64();
  if (value.IsDouble()) return ToInteger(value.GetDouble(), fraction);
  if (value.IsString()) return ToInteger(View(value), fraction);
  return std::nullopt;
}

// Returns the milliseconds of a time, whole ones.
std::optional<std::int64_t> ReadMillis(const JsonValue& object, std::string_view name,
                                       std::int64_t min, std::int64_t max) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> millis = ToInteger(*value, Fraction::kCutOff);
  if (!millis || *millis < min || *millis > max) return std::nullopt;
  return millis;
}

std::optional<std::string> ToText(const JsonValue& value) {
  if (value.IsString()) return KeptText(View(value));
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  if (value.IsUint64()) return std::to_string(value.GetUint64());
  return std::nullopt;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

const JsonValue* FindField(const JsonValue& object, std::string_view name) {
  const JsonValue key(
      rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || member->value.IsNull()) return nullptr;
  return &member->value;
}

std::string ReadText(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  return value == nullptr ? "" : ToText(*value).value_or("");
}

std::vector<std::string> ReadTexts(const JsonValue& object, std::string_view name) {
  std::vector<std::string> texts;
  const JsonValue* array = FindArray(object, name);
  if (array == nullptr) return texts;
  texts.reserve(array->Size());
  for (const JsonValue& element : array->GetArray()) {
    std::optional<std::string> text = ToText(element);
    if (text && !text->empty()) texts.push_back(*std::move(text));
  }
  return texts;
}

std::optional<std::string> ReadId(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr || !value->IsString()) return std::nullopt;
  const std::string_view id = View(*value);
  if (id.empty() || id.size() > kMaxIdBytes || id == "." || id == ".." ||
      std::any_of(id.begin(), id.end(), IsControl)) {
    return std::nullopt;
  }
  return KeptText(id);
}

std::optional<bool> ReadBool(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr) return std::nullopt;
  if (value->IsBool()) return value->GetBool();
  if (value->IsString() && EqualsIgnoreCase(View(*value), "true")) return true;
  if (value->IsString() && EqualsIgnoreCase(View(*value), "false")) return false;
  const std::optional<std::int64_t> number = ToInteger(*value, Fraction::kRefused);
  if (number == 0) return false;
  if (number == 1) return true;
  return std::nullopt;
}

std::optional<std::int64_t> ReadInteger(const JsonValue& object, std::string_view name,
                                        std::int64_t min, std::int64_t max) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> number = ToInteger(*value, Fraction::kRefused);
  if (!number || *number < min || *number > max) return std::nullopt;
  return number;
}

std::optional<std::int32_t> ReadSequence(const JsonValue& object, std::string_view name) {
  const std::optional<std::int64_t> number =
      ReadInteger(object, name, 0, std::numeric_limits<std::int32_t>::max());
  if (!number) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

std::optional<Timestamp> ReadTime(const JsonValue& object, std::string_view name) {
  const std::optional<std::int64_t> millis = ReadMillis(object, name, 1, kLatestMillis);
  if (!millis) return std::nullopt;
  return FromEpochMillis(*millis);
}

std::optional<Duration> ReadSpan(const JsonValue& object, std::string_view name) {
  const std::optional<std::int64_t> millis = ReadMillis(object, name, 0, kLongestSpanMillis);
  if (!millis) return std::nullopt;
  return Duration(*millis);
}

std::optional<ExecutionStatus> ReadStatus(const JsonValue& object, std::string_view name,
                                          std::int32_t& unknown) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr || !value->IsString() || value->GetStringLength() == 0) return std::nullopt;
  const ExecutionStatus status = ParseExecutionStatus(View(*value));
  if (status == ExecutionStatus::kUnknown) ++unknown;
  return status;
}

const JsonValue* FindArray(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  return value != nullptr && value->IsArray() ? value : nullptr;
}

const JsonValue* FindObject(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  return value != nullptr && value->IsObject() ? value : nullptr;
}

}  // namespace codearts
