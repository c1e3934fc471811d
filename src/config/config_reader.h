#ifndef CODEARTS_CONFIG_CONFIG_READER_H_
#define CODEARTS_CONFIG_CONFIG_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/config_problem.h"
#include "config/environment.h"
#include "config/yaml_tree.h"

namespace codearts {

// A node of the file and the path of keys that leads to it.
struct ConfigValue {
  const YamlNode& node;
  std::string key;  // "api.concurrency", "projects[0].pipelines.include[1]".
};

// Reads values out of the tree and collects everything that is wrong with them. Variables are not
// expanded if `environment` is null. Lifetime: `environment` must outlive it.
class ConfigReader {
 public:
  // A file that is no configuration at all could have hundreds of thousands.
  static constexpr std::size_t kMostErrors = 1000;

  ConfigReader(std::string file, const Environment& environment);

  const Environment& environment() const { return environment_; }
  // The first kMostErrors of them.
  std::vector<ConfigProblem>& errors() { return errors_; }
  // How many there were beyond those.
  std::size_t dropped_errors() const { return dropped_errors_; }
  std::vector<ConfigProblem>& warnings() { return warnings_; }

  ConfigOrigin OriginOf(const ConfigValue& value) const;
  void AddError(ConfigOrigin origin, std::string problem, std::string remedy);
  void AddError(const ConfigValue& value, std::string problem, std::string remedy);
  void AddWarning(ConfigOrigin origin, std::string problem, std::string remedy);

  // Whether an error was added for that key.
  bool HasError(const std::string& key) const { return keys_with_errors_.contains(key); }

  // Remembers that the file itself holds a secret.
  void NoteInlineSecret(const ConfigValue& value);
  const std::optional<ConfigOrigin>& first_inline_secret() const { return first_inline_secret_; }

  // Returns a scalar with its variables expanded; nullopt, with an error that says to give
  // `expected`, for anything else.
  std::optional<std::string> ReadScalar(const ConfigValue& value, std::string_view expected);

  // Returns the items of a list; none, with an error, for anything else but an empty value.
  std::vector<ConfigValue> ReadList(const ConfigValue& value, std::string_view expected);

  // Returns the entries of a map, first of each key; an error for each other one of that key. None,
  // with an error, for anything else but an empty value.
  std::vector<ConfigValue> ReadMap(const ConfigValue& value);

  // Adds an error for a key that its map does not have.
  void AddUnknownKey(const ConfigValue& value, std::string_view name,
                     const std::vector<std::string>& known);

 private:
  std::string file_;
  const Environment& environment_;
  std::vector<ConfigProblem> errors_;
  std::vector<ConfigProblem> warnings_;
  std::size_t dropped_errors_ = 0;
  std::unordered_set<std::string> keys_with_errors_;
  std::optional<ConfigOrigin> first_inline_secret_;
};

// Returns the last key of a path: "region" of "projects[0].region". Names may hold dots, so this is
// given by the map's own path.
std::string_view NameWithin(const ConfigValue& map, const ConfigValue& entry);

// Returns the text as the file has it, in quotes and cut to a sensible length. Holds nothing from
// the environment.
std::string QuoteRaw(const YamlNode& node);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CONFIG_READER_H_
