#include "config/effective_config.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "config/credential_section.h"
#include "config/project_section.h"
#include "config/section_schemas.h"

namespace codearts {
namespace {

void AppendLines(const std::vector<std::string>& lines, std::string_view indent,
                 std::string& yaml) {
  for (const std::string& line : lines) yaml.append(indent).append(line).append("\n");
}

template <typename Section>
void AppendSection(std::string_view name, const Schema<Section>& schema, const Section& section,
                   std::string& yaml) {
  yaml.append(name).append(":\n");
  AppendLines(WriteSection(schema, section), "  ", yaml);
}

template <typename Section>
void AppendList(std::string_view name, const Schema<Section>& schema,
                const std::vector<Section>& entries, std::string& yaml) {
  yaml.append(name).append(entries.empty() ? ": []\n" : ":\n");
  for (const Section& entry : entries) {
    std::string lines;
    AppendLines(WriteSection(schema, entry), "    ", lines);
    lines[2] = '-';
    yaml += lines;
  }
}

void AppendCredentials(const std::vector<CredentialConfig>& credentials, std::string& yaml) {
  yaml += "credentials:\n";
  for (const CredentialConfig& credential : credentials) {
    if (credential.from_chain) {
      const std::string comment = credential.name + ": from " + credential.origin;
      yaml += "  # " + EscapeControls(RepairUtf8(comment)) + "\n";
      continue;
    }
    yaml += "  " + WriteYamlText(credential.name) + ":\n";
    AppendLines(WriteCredential(credential), "    ", yaml);
  }
}

}  // namespace

std::string FormatEffectiveConfig(const Config& config) {
  std::string yaml;
  AppendSection("scrape", ScrapeSchema(), config.scrape, yaml);
  AppendSection("api", ApiSchema(), config.api, yaml);
  AppendCredentials(config.credentials, yaml);
  AppendList("projects", ProjectSchema(), config.projects, yaml);
  AppendList("discovery", DiscoverySchema(), config.discovery, yaml);
  AppendSection("metrics", MetricsSchema(), config.metrics, yaml);
  AppendSection("history", HistorySchema(), config.history, yaml);
  AppendSection("state", StateSchema(), config.state, yaml);
  return yaml;
}

}  // namespace codearts
