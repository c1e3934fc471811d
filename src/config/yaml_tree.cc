#include "config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace codearts {
namespace {

// What a parser of YAML would accept, and this program does not.
constexpr const char* kNoAnchors = "anchors and aliases are not supported";

int LineOf(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.line + 1;
}

// Builds the tree from the parser's events. Refuses with the parser's own exception, which
// ParseYaml turns into an error as it does for those of the parser.
class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode TakeRoot() { return std::move(root_); }
  int first_line() const { return first_line_; }

  void OnDocumentStart(const YAML::Mark& mark) override { first_line_ = LineOf(mark); }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(mark, anchor, YamlNode::Kind::kNull, "");
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { RefuseAnchor(mark); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    // The parser gives a scalar without tag and quotes this one.
    Add(mark, anchor, YamlNode::Kind::kScalar, value, tag != "?");
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Level {
    YamlNode node;
    bool has_key = false;
    std::string key;
    int key_line = 0;
  };

  [[noreturn]] static void RefuseAnchor(const YAML::Mark& mark) {
    throw YAML::ParserException(mark, kNoAnchors);
  }

  void Add(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind,
           const std::string& text, bool quoted = false) {
    if (anchor != YAML::NullAnchor) RefuseAnchor(mark);
    YamlNode node;
    node.kind = kind;
    node.line = LineOf(mark);
    node.text = text;
    node.quoted = quoted;
    Attach(std::move(node));
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (anchor != YAML::NullAnchor) RefuseAnchor(mark);
    if (levels_.size() >= kMaxYamlDepth) {
      throw YAML::ParserException(mark, "maps and lists are nested too deeply");
    }
    if (!levels_.empty() && ExpectsKey(levels_.back())) {
      throw YAML::ParserException(mark, "a key must be plain text");
    }
    Level level;
    level.node.kind = kind;
    level.node.line = LineOf(mark);
    levels_.push_back(std::move(level));
  }

  void Close() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    Attach(std::move(node));
  }

  static bool ExpectsKey(const Level& level) {
    return level.node.kind == YamlNode::Kind::kMap && !level.has_key;
  }

  void Attach(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == YamlNode::Kind::kSequence) {
      level.node.items.push_back(std::move(node));
    } else if (level.has_key) {
      node.line = level.key_line;
      level.node.entries.push_back({std::move(level.key), std::move(node)});
      level.has_key = false;
    } else {
      level.key = std::move(node.text);
      level.key_line = node.line;
      level.has_key = true;
    }
  }

  YamlNode root_;
  int first_line_ = 0;
  std::vector<Level> levels_;
};

std::optional<YamlError> CheckBytes(std::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return YamlError{0, "is larger than 1 MiB", "give a YAML file of a reasonable size"};
  }
  // UTF-16 has one in each ASCII character; its mark at the beginning is no UTF-8 either.
  if (text.find('\0') != std::string_view::npos) {
    return YamlError{0, "is not UTF-8 text; it may be UTF-16", "save it as UTF-8"};
  }
  int line = 0;
  for (const std::string_view line_text : Split(text, '\n')) {
    ++line;
    if (!IsValidUtf8(line_text)) {
      return YamlError{line, "is not UTF-8 text",
                       "save it as UTF-8, not in GBK or another encoding"};
    }
  }
  return std::nullopt;
}

YamlError InvalidYaml(int line, const std::string& why) {
  if (why == kNoAnchors) {
    return {line, "not valid here: " + why, "write the value at each place; quote one with * or &"};
  }
  return {line, "not valid YAML: " + why, "check indentation, brackets, quotes and tabs"};
}

}  // namespace

const YamlEntry* FindEntry(const YamlNode* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  const auto entry = std::find_if(node->entries.begin(), node->entries.end(),
                                  [&](const YamlEntry& e) { return e.key == key; });
  return entry == node->entries.end() ? nullptr : &*entry;
}

YamlDocument ParseYaml(std::string_view text) {
  YamlDocument document;
  document.error = CheckBytes(text);
  if (document.error) return document;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    parser.HandleNextDocument(builder);
    document.root = builder.TakeRoot();
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      document.error = YamlError{second.first_line(), "a second document starts here",
                                 "remove it, or correct the indentation"};
    }
  } catch (const YAML::Exception& e) {
    document.error = InvalidYaml(LineOf(e.mark), e.msg);
  } catch (const std::exception& e) {
    document.error = InvalidYaml(0, e.what());
  }
  return document;
}

}  // namespace codearts
