#ifndef CODEARTS_CONFIG_SECTION_SCHEMAS_H_
#define CODEARTS_CONFIG_SECTION_SCHEMAS_H_

#include <string>
#include <string_view>

#include "config/config.h"
#include "config/schema.h"

namespace codearts {

// The keys of the sections that are plain maps. The objects live as long as the program.
const Schema<ScrapeConfig>& ScrapeSchema();
const Schema<ApiConfig>& ApiSchema();
const Schema<MetricsConfig>& MetricsSchema();
const Schema<HistoryConfig>& HistorySchema();
const Schema<StateConfig>& StateSchema();

// Read a section and check what concerns several of its keys.
void ReadScrape(ConfigReader& reader, const ConfigValue& value, ScrapeConfig& out);
void ReadMetrics(ConfigReader& reader, const ConfigValue& value, MetricsConfig& out);
void ReadHistory(ConfigReader& reader, const ConfigValue& value, HistoryConfig& out);

// An interval that is allowed, but hardly ever meant.
struct IntervalAdvice {
  Duration least;
  std::string_view consequence;  // Of a shorter one.
};

// Adds a warning if the key is given and its value shorter than advised.
void WarnIfShorter(ConfigReader& reader, const ConfigValue& map, const std::string& name,
                   Duration value, const IntervalAdvice& advice);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_SECTION_SCHEMAS_H_
