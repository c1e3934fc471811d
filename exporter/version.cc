#include "exporter/version.h"

#include <fmt/core.h>

#include "exporter/build_info.h"

namespace codearts {

std::string VersionText() {
  return fmt::format("codearts_pipeline_exporter {} (revision {}, {})", kBuildVersion,
                     kBuildRevision, kBuildCompiler);
}

}  // namespace codearts
