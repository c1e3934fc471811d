#include "config/config_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <set>
#include <utility>

#include "base/text.h"
#include "config/nearest.h"

namespace codearts {
namespace {

std::string_view DescribeKind(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "has no value";
    case YamlNode::Kind::kScalar:
      return "is a single value";
    case YamlNode::Kind::kSequence:
      return "is a list";
    case YamlNode::Kind::kMap:
      return "is a map";
  }
  return "is unknown";
}

}  // namespace

ConfigReader::ConfigReader(std::string file, const Environment& environment)
    : file_(std::move(file)), environment_(environment) {}

ConfigOrigin ConfigReader::OriginOf(const ConfigValue& value) const {
  return {file_, value.node.line, value.key};
}

void ConfigReader::AddError(ConfigOrigin origin, std::string problem, std::string remedy) {
  keys_with_errors_.insert(origin.key);
  if (errors_.size() >= kMostErrors) {
    ++dropped_errors_;
    return;
  }
  errors_.push_back({std::move(origin), std::move(problem), std::move(remedy)});
}

void ConfigReader::AddError(const ConfigValue& value, std::string problem, std::string remedy) {
  AddError(OriginOf(value), std::move(problem), std::move(remedy));
}

void ConfigReader::AddWarning(ConfigOrigin origin, std::string problem, std::string remedy) {
  warnings_.push_back({std::move(origin), std::move(problem), std::move(remedy)});
}

void ConfigReader::NoteInlineSecret(const ConfigValue& value) {
  if (!first_inline_secret_) first_inline_secret_ = OriginOf(value);
}

std::optional<std::string> ConfigReader::ReadScalar(const ConfigValue& value,
                                                    std::string_view expected) {
  if (value.node.kind != YamlNode::Kind::kScalar) {
    AddError(value, std::string(DescribeKind(value.node.kind)), fmt::format("give {}", expected));
    return std::nullopt;
  }
  if (!environment_) return value.node.text;
  Result<std::string> text = ExpandVariables(value.node.text, environment_);
  if (!text.ok()) {
    AddError(value, text.status().message(),
             "set the variable, or write \"$$\" for a dollar sign before \"{\"");
    return std::nullopt;
  }
  return *std::move(text);
}

std::vector<ConfigValue> ConfigReader::ReadList(const ConfigValue& value,
                                                std::string_view expected) {
  std::vector<ConfigValue> items;
  if (value.node.kind == YamlNode::Kind::kNull) return items;
  if (value.node.kind != YamlNode::Kind::kSequence) {
    AddError(value, std::string(DescribeKind(value.node.kind)), fmt::format("give {}", expected));
    return items;
  }
  for (std::size_t i = 0; i < value.node.items.size(); ++i) {
    items.push_back({value.node.items[i], fmt::format("{}[{}]", value.key, i)});
  }
  return items;
}

std::vector<ConfigValue> ConfigReader::ReadMap(const ConfigValue& value) {
  std::vector<ConfigValue> values;
  if (value.node.kind == YamlNode::Kind::kNull) return values;
  if (value.node.kind != YamlNode::Kind::kMap) {
    AddError(value, std::string(DescribeKind(value.node.kind)),
             "give a map of keys, each \"key: value\"");
    return values;
  }
  std::set<std::string_view> seen;
  for (const YamlEntry& entry : value.node.entries) {
    const std::string key = value.key.empty() ? entry.key : value.key + "." + entry.key;
    if (seen.insert(entry.key).second) {
      values.push_back({entry.value, key});
    } else {
      AddError(ConfigOrigin{file_, entry.value.line, key}, "is given twice", "keep one of them");
    }
  }
  return values;
}

void ConfigReader::AddUnknownKey(const ConfigValue& value, std::string_view name,
                                 const std::vector<std::string>& known) {
  const std::string nearest = FindNearest(name, known);
  AddError(value, "is not a known key",
           nearest.empty() ? fmt::format("remove it or take one of {}", fmt::join(known, ", "))
                           : fmt::format("did you mean \"{}\"?", nearest));
}

std::string_view NameWithin(const ConfigValue& map, const ConfigValue& entry) {
  const std::size_t prefix = map.key.empty() ? 0 : map.key.size() + 1;
  return std::string_view(entry.key).substr(prefix);
}

std::string QuoteRaw(const YamlNode& node) {
  constexpr std::size_t kLongest = 60;
  std::string text = node.text.substr(0, kLongest);
  if (node.text.size() > kLongest) text += "...";
  std::string quoted;
  AppendJsonString(RepairUtf8(text), quoted);
  return quoted;
}

}  // namespace codearts
