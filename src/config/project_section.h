#ifndef CODEARTS_CONFIG_PROJECT_SECTION_H_
#define CODEARTS_CONFIG_PROJECT_SECTION_H_

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/schema.h"

namespace codearts {

// The keys of one entry of `projects` and of `discovery`. The objects live as long as the program.
const Schema<ProjectConfig>& ProjectSchema();
const Schema<DiscoveryConfig>& DiscoverySchema();

// What an entry of the lists says, and where.
template <typename T>
struct Located {
  T value;
  ConfigOrigin origin;
  const YamlNode* node = nullptr;  // nullptr: a flag or a variable gave it.
};

// Read the lists of the file; region and endpoints are as written. Lifetime: the document must
// outlive the results.
std::vector<Located<ProjectConfig>> ReadProjects(ConfigReader& reader, const ConfigValue& value);
std::vector<Located<DiscoveryConfig>> ReadDiscovery(ConfigReader& reader, const ConfigValue& value);

// What the command line or the environment says about projects. Empty: nothing.
struct ProjectSource {
  std::string place;  // "command line" or "environment".
  std::string id_key;
  std::string region_key;
  std::string endpoint_key;
  std::vector<std::string> ids;
  std::string region;
  std::string endpoint;
};

// Brings file, flags and environment together. Threads: none; lives for one load.
class ProjectResolver {
 public:
  // Checks the endpoints of both sources. `reader` must outlive the resolver.
  ProjectResolver(ConfigReader& reader, ProjectSource flags, ProjectSource environment);

  // Returns the projects of the flags, with what the file says of them, else those of the file,
  // else those of the environment unless the file discovers some; each with its region and
  // endpoint: by flag, else by the file, else by environment, else by the table of regions. Adds
  // errors for those that stay without an endpoint and for ids given twice.
  std::vector<Located<ProjectConfig>> ResolveProjects(std::vector<Located<ProjectConfig>> from_file,
                                                      bool discovers);

  // Gives each entry its region and endpoints in the same way.
  void ResolveDiscovery(std::vector<Located<DiscoveryConfig>>& discovery);

 private:
  struct RegionChoice {
    std::string name;
    ConfigOrigin origin;
    bool refused = false;  // The file's value was wrong, and said to be.
  };

  std::vector<Located<ProjectConfig>> TakeSource(const ProjectSource& source,
                                                 const std::vector<Located<ProjectConfig>>& known);
  template <typename T>
  RegionChoice ChooseRegion(const Located<T>& entry) const;
  template <typename T>
  void Resolve(Located<T>& entry, const RegionChoice& region);
  void AddNoEndpoint(const ConfigOrigin& entry, const RegionChoice& region, std::string_view key,
                     const std::string& regions);

  ConfigReader& reader_;
  ProjectSource flags_;
  ProjectSource environment_;
};

// Adds an error for each entry whose credential is not among `credentials`, and a warning for each
// of these that no entry uses.
void CheckCredentialNames(ConfigReader& reader, const std::vector<Located<ProjectConfig>>& projects,
                          const std::vector<Located<DiscoveryConfig>>& discovery,
                          const std::vector<CredentialConfig>& credentials);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_PROJECT_SECTION_H_
