#ifndef CODEARTS_SIMULATOR_JSON_READER_H_
#define CODEARTS_SIMULATOR_JSON_READER_H_

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace codearts::sim {

// Reads a request's JSON object; members of another type than asked for count as absent.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) {
    document_.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  }

  bool is_object() const { return !document_.HasParseError() && document_.IsObject(); }
  bool is_array() const { return !document_.HasParseError() && document_.IsArray(); }
  const rapidjson::Document& document() const { return document_; }

  std::optional<std::string> Text(const char* key) const {
    const rapidjson::Value* value = Find(key);
    if (value == nullptr || !value->IsString()) return std::nullopt;
    return std::string(value->GetString(), value->GetStringLength());
  }
  std::optional<std::int64_t> Integer(const char* key) const {
    const rapidjson::Value* value = Find(key);
    if (value == nullptr || !value->IsInt64()) return std::nullopt;
    return value->GetInt64();
  }
  std::optional<double> Number(const char* key) const {
    const rapidjson::Value* value = Find(key);
    if (value == nullptr || !value->IsNumber()) return std::nullopt;
    return value->GetDouble();
  }
  bool Flag(const char* key, bool otherwise) const {
    const rapidjson::Value* value = Find(key);
    return value != nullptr && value->IsBool() ? value->GetBool() : otherwise;
  }
  // Returns the strings of an array; empty when it is absent.
  std::vector<std::string> Texts(const char* key) const {
    const rapidjson::Value* value = Find(key);
    return value == nullptr ? std::vector<std::string>() : TextsOf(*value);
  }
  static std::vector<std::string> TextsOf(const rapidjson::Value& value) {
    std::vector<std::string> texts;
    if (!value.IsArray()) return texts;
    for (const rapidjson::Value& element : value.GetArray()) {
      if (element.IsString()) texts.emplace_back(element.GetString(), element.GetStringLength());
    }
    return texts;
  }

 private:
  const rapidjson::Value* Find(const char* key) const {
    if (!is_object()) return nullptr;
    const rapidjson::Value& object = document_;
    const auto member = object.FindMember(key);
    return member == object.MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
  }

  rapidjson::Document document_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_JSON_READER_H_
