#ifndef CODEARTS_API_JSON_FIELDS_H_
#define CODEARTS_API_JSON_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_document.h"
#include "base/clock.h"
#include "model/execution_status.h"

namespace codearts {

// How the members of an object are read. The API is loose: null, absent and "" mean the same, an
// instant of 0 is none, numbers come as numeric strings and back, booleans as strings or 0 and 1. A
// member of any other type counts as absent. `object` must be an object; the first of several
// members of one name is taken.

// Texts that are kept are cut to this many bytes. The API allows 128 characters for names and 1024
// for descriptions; a hostile text would be repeated in every series.
inline constexpr std::size_t kMaxTextBytes = 4096;

// Returns the member, or nullptr when it is absent or null.
const JsonValue* FindField(const JsonValue& object, std::string_view name);

// Returns the text as UTF-8, mended and cut, or a whole number in decimal; "" when absent.
std::string ReadText(const JsonValue& object, std::string_view name);

// Returns the texts of an array, without the elements that are none.
std::vector<std::string> ReadTexts(const JsonValue& object, std::string_view name);

// Returns an id that can be put into a path: a string of 1 to 128 bytes without control characters,
// neither "." nor "..". Errors: nullopt.
std::optional<std::string> ReadId(const JsonValue& object, std::string_view name);

std::optional<bool> ReadBool(const JsonValue& object, std::string_view name);

// Returns a whole number from `min` to `max`.
std::optional<std::int64_t> ReadInteger(const JsonValue& object, std::string_view name,
                                        std::int64_t min, std::int64_t max);

// Returns a place among siblings: a whole number of 0 or more.
std::optional<std::int32_t> ReadSequence(const JsonValue& object, std::string_view name);

// Returns an instant; nullopt also for 0, before 1970 and after the year 9999.
std::optional<Timestamp> ReadTime(const JsonValue& object, std::string_view name);

// Returns a span of time; nullopt also when it is negative or longer than a year, which no pause of
// a run is: the API's texts don't exclude an instant.
std::optional<Duration> ReadSpan(const JsonValue& object, std::string_view name);

// Returns the status, or nullopt when there is no word. `unknown` counts words outside the set.
std::optional<ExecutionStatus> ReadStatus(const JsonValue& object, std::string_view name,
                                          std::int32_t& unknown);

// Returns the array of that name, or nullptr when there is none.
const JsonValue* FindArray(const JsonValue& object, std::string_view name);

// Returns the object of that name, or nullptr when there is none.
const JsonValue* FindObject(const JsonValue& object, std::string_view name);

// Room is made for this many elements at once; an array may be long and hold no objects at all.
inline constexpr rapidjson::SizeType kMaxReserve = 1024;

// Decodes the objects in the array of that name, without the elements that are none.
template <typename T, typename Decode>
std::vector<T> ReadObjects(const JsonValue& object, std::string_view name, Decode decode) {
  std::vector<T> items;
  const JsonValue* array = FindArray(object, name);
  if (array == nullptr) return items;
  items.reserve(std::min(array->Size(), kMaxReserve));
  for (const JsonValue& element : array->GetArray()) {
    if (element.IsObject()) items.push_back(decode(element));
  }
  return items;
}

}  // namespace codearts

#endif  // CODEARTS_API_JSON_FIELDS_H_
