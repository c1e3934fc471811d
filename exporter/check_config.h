#ifndef CODEARTS_EXPORTER_CHECK_CONFIG_H_
#define CODEARTS_EXPORTER_CHECK_CONFIG_H_

#include <memory>
#include <optional>
#include <string>

#include "config/config_loader.h"
#include "exporter/command_line.h"
#include "web/live_web_config.h"

namespace codearts {

// Loads the configuration that the command line names and prints what is wrong or doubtful to
// standard error, a line each; serve with a log in JSON logs it. Returns nullopt if it can't be
// used.
std::optional<Config> LoadOrExplain(const CommandLine& line);

// The same for the web configuration of serve. Returns null if it can't be used.
std::unique_ptr<LiveWebConfig> OpenWebConfigOrExplain(const Config& config);

// The command check-config: prints the configuration in effect, secrets hidden. Returns the exit
// code: 0 if the configuration can be used, else 1.
int CheckConfig(const CommandLine& line);

// Returns what check-config says to scripts: errors and warnings as they are, and the configuration
// with numbers and booleans as such.
std::string FormatConfigCheck(const LoadResult& loaded);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_CHECK_CONFIG_H_
