#include "api/json_writer.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cmath>

#include "base/text.h"

namespace codearts {

class JsonWriter::Impl {
 public:
  explicit Impl(Style style) : indented_(style == Style::kIndented) {
    indenting_.SetIndent(' ', 2);
  }

  template <typename Call>
  void Write(Call call) {
    if (indented_) {
      call(indenting_);
    } else {
      call(compact_);
    }
  }

  std::string Take() {
    std::string text(buffer_.GetString(), buffer_.GetSize());
    buffer_.Clear();
    indenting_.Reset(buffer_);
    compact_.Reset(buffer_);
    return text;
  }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> indenting_{buffer_};
  rapidjson::Writer<rapidjson::StringBuffer> compact_{buffer_};
  const bool indented_;
};

namespace {

rapidjson::SizeType Size(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

}  // namespace

JsonWriter::JsonWriter(Style style) : impl_(std::make_unique<Impl>(style)) {}
JsonWriter::~JsonWriter() = default;

void JsonWriter::BeginObject() {
  impl_->Write([](auto& writer) { writer.StartObject(); });
}

void JsonWriter::EndObject() {
  impl_->Write([](auto& writer) { writer.EndObject(); });
}

void JsonWriter::BeginArray() {
  impl_->Write([](auto& writer) { writer.StartArray(); });
}

void JsonWriter::EndArray() {
  impl_->Write([](auto& writer) { writer.EndArray(); });
}

void JsonWriter::Key(std::string_view name) {
  impl_->Write([name](auto& writer) { writer.Key(name.data(), Size(name)); });
}

void JsonWriter::Field(std::string_view name, std::string_view text) {
  Key(name);
  String(text);
}

void JsonWriter::String(std::string_view value) {
  if (IsValidUtf8(value)) {
    impl_->Write([value](auto& writer) { writer.String(value.data(), Size(value)); });
    return;
  }
  const std::string repaired = RepairUtf8(value);
  impl_->Write([&repaired](auto& writer) { writer.String(repaired.data(), Size(repaired)); });
}

void JsonWriter::Integer(std::int64_t value) {
  impl_->Write([value](auto& writer) { writer.Int64(value); });
}

void JsonWriter::Number(double value) {
  if (!std::isfinite(value)) {
    Null();
    return;
  }
  impl_->Write([value](auto& writer) { writer.Double(value); });
}

void JsonWriter::Bool(bool value) {
  impl_->Write([value](auto& writer) { writer.Bool(value); });
}

void JsonWriter::Null() {
  impl_->Write([](auto& writer) { writer.Null(); });
}

void JsonWriter::Seconds(Timestamp value) {
  Number(ToUnixSeconds(value));
}

void JsonWriter::Seconds(Duration value) {
  Number(ToSeconds(value));
}

std::string JsonWriter::Take() {
  return impl_->Take();
}

}  // namespace codearts
