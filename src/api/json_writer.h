#ifndef CODEARTS_API_JSON_WRITER_H_
#define CODEARTS_API_JSON_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace codearts {

// Writes one JSON document in the order of the calls: for answers and commands whose output scripts
// read. Text that is not UTF-8 is repaired with U+FFFD. The caller keeps begin and end in balance
// and gives each value inside an object a key. Threads: one.
class JsonWriter {
 public:
  enum class Style { kCompact, kIndented };

  explicit JsonWriter(Style style = Style::kCompact);
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view name);
  void Field(std::string_view name, std::string_view text);  // Key() and String().

  void String(std::string_view value);
  void Integer(std::int64_t value);
  void Number(double value);  // Null if it is not finite: JSON has no word for it.
  void Bool(bool value);
  void Null();

  // Seconds since the Unix epoch, to the millisecond.
  void Seconds(Timestamp value);
  void Seconds(Duration value);

  // Returns the document, which must be complete, and begins a new one.
  std::string Take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace codearts

#endif  // CODEARTS_API_JSON_WRITER_H_
