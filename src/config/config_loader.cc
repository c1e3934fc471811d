#include "config/config_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/config_reader.h"
#include "config/credential_section.h"
#include "config/file_reader.h"
#include "config/project_section.h"
#include "config/schema.h"
#include "config/section_schemas.h"
#include "config/yaml_tree.h"

namespace codearts {
namespace {

// What the file says, before flags and environment.
struct FileContent {
  Config config;
  std::vector<Located<ProjectConfig>> projects;
  std::vector<Located<DiscoveryConfig>> discovery;
};

template <typename Read>
Field<FileContent> SectionKey(std::string name, Read read) {
  Field<FileContent> field;
  field.spec.name = std::move(name);
  field.read = read;
  return field;
}

const Schema<FileContent>& FileSchema() {
  using R = ConfigReader;
  using V = ConfigValue;
  using F = FileContent;
  static const Schema<F> kSchema = {
      SectionKey("scrape", [](R& r, const V& v, F& f) { ReadScrape(r, v, f.config.scrape); }),
      SectionKey("api",
                 [](R& r, const V& v, F& f) { ReadSection(r, v, ApiSchema(), f.config.api); }),
      SectionKey("credentials",
                 [](R& r, const V& v, F& f) { f.config.credentials = ReadCredentials(r, v); }),
      SectionKey("projects", [](R& r, const V& v, F& f) { f.projects = ReadProjects(r, v); }),
      SectionKey("discovery", [](R& r, const V& v, F& f) { f.discovery = ReadDiscovery(r, v); }),
      SectionKey("metrics", [](R& r, const V& v, F& f) { ReadMetrics(r, v, f.config.metrics); }),
      SectionKey("history", [](R& r, const V& v, F& f) { ReadHistory(r, v, f.config.history); }),
      SectionKey("state",
                 [](R& r, const V& v, F& f) { ReadSection(r, v, StateSchema(), f.config.state); }),
  };
  return kSchema;
}

ProjectSource FromFlags(const FlagOverrides& flags) {
  ProjectSource source;
  source.place = "command line";
  source.id_key = "--codearts.project-id";
  source.region_key = "--codearts.region";
  source.endpoint_key = "--codearts.endpoint";
  source.ids = flags.project_ids;
  source.region = flags.region.value_or("");
  source.endpoint = flags.endpoint.value_or("");
  return source;
}

ProjectSource FromEnvironment(const Environment& environment) {
  ProjectSource source;
  source.place = "environment";
  source.id_key = "CODEARTS_PROJECT_ID";
  source.region_key = "CODEARTS_REGION";
  source.endpoint_key = "CODEARTS_ENDPOINT";
  const std::string ids = environment(source.id_key).value_or("");
  for (const std::string_view part : Split(ids, ',')) {
    const std::string_view id = TrimWhitespace(part);
    if (!id.empty()) source.ids.emplace_back(id);
  }
  source.region = environment(source.region_key).value_or("");
  source.endpoint = environment(source.endpoint_key).value_or("");
  return source;
}

// Brings what the file says together with flags and environment.
Config Complete(ConfigReader& reader, FileContent content, const FlagOverrides& flags) {
  Config config = std::move(content.config);
  if (config.credentials.empty() && !reader.HasError("credentials")) {
    config.credentials.push_back(FindCredentialChain(reader));
  }
  ProjectResolver resolver(reader, FromFlags(flags), FromEnvironment(reader.environment()));
  // Exactly the projects that flags name, and none that is found.
  if (!flags.project_ids.empty()) content.discovery.clear();
  const bool discovers = !content.discovery.empty();
  const std::vector<Located<ProjectConfig>> projects =
      resolver.ResolveProjects(std::move(content.projects), discovers);
  resolver.ResolveDiscovery(content.discovery);
  CheckCredentialNames(reader, projects, content.discovery, config.credentials);
  for (const Located<ProjectConfig>& project : projects) config.projects.push_back(project.value);
  for (const Located<DiscoveryConfig>& entry : content.discovery) {
    config.discovery.push_back(entry.value);
  }
  if (config.projects.empty() && !discovers) {
    reader.AddWarning(ConfigOrigin{"configuration", 0, "projects"}, "no project is configured",
                      "give projects or discovery in the file, --codearts.project-id or "
                      "CODEARTS_PROJECT_ID");
  }
  if (flags.state_path) config.state.path = *flags.state_path;
  config.web = flags.web;
  config.shard = flags.shard;
  config.log = flags.log;
  return config;
}

void SortByLine(std::vector<ConfigProblem>& problems) {
  std::stable_sort(
      problems.begin(), problems.end(),
      [](const ConfigProblem& a, const ConfigProblem& b) { return a.origin.line < b.origin.line; });
}

LoadResult Fail(ConfigOrigin origin, std::string problem, std::string remedy) {
  LoadResult result;
  result.errors.push_back({std::move(origin), std::move(problem), std::move(remedy)});
  return result;
}

}  // namespace

LoadResult LoadConfig(const std::string& path, const Environment& environment,
                      const FlagOverrides& flags) {
  if (path.empty()) return ParseConfig("", "", environment, flags);
  const Result<std::string> text = ReadTextFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    return Fail({path, 0, ""}, "can't be read: " + text.status().message(),
                "give --config.file a file that exists and that the exporter may read");
  }
  return ParseConfig(*text, path, environment, flags);
}

LoadResult ParseConfig(std::string_view text, std::string_view file_name,
                       const Environment& environment, const FlagOverrides& flags) {
  const std::string file(file_name);
  const YamlDocument document = ParseYaml(text);
  if (document.error) {
    return Fail({file, document.error->line, ""}, document.error->problem, document.error->remedy);
  }
  ConfigReader reader(file, environment);
  FileContent content;
  ReadSection(reader, ConfigValue{document.root, ""}, FileSchema(), content);
  Config config = Complete(reader, std::move(content), flags);
  if (reader.first_inline_secret() && IsReadableByOthers(file)) {
    reader.AddWarning(*reader.first_inline_secret(),
                      "is a secret in a file that every user can read",
                      "take that right away (chmod o-r), or use the key's _file twin");
  }
  LoadResult result;
  result.errors = std::move(reader.errors());
  result.warnings = std::move(reader.warnings());
  SortByLine(result.errors);
  if (reader.dropped_errors() > 0) {
    result.errors.push_back({{file, 0, ""},
                             fmt::format("has {} more errors", reader.dropped_errors()),
                             "correct those above first"});
  }
  SortByLine(result.warnings);
  if (result.errors.empty()) result.config = std::move(config);
  return result;
}

}  // namespace codearts
