#include "api/json_document.h"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/http_message.h"

namespace codearts {
namespace {

using rapidjson::SizeType;

// Hands the parser's events on to the tree until a bound is reached; false stops the parser.
class BoundedBuilder {
 public:
  using Ch = char;

  explicit BoundedBuilder(rapidjson::Document& tree) : tree_(tree) {}

  bool Null() { return Count() && tree_.Null(); }
  bool Bool(bool value) { return Count() && tree_.Bool(value); }
  bool Int(int value) { return Count() && tree_.Int(value); }
  bool Uint(unsigned value) { return Count() && tree_.Uint(value); }
  bool Int64(std::int64_t value) { return Count() && tree_.Int64(value); }
  bool Uint64(std::uint64_t value) { return Count() && tree_.Uint64(value); }
  bool Double(double value) { return Count() && tree_.Double(value); }
  bool RawNumber(const char* text, SizeType size, bool copy) {
    return Count() && tree_.RawNumber(text, size, copy);
  }
  bool String(const char* text, SizeType size, bool copy) {
    return Count() && tree_.String(text, size, copy);
  }
  bool Key(const char* text, SizeType size, bool copy) {
    return Count() && tree_.Key(text, size, copy);
  }
  bool StartObject() { return ++objects_ <= kMaxJsonObjects && Descend() && tree_.StartObject(); }
  bool EndObject(SizeType size) { return Ascend() && tree_.EndObject(size); }
  bool StartArray() { return Descend() && tree_.StartArray(); }
  bool EndArray(SizeType size) { return Ascend() && tree_.EndArray(size); }

 private:
  bool Count() { return ++values_ <= kMaxJsonValues; }
  bool Descend() { return Count() && ++depth_ <= kMaxJsonDepth; }
  bool Ascend() {
    --depth_;
    return true;
  }

  rapidjson::Document& tree_;
  std::size_t values_ = 0;
  std::size_t objects_ = 0;
  std::size_t depth_ = 0;
};

// Whether four hexadecimal digits, the first one a 'd', stand at `position` and name a surrogate
// from `first` ("89ab" high, "cdef" low) on.
bool IsSurrogateEscape(std::string_view text, std::size_t position, std::string_view second_digit) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  if (text.size() - position < 6 || text[position] != '\\' || text[position + 1] != 'u') {
    return false;
  }
  const std::string_view digits = text.substr(position + 2, 4);
  return (digits[0] == 'd' || digits[0] == 'D') &&
         second_digit.find(digits[1]) != std::string_view::npos &&
         digits.find_first_not_of(kHex) == std::string_view::npos;
}

// Replaces the escape of a high surrogate without its low one by U+FFFD. Services that cut a text
// in the middle of an emoji write it, and the parser would refuse the whole body.
void MendLoneSurrogates(std::string& text) {
  constexpr std::string_view kHigh = "89abAB";
  constexpr std::string_view kLow = "cdefCDEF";
  constexpr std::size_t kEscape = 6;
  std::size_t i = text.find('\\');
  while (i != std::string::npos) {
    if (!IsSurrogateEscape(text, i, kHigh)) {
      i = text.find('\\', i + 2);
      continue;
    }
    if (IsSurrogateEscape(text, i + kEscape, kLow)) {
      i = text.find('\\', i + 2 * kEscape);
      continue;
    }
    text.replace(i, kEscape, "\\ufffd");
    i = text.find('\\', i + kEscape);
  }
}

// Of values whose object or array has not ended yet.
constexpr std::size_t kStackBytes = std::size_t{16} << 10U;

thread_local std::unique_ptr<char[]> idle_scratch;

Status NotJsonFrom(std::size_t position, std::size_t size) {
  return Status(StatusCode::kInvalidResponse,
                fmt::format("the body is not JSON from byte {} of {} on", position, size));
}

// The parser reads whole vectors, thus past the end, and writes nothing there.
std::string WithPadding(std::string text) {
  if (text.capacity() - text.size() >= kBodyPadding) return text;
  std::string padded;
  padded.reserve(text.size() + kBodyPadding);
  padded = text;
  return padded;
}

// Returns where a control character stands that its vectors, unlike its loops, let pass in strings
// (it compares with 0x19 instead of 0x1f), or the size. JSON has them nowhere (RFC 8259, section
// 7).
std::size_t FindOverlookedControl(std::string_view text) {
  const auto is_overlooked = [](char c) { return static_cast<unsigned char>(c - 0x1a) < 6; };
  unsigned any = 0;  // No early exit, so that the loop vectorises.
  for (const char c : text) any |= static_cast<unsigned>(is_overlooked(c));
  if (any == 0) return text.size();
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_overlooked) -
                                  text.begin());
}

}  // namespace

JsonDocument::Scratch::Scratch()
    : bytes_(idle_scratch != nullptr ? std::move(idle_scratch)
                                     : std::make_unique_for_overwrite<char[]>(kBytes)) {}

JsonDocument::Scratch::~Scratch() {
  idle_scratch = std::move(bytes_);
}

JsonDocument::JsonDocument()
    : allocator_(scratch_.bytes(), Scratch::kBytes), tree_(&allocator_, kStackBytes) {}

Status JsonDocument::Parse(std::string text) {
  text_ = std::move(text);
  if (text_.empty()) return Status(StatusCode::kInvalidResponse, "the body is empty");
  if (text_.size() > kMaxJsonBytes) {
    return Status(StatusCode::kInvalidResponse,
                  fmt::format("the body has {} bytes, more than {}", text_.size(), kMaxJsonBytes));
  }
  MendLoneSurrogates(text_);
  text_ = WithPadding(std::move(text_));
  const std::size_t control = FindOverlookedControl(text_);
  if (control != text_.size()) return NotJsonFrom(control, text_.size());

  rapidjson::InsituStringStream stream(text_.data());
  rapidjson::Reader reader;
  rapidjson::ParseResult result;
  auto build = [&](rapidjson::Document& tree) {
    BoundedBuilder builder(tree);
    // Not the default parser: its recursion overflows the stack on a million '['.
    result =
        reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag>(stream, builder);
    return !result.IsError();
  };
  tree_.Populate(build);
  if (result.Code() == rapidjson::kParseErrorTermination) {
    return Status(StatusCode::kInvalidResponse,
                  fmt::format("the body nests deeper than {} or has more than {} values or {} "
                              "objects",
                              kMaxJsonDepth, kMaxJsonValues, kMaxJsonObjects));
  }
  // The parser takes a NUL for the end.
  if (result.IsError() || stream.Tell() != text_.size()) {
    return NotJsonFrom(result.IsError() ? result.Offset() : stream.Tell(), text_.size());
  }
  return Status();
}

}  // namespace codearts
