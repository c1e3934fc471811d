#ifndef CODEARTS_API_JSON_DOCUMENT_H_
#define CODEARTS_API_JSON_DOCUMENT_H_

#include <rapidjson/document.h>

#include <cstddef>
#include <memory>
#include <string>

#include "base/status.h"

namespace codearts {

using JsonValue = rapidjson::Value;

// Bounds of what a body may hold. A full run (512 steps with dozens of inputs each) or a page of
// 1000 pipelines stays below: they keep a hostile body, in which every three bytes may be an object
// that becomes a step of several hundred, from using more memory than its own size explains.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxJsonDepth = 256;
inline constexpr std::size_t kMaxJsonValues = 1'000'000;  // Member names count too.
inline constexpr std::size_t kMaxJsonObjects = 100'000;

// A JSON text and its tree, which points into the text: nothing is copied. Text that is not UTF-8
// is let through; who keeps a string repairs it (json_fields.h). Lifetime: values live as long as
// the document. Not movable: the tree refers to it.
class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // Takes the text over and parses it. Errors: kInvalidResponse if it is empty, not JSON, or beyond
  // the bounds. Call once.
  Status Parse(std::string text);

  // Requires a successful Parse.
  const JsonValue& root() const { return tree_; }

 private:
  // Memory that a thread's documents use in turn: fresh memory for each takes longer to get than
  // most trees to build.
  class Scratch {
   public:
    static constexpr std::size_t kBytes = std::size_t{256} << 10U;

    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    char* bytes() { return bytes_.get(); }

   private:
    std::unique_ptr<char[]> bytes_;
  };

  std::string text_;
  Scratch scratch_;
  rapidjson::MemoryPoolAllocator<> allocator_;
  rapidjson::Document tree_;
};

}  // namespace codearts

#endif  // CODEARTS_API_JSON_DOCUMENT_H_
