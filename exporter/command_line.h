#ifndef CODEARTS_EXPORTER_COMMAND_LINE_H_
#define CODEARTS_EXPORTER_COMMAND_LINE_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "config/config_loader.h"

namespace codearts {

enum class Command {
  kServe,
  kCheckConfig,
  kCheckAccess,
  kPlan,
  kExplain,
  kBackfill,
  kHealthCheck,
};

// Of the commands that tell something.
enum class OutputFormat { kText, kJson };

// Flags of backfill.
struct BackfillFlags {
  std::optional<Duration> back;      // --since=90d, or
  std::optional<Timestamp> instant;  // --since=2026-11-01.
  std::string output;                // Empty: standard output.
  std::vector<std::pair<std::string, std::string>> labels;
};

// Flags of explain for a running exporter that asks for a password.
struct ExporterLogin {
  std::string user;           // Empty: the only one of the web configuration.
  std::string password_file;  // Empty: no password is sent.
};

// What the command line asked for.
struct CommandLine {
  Command command = Command::kServe;
  std::string config_file;  // Empty: flags and environment alone.
  FlagOverrides flags;
  BackfillFlags backfill;
  OutputFormat output = OutputFormat::kText;
  std::string pipeline;  // Of explain: a name or an id.
  ExporterLogin login;   // Likewise.
};

// The program ends at once: after --help or --version, or because a flag is wrong.
struct EarlyExit {
  int code = 0;        // 0, or 2 for a wrong flag.
  std::string output;  // For standard output if the code is 0, else one line for standard error.
};

// Reads the command line. Never prints, never exits.
std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, const char* const* argv);

// Returns the ordinal at the end of a host name ("exporter-2" -> 2), as a StatefulSet's pods have
// it.
std::optional<int> OrdinalOf(const std::string& host_name);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_COMMAND_LINE_H_
