#include "exporter/check_config.h"

#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "api/json_writer.h"
#include "base/logging.h"
#include "config/effective_config.h"
#include "config/yaml_tree.h"

namespace codearts {
namespace {

LoadResult Load(const CommandLine& line) {
  return LoadConfig(line.config_file, ReadProcessEnvironment, line.flags);
}

// Adds what is wrong with the web configuration, which a file of its own holds.
void LoadWeb(LoadResult& loaded) {
  if (!loaded.config) return;
  LiveWebConfig::OpenResult opened = LiveWebConfig::Open(loaded.config->web.config_file);
  std::move(opened.errors.begin(), opened.errors.end(), std::back_inserter(loaded.errors));
  std::move(opened.warnings.begin(), opened.warnings.end(), std::back_inserter(loaded.warnings));
  if (opened.live == nullptr) loaded.config.reset();
}

void LogProblems(const std::vector<ConfigProblem>& warnings,
                 const std::vector<ConfigProblem>& errors) {
  for (const ConfigProblem& warning : warnings) {
    LogWarn("the configuration is doubtful", {{"warning", FormatConfigProblem(warning)}});
  }
  for (const ConfigProblem& error : errors) {
    LogError("the configuration is not valid", {{"error", FormatConfigProblem(error)}});
  }
}

void Explain(const std::vector<ConfigProblem>& warnings, const std::vector<ConfigProblem>& errors) {
  for (const ConfigProblem& warning : warnings) {
    fmt::print(stderr, "warning: {}\n", FormatConfigProblem(warning));
  }
  for (const ConfigProblem& error : errors) {
    fmt::print(stderr, "error: {}\n", FormatConfigProblem(error));
  }
}

// A log in JSON is read by programs, which would stumble over a line that is none.
void Tell(LogFormat format, const std::vector<ConfigProblem>& warnings,
          const std::vector<ConfigProblem>& errors) {
  if (format == LogFormat::kJson) return LogProblems(warnings, errors);
  Explain(warnings, errors);
}

void WriteProblems(JsonWriter& json, std::string_view key,
                   const std::vector<ConfigProblem>& problems) {
  json.Key(key);
  json.BeginArray();
  for (const ConfigProblem& problem : problems) {
    json.BeginObject();
    json.Field("file", problem.origin.file);
    json.Key("line");
    if (problem.origin.line > 0) {
      json.Integer(problem.origin.line);
    } else {
      json.Null();
    }
    json.Field("key", problem.origin.key);
    json.Field("problem", problem.problem);
    json.Field("remedy", problem.remedy);
    json.EndObject();
  }
  json.EndArray();
}

// Our own YAML quotes all text but durations, sizes and words of a closed set.
void WriteScalar(JsonWriter& json, const YamlNode& node) {
  const std::string& text = node.text;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!node.quoted && (text == "true" || text == "false")) {
    json.Bool(text == "true");
  } else if (node.quoted || !is_number) {
    json.String(text);
  } else if (text.find_first_not_of("-0123456789") == std::string::npos) {
    json.Integer(static_cast<std::int64_t>(number));
  } else {
    json.Number(number);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): the tree is our own and shallow.
void WriteNode(JsonWriter& json, const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      json.Null();
      return;
    case YamlNode::Kind::kScalar:
      WriteScalar(json, node);
      return;
    case YamlNode::Kind::kSequence:
      json.BeginArray();
      for (const YamlNode& item : node.items) WriteNode(json, item);
      json.EndArray();
      return;
    case YamlNode::Kind::kMap:
      json.BeginObject();
      for (const YamlEntry& entry : node.entries) {
        json.Key(entry.key);
        WriteNode(json, entry.value);
      }
      json.EndObject();
  }
}

void WriteCredentialOrigins(JsonWriter& json, const Config& config) {
  json.Key("credential_origins");
  json.BeginObject();
  for (const CredentialConfig& credential : config.credentials) {
    json.Field(credential.name, credential.origin);
  }
  json.EndObject();
}

}  // namespace

std::optional<Config> LoadOrExplain(const CommandLine& line) {
  LoadResult loaded = Load(line);
  const bool serves = line.command == Command::kServe;
  Tell(serves ? line.flags.log.format : LogFormat::kLogfmt, loaded.warnings, loaded.errors);
  return std::move(loaded.config);
}

std::unique_ptr<LiveWebConfig> OpenWebConfigOrExplain(const Config& config) {
  LiveWebConfig::OpenResult opened = LiveWebConfig::Open(config.web.config_file);
  Tell(config.log.format, opened.warnings, opened.errors);
  return std::move(opened.live);
}

std::string FormatConfigCheck(const LoadResult& loaded) {
  JsonWriter json(JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("valid");
  json.Bool(loaded.config.has_value());
  WriteProblems(json, "errors", loaded.errors);
  WriteProblems(json, "warnings", loaded.warnings);
  json.Key("configuration");
  if (loaded.config) {
    WriteNode(json, ParseYaml(FormatEffectiveConfig(*loaded.config)).root);
    WriteCredentialOrigins(json, *loaded.config);
  } else {
    json.Null();
  }
  json.EndObject();
  return json.Take() + "\n";
}

int CheckConfig(const CommandLine& line) {
  LoadResult loaded = Load(line);
  LoadWeb(loaded);
  if (line.output == OutputFormat::kJson) {
    std::fputs(FormatConfigCheck(loaded).c_str(), stdout);
  } else {
    Explain(loaded.warnings, loaded.errors);
    if (loaded.config) std::fputs(FormatEffectiveConfig(*loaded.config).c_str(), stdout);
  }
  if (loaded.config) return 0;
  if (line.output == OutputFormat::kText && loaded.errors.size() > 1) {
    fmt::print(stderr, "{} errors\n", loaded.errors.size());
  }
  return 1;
}

}  // namespace codearts
