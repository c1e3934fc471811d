#ifndef CODEARTS_SIMULATOR_JSON_WRITER_H_
#define CODEARTS_SIMULATOR_JSON_WRITER_H_

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace codearts::sim {

// Builds JSON text. Bytes of strings pass as they are: a test may want invalid UTF-8.
class JsonWriter {
 public:
  JsonWriter() : writer_(buffer_) {}

  void StartObject() { writer_.StartObject(); }
  void EndObject() { writer_.EndObject(); }
  void StartArray() { writer_.StartArray(); }
  void EndArray() { writer_.EndArray(); }
  void Key(std::string_view key) { writer_.Key(key.data(), Length(key)); }
  void StartObject(std::string_view key) { Key(key), StartObject(); }
  void StartArray(std::string_view key) { Key(key), StartArray(); }

  void Value(std::string_view value) { writer_.String(value.data(), Length(value)); }
  void Value(const std::string& value) { Value(std::string_view(value)); }
  void Value(const char* value) { Value(std::string_view(value)); }
  void Value(std::nullptr_t) { writer_.Null(); }
  void Value(Timestamp t) { writer_.Int64(ToEpochMillis(t)); }
  void Value(Duration d) { writer_.Int64(d.count()); }
  template <std::same_as<bool> B>
  void Value(B value) {
    writer_.Bool(value);
  }
  template <std::integral N>
  requires(!std::same_as<N, bool>) void Value(N value) {
    writer_.Int64(static_cast<std::int64_t>(value));
  }
  template <typename T>
  void Value(const std::optional<T>& value) {
    value ? Value(*value) : Value(nullptr);
  }

  template <typename T>
  void Field(std::string_view key, const T& value) {
    Key(key), Value(value);
  }

  std::string Take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType Length(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_JSON_WRITER_H_
