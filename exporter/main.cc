#include <cstdio>
#include <exception>
#include <variant>

#include "base/logging.h"
#include "exporter/app.h"
#include "exporter/backfill.h"
#include "exporter/check_access.h"
#include "exporter/check_config.h"
#include "exporter/command_line.h"
#include "exporter/explain.h"
#include "exporter/health_check.h"
#include "exporter/plan.h"
#include "exporter/process_limits.h"

namespace codearts {
namespace {

int Main(int argc, const char* const* argv) {
  const std::variant<CommandLine, EarlyExit> parsed = ParseCommandLine(argc, argv);
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    std::fputs(exit->output.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
#ifndef CODEARTS_SANITIZED
  // The leak sanitizer works like a debugger.
  LimitHeapArenas();
  ForbidMemoryDumps();
#endif
  const auto& line = std::get<CommandLine>(parsed);
  switch (line.command) {
    case Command::kCheckConfig:
      return CheckConfig(line);
    case Command::kCheckAccess:
      return CheckAccess(line);
    case Command::kPlan:
      return PlanScrapes(line);
    case Command::kExplain:
      return Explain(line);
    case Command::kBackfill:
      return Backfill(line);
    case Command::kHealthCheck:
      return HealthCheck(line);
    case Command::kServe:
      break;
  }
  return Serve(line);
}

}  // namespace
}  // namespace codearts

// One of the three places that catch everything: what gets here is a bug.
int main(int argc, char** argv) {
  try {
    return codearts::Main(argc, argv);
  } catch (const std::exception& error) {
    codearts::LogError("ended by an exception", {{"error", error.what()}});
  } catch (...) {
    codearts::LogError("ended by an unknown exception");
  }
  return 1;
}
