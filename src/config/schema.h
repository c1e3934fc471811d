#ifndef CODEARTS_CONFIG_SCHEMA_H_
#define CODEARTS_CONFIG_SCHEMA_H_

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config_reader.h"
#include "config/value_kind.h"

namespace codearts {

// What the reference says about a key.
struct KeySpec {
  std::string name;
  std::string expected;         // Type and range, in words.
  std::string default_text;     // Markdown; empty: none.
  std::string doc;              // Markdown.
  std::vector<KeySpec> nested;  // The keys of a map.
};

// One key of a map that is read into a Section. The one row says how it is read, how it is written
// again and what the reference says about it, so that the three can't drift apart.
template <typename Section>
struct Field {
  KeySpec spec;
  std::function<void(ConfigReader&, const ConfigValue&, Section&)> read;
  std::function<std::string(const Section&)> write;  // "" leaves the key out.
};

template <typename Section>
using Schema = std::vector<Field<Section>>;

// Returns the row of a key whose value is `member` (a pointer to a member, or what std::invoke
// takes like one) of the section. Its default is that of a default Section.
template <typename Section, typename Member, typename T>
Field<Section> Key(std::string name, Member member, const ValueKind<T>& kind, std::string doc) {
  Field<Section> field;
  field.read = [member, read = kind.read](ConfigReader& reader, const ConfigValue& value,
                                          Section& section) {
    read(reader, value, std::invoke(member, section));
  };
  field.write = [member, write = kind.write](const Section& section) {
    return write(std::invoke(member, section));
  };
  const std::string default_value = field.write(Section());
  field.spec = {std::move(name),
                kind.expected,
                default_value.empty() ? "" : "`" + default_value + "`",
                std::move(doc),
                {}};
  return field;
}

// Returns the row with another text for its default: one that depends, or "required".
template <typename Section>
Field<Section> WithDefault(Field<Section> field, const std::string& text) {
  field.spec.default_text = text;
  return field;
}

// Returns the row with its key left out of what is written while it has its default.
template <typename Section>
Field<Section> OmitDefault(Field<Section> field) {
  field.write = [write = field.write, default_value = field.write(Section())](const Section& s) {
    std::string value = write(s);
    return value == default_value ? "" : value;
  };
  return field;
}

template <typename Section>
std::vector<KeySpec> Describe(const Schema<Section>& schema) {
  std::vector<KeySpec> specs;
  for (const Field<Section>& field : schema) specs.push_back(field.spec);
  return specs;
}

// Reads a map key by key. Adds an error for each key that is unknown or given twice.
template <typename Section>
void ReadSection(ConfigReader& reader, const ConfigValue& map, const Schema<Section>& schema,
                 Section& out) {
  for (const ConfigValue& entry : reader.ReadMap(map)) {
    const std::string_view name = NameWithin(map, entry);
    const auto field = std::find_if(schema.begin(), schema.end(),
                                    [&](const auto& f) { return f.spec.name == name; });
    if (field != schema.end()) {
      field->read(reader, entry, out);
      continue;
    }
    std::vector<std::string> known;
    for (const Field<Section>& f : schema) known.push_back(f.spec.name);
    reader.AddUnknownKey(entry, name, known);
  }
}

// Returns the keys of the section as "key: value", to be joined by the separator of a style.
template <typename Section>
std::vector<std::string> WriteSection(const Schema<Section>& schema, const Section& section) {
  std::vector<std::string> entries;
  for (const Field<Section>& field : schema) {
    const std::string value = field.write(section);
    if (!value.empty()) entries.push_back(field.spec.name + ": " + value);
  }
  return entries;
}

// A map of its own with the keys of `schema`, written in flow style.
template <typename T>
ValueKind<T> MapOf(Schema<T> schema) {
  return {"a map",
          [schema](ConfigReader& reader, const ConfigValue& value, T& out) {
            ReadSection(reader, value, schema, out);
          },
          [schema](const T& section) {
            std::string flow;
            for (const std::string& entry : WriteSection(schema, section)) {
              flow += (flow.empty() ? "" : ", ") + entry;
            }
            return "{" + flow + "}";
          }};
}

// Returns the row of a key that holds a map of its own.
template <typename Section, typename T>
Field<Section> MapKey(std::string name, T Section::*member, const Schema<T>& schema,
                      std::string doc) {
  Field<Section> field = Key<Section>(std::move(name), member, MapOf(schema), std::move(doc));
  field.spec.default_text.clear();
  field.spec.nested = Describe(schema);
  return field;
}

}  // namespace codearts

#endif  // CODEARTS_CONFIG_SCHEMA_H_
