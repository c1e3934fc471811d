#include "config/project_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "config/checked_kind.h"
#include "config/endpoint.h"
#include "config/nearest.h"
#include "config/regions.h"
#include "config/section_schemas.h"

namespace codearts {
namespace {

constexpr std::string_view kProjectIdRemedy =
    "give the CodeArts project id, 32 hexadecimal digits, not IAM's: it follows /project/ or "
    "/scrum/ in the address of the project's page in the CodeArts console";

bool IsProjectId(std::string_view text) {
  constexpr std::size_t kLength = 32;
  return text.size() == kLength &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

ValueKind<ProjectId> ProjectIdKind() {
  const std::string expected = "32 hexadecimal digits";
  return {expected,
          [expected](ConfigReader& reader, const ConfigValue& value, ProjectId& out) {
            const std::optional<std::string> text = reader.ReadScalar(value, expected);
            if (!text) return;
            out.value = *text;
            if (IsProjectId(*text)) return;
            reader.AddError(value, QuoteRaw(value.node) + " is not a CodeArts project id",
                            std::string(kProjectIdRemedy));
          },
          [](const ProjectId& id) { return id.value.empty() ? "" : WriteYamlText(id.value); }};
}

const Schema<NameFilter>& FilterSchema() {
  using S = NameFilter;
  static const Schema<S> kSchema = {
      Key<S>("include", &S::include, SomePatterns(),
             "One of these must match the name of the pipeline."),
      Key<S>("exclude", &S::exclude, Patterns(), "None of these may match it."),
  };
  return kSchema;
}

// Returns the origin of a key of the entry: the entry itself if it lacks the key, and always for a
// flag or a variable.
template <typename T>
ConfigOrigin KeyOf(const Located<T>& entry, std::string_view name) {
  if (entry.node == nullptr) return entry.origin;
  const YamlEntry* key = FindEntry(entry.node, name);
  const int line = key == nullptr ? entry.origin.line : key->value.line;
  return {entry.origin.file, line, fmt::format("{}.{}", entry.origin.key, name)};
}

template <typename T>
std::vector<Located<T>> ReadEntries(ConfigReader& reader, const ConfigValue& value,
                                    const Schema<T>& schema) {
  std::vector<Located<T>> entries;
  for (const ConfigValue& item : reader.ReadList(value, "a list of maps")) {
    Located<T> entry{T(), reader.OriginOf(item), &item.node};
    ReadSection(reader, item, schema, entry.value);
    entries.push_back(std::move(entry));
  }
  return entries;
}

void AddDuplicates(ConfigReader& reader, const std::vector<Located<ProjectConfig>>& projects) {
  std::map<std::string, ConfigOrigin> first_by_id;
  for (const Located<ProjectConfig>& project : projects) {
    if (project.value.id.value.empty()) continue;
    const auto [first, is_new] =
        first_by_id.emplace(ToLower(project.value.id.value), project.origin);
    if (is_new) continue;
    reader.AddError(project.origin, fmt::format("is the same project as {}", first->second.key),
                    "keep one of them");
  }
}

void AddSameNames(ConfigReader& reader, const std::vector<Located<ProjectConfig>>& projects) {
  std::map<std::string, ConfigOrigin> first_by_name;
  for (const Located<ProjectConfig>& project : projects) {
    if (project.value.name.empty()) continue;
    const auto [first, is_new] = first_by_name.emplace(project.value.name, project.origin);
    if (is_new) continue;
    reader.AddWarning(
        KeyOf(project, "name"), fmt::format("is that of {} too", first->second.key),
        "give each project a name of its own, or their series are hard to tell apart");
  }
}

template <typename T>
void CheckCredentialName(ConfigReader& reader, const Located<T>& entry,
                         const std::vector<std::string>& names) {
  const std::string& name = entry.value.credentials;
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string nearest = FindNearest(name, names);
  reader.AddError(KeyOf(entry, "credentials"), fmt::format("no credential is named \"{}\"", name),
                  nearest.empty() ? fmt::format("name one of {}", fmt::join(names, ", "))
                                  : fmt::format("did you mean \"{}\"?", nearest));
}

}  // namespace

const Schema<ProjectConfig>& ProjectSchema() {
  using S = ProjectConfig;
  static const Schema<S> kSchema = {
      WithDefault(Key<S>("id", &S::id, ProjectIdKind(), "The CodeArts project id, not IAM's."),
                  "required"),
      Key<S>("name", &S::name, Text(),
             "Value of the label `project`. If empty, the name that the API gives, else the id."),
      Key<S>("region", &S::region, Text(), "Region of the project; decides the endpoint."),
      Key<S>("endpoint", &S::endpoint, Endpoint(),
             "Endpoint of CodeArts Pipeline, if not that of the region."),
      Key<S>("credentials", &S::credentials, Text(), "Name of an entry of `credentials`."),
      MapKey<S>("pipelines", &S::pipelines, FilterSchema(),
                "Which pipelines to take, by name; patterns are unanchored."),
  };
  return kSchema;
}

const Schema<DiscoveryConfig>& DiscoverySchema() {
  using S = DiscoveryConfig;
  static const Schema<S> kSchema = {
      Key<S>("region", &S::region, Text(), "Region whose projects to find; decides the endpoints."),
      Key<S>("credentials", &S::credentials, Text(), "Name of an entry of `credentials`."),
      Key<S>("endpoint", &S::endpoint, Endpoint(),
             "Endpoint of CodeArts Pipeline, if not that of the region."),
      Key<S>("project_endpoint", &S::project_endpoint, Endpoint(),
             "Endpoint of ProjectMan, if not that of the region."),
      Key<S>(
          "include", [](auto& d) -> auto& { return d.projects.include; }, SomePatterns(),
          "One of these must match the name of the project."),
      Key<S>(
          "exclude", [](auto& d) -> auto& { return d.projects.exclude; }, Patterns(),
          "None of these may match it."),
      Key<S>("refresh_interval", &S::refresh_interval,
             DurationFrom(std::chrono::seconds(1), std::chrono::hours(30 * 24)),
             "How often to look for projects."),
  };
  return kSchema;
}

std::vector<Located<ProjectConfig>> ReadProjects(ConfigReader& reader, const ConfigValue& value) {
  std::vector<Located<ProjectConfig>> projects = ReadEntries(reader, value, ProjectSchema());
  for (const Located<ProjectConfig>& project : projects) {
    const ConfigOrigin id = KeyOf(project, "id");
    if (project.value.id.value.empty() && !reader.HasError(id.key)) {
      reader.AddError(id, "is missing", std::string(kProjectIdRemedy));
    }
  }
  AddDuplicates(reader, projects);
  AddSameNames(reader, projects);
  return projects;
}

std::vector<Located<DiscoveryConfig>> ReadDiscovery(ConfigReader& reader,
                                                    const ConfigValue& value) {
  std::vector<Located<DiscoveryConfig>> discovery = ReadEntries(reader, value, DiscoverySchema());
  for (const Located<DiscoveryConfig>& entry : discovery) {
    WarnIfShorter(reader, {*entry.node, entry.origin.key}, "refresh_interval",
                  entry.value.refresh_interval,
                  {std::chrono::minutes(1), "the list of projects is read very often"});
  }
  return discovery;
}

ProjectResolver::ProjectResolver(ConfigReader& reader, ProjectSource flags,
                                 ProjectSource environment)
    : reader_(reader), flags_(std::move(flags)), environment_(std::move(environment)) {
  for (ProjectSource* source : {&flags_, &environment_}) {
    if (!IsValidUtf8(source->region) || EscapeControls(source->region) != source->region) {
      reader_.AddError(ConfigOrigin{source->place, 0, source->region_key}, "is not plain text",
                       "give one of the regions " + ListPipelineRegions());
    }
    if (source->endpoint.empty()) continue;
    Result<std::string> endpoint = NormalizeEndpoint(source->endpoint);
    if (endpoint.ok()) {
      source->endpoint = *std::move(endpoint);
    } else {
      reader_.AddError(ConfigOrigin{source->place, 0, source->endpoint_key},
                       endpoint.status().message(), "give " + Endpoint().expected);
    }
  }
}

std::vector<Located<ProjectConfig>> ProjectResolver::ResolveProjects(
    std::vector<Located<ProjectConfig>> from_file, bool discovers) {
  std::vector<Located<ProjectConfig>> projects;
  if (!flags_.ids.empty()) {
    projects = TakeSource(flags_, from_file);
  } else if (!from_file.empty() || discovers) {
    projects = std::move(from_file);
  } else {
    projects = TakeSource(environment_, {});
  }
  for (Located<ProjectConfig>& project : projects) Resolve(project, ChooseRegion(project));
  return projects;
}

void ProjectResolver::ResolveDiscovery(std::vector<Located<DiscoveryConfig>>& discovery) {
  for (Located<DiscoveryConfig>& entry : discovery) {
    const RegionChoice region = ChooseRegion(entry);
    Resolve(entry, region);
    const std::string key = entry.origin.key + ".project_endpoint";
    if (!entry.value.project_endpoint.empty() || reader_.HasError(key)) continue;
    entry.value.project_endpoint = ProjectManEndpoint(region.name).value_or("");
    if (entry.value.project_endpoint.empty()) {
      AddNoEndpoint(entry.origin, region, "project_endpoint", ListProjectManRegions());
    }
  }
}

std::vector<Located<ProjectConfig>> ProjectResolver::TakeSource(
    const ProjectSource& source, const std::vector<Located<ProjectConfig>>& known) {
  std::vector<Located<ProjectConfig>> projects;
  const ConfigOrigin origin{source.place, 0, source.id_key};
  for (const std::string& id : source.ids) {
    if (!IsProjectId(id)) {
      reader_.AddError(origin, fmt::format("\"{}\" is not a CodeArts project id", id),
                       std::string(kProjectIdRemedy));
      continue;
    }
    const auto same_id = [&](const Located<ProjectConfig>& project) {
      return EqualsIgnoreCase(project.value.id.value, id);
    };
    if (std::any_of(projects.begin(), projects.end(), same_id)) continue;
    const auto project = std::find_if(known.begin(), known.end(), same_id);
    if (project != known.end()) {
      projects.push_back(*project);
    } else {
      Located<ProjectConfig> fresh{ProjectConfig(), origin};
      fresh.value.id.value = id;
      projects.push_back(std::move(fresh));
    }
  }
  return projects;
}

template <typename T>
ProjectResolver::RegionChoice ProjectResolver::ChooseRegion(const Located<T>& entry) const {
  if (!flags_.region.empty()) return {flags_.region, {flags_.place, 0, flags_.region_key}};
  const ConfigOrigin origin = KeyOf(entry, "region");
  const bool refused = reader_.HasError(origin.key);
  if (!entry.value.region.empty() || refused) return {entry.value.region, origin, refused};
  if (environment_.region.empty()) return {"", origin};
  return {environment_.region, {environment_.place, 0, environment_.region_key}};
}

template <typename T>
void ProjectResolver::Resolve(Located<T>& entry, const RegionChoice& region) {
  entry.value.region = region.name;
  if (!flags_.endpoint.empty()) entry.value.endpoint = flags_.endpoint;
  if (entry.value.endpoint.empty()) entry.value.endpoint = environment_.endpoint;
  if (!entry.value.endpoint.empty() || reader_.HasError(entry.origin.key + ".endpoint")) return;
  entry.value.endpoint = PipelineEndpoint(region.name).value_or("");
  if (entry.value.endpoint.empty()) {
    AddNoEndpoint(entry.origin, region, "endpoint", ListPipelineRegions());
  }
}

void ProjectResolver::AddNoEndpoint(const ConfigOrigin& entry, const RegionChoice& region,
                                    std::string_view key, const std::string& regions) {
  if (region.refused) return;
  // One flag or variable is wrong once, for however many projects.
  if (region.origin.line == 0 && reader_.HasError(region.origin.key)) return;
  const std::string problem =
      region.name.empty() ? "no region is given"
                          : fmt::format("no {} is known for the region \"{}\"", key, region.name);
  const std::string remedy = entry.line == 0
                                 ? fmt::format("give {} or {} with one of the regions {}",
                                               flags_.endpoint_key, flags_.region_key, regions)
                                 : fmt::format("give {} or one of the regions {}", key, regions);
  reader_.AddError(region.origin, problem, remedy);
}

void CheckCredentialNames(ConfigReader& reader, const std::vector<Located<ProjectConfig>>& projects,
                          const std::vector<Located<DiscoveryConfig>>& discovery,
                          const std::vector<CredentialConfig>& credentials) {
  std::vector<std::string> names;
  names.reserve(credentials.size());
  for (const CredentialConfig& credential : credentials) names.push_back(credential.name);
  for (const Located<ProjectConfig>& project : projects) {
    CheckCredentialName(reader, project, names);
  }
  for (const Located<DiscoveryConfig>& entry : discovery) {
    CheckCredentialName(reader, entry, names);
  }
  for (const CredentialConfig& credential : credentials) {
    const auto uses = [&](const auto& entry) { return entry.value.credentials == credential.name; };
    if (credential.from_chain || std::any_of(projects.begin(), projects.end(), uses) ||
        std::any_of(discovery.begin(), discovery.end(), uses)) {
      continue;
    }
    reader.AddWarning(ConfigOrigin{credential.origin, 0, "credentials." + credential.name},
                      "is used by no project and no discovery", "name it in one, or remove it");
  }
}

}  // namespace codearts
