#ifndef CODEARTS_CONFIG_YAML_TREE_H_
#define CODEARTS_CONFIG_YAML_TREE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace codearts {

struct YamlEntry;

// A YAML document as it was written: with lines, and with duplicate keys.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  int line = 0;                    // From 1; of a map's value: that of its key.
  std::string text;                // Of a scalar, before any expansion.
  bool quoted = false;             // Of a scalar: written in quotes or as a block.
  std::vector<YamlNode> items;     // Of a sequence.
  std::vector<YamlEntry> entries;  // Of a map, in order.
};

struct YamlEntry {
  std::string key;
  YamlNode value;
};

// Returns the first entry of that key, or nullptr. `node` may be nullptr. Lifetime: that of `node`.
const YamlEntry* FindEntry(const YamlNode* node, std::string_view key);

struct YamlError {
  int line = 0;  // 0: the whole text.
  std::string problem;
  std::string remedy;
};

struct YamlDocument {
  YamlNode root;  // A null if the text is empty.
  std::optional<YamlError> error;
};

// More than any configuration needs, and little enough to read in an instant.
inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20U;
inline constexpr int kMaxYamlDepth = 16;

// Parses one document of at most kMaxYamlBytes, nested at most kMaxYamlDepth deep. Anchors, aliases
// and a second document are refused: time and memory stay linear in the text. Never throws.
YamlDocument ParseYaml(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_YAML_TREE_H_
