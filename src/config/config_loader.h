#ifndef CODEARTS_CONFIG_CONFIG_LOADER_H_
#define CODEARTS_CONFIG_CONFIG_LOADER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/config_problem.h"
#include "config/environment.h"

namespace codearts {

struct LoadResult {
  std::optional<Config> config;       // Set if there are no errors.
  std::vector<ConfigProblem> errors;  // All of them, in the order of the file.
  std::vector<ConfigProblem> warnings;
};

// What the command line said. Absent members leave the file's value alone.
struct FlagOverrides {
  std::vector<std::string>
      project_ids;                      // If any: exactly these projects, with the file's settings.
  std::optional<std::string> region;    // Of every project and discovery.
  std::optional<std::string> endpoint;  // Likewise.
  std::optional<std::string> state_path;
  WebFlags web;
  ShardConfig shard;
  LogConfig log;
};

// Reads, expands and validates. Flags override the file, the file overrides the environment.
// Threads: safe. Never throws.
LoadResult LoadConfig(const std::string& path, const Environment& environment,
                      const FlagOverrides& flags);

// The same for a text in memory; `file_name` is used in problems. An empty text stands for no file.
LoadResult ParseConfig(std::string_view text, std::string_view file_name,
                       const Environment& environment, const FlagOverrides& flags);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CONFIG_LOADER_H_
