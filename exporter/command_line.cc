#include "exporter/command_line.h"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <sstream>

#include "base/time_format.h"
#include "exporter/option_table.h"
#include "web/listen_address.h"

namespace codearts {
namespace {

constexpr int kBadFlags = 2;

template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

// Returns what is wrong with the flags together, "" if nothing is.
std::string TakeRawFlags(const RawFlags& raw, FlagOverrides& flags) {
  if (!raw.listen_addresses.empty()) flags.web.listen_addresses.clear();
  for (const std::string& text : raw.listen_addresses) {
    const Result<ListenAddress> address = ParseListenAddress(text);
    if (!address.ok()) return "--web.listen-address: " + address.status().message();
    flags.web.listen_addresses.push_back(*address);
  }
  const bool automatic = raw.shard == "auto";
  const std::optional<int> ordinal =
      automatic ? OrdinalOf(HostName()) : ParseNumber<int>(raw.shard);
  if (!ordinal && automatic) {
    return fmt::format(
        "--shard: the host name \"{}\" does not end in an ordinal; give the number instead of auto",
        HostName());
  }
  if (!ordinal || *ordinal < 0 || *ordinal >= flags.shard.total) {
    return fmt::format("--shard: \"{}\" is out of range; give a number from 0 to {}", raw.shard,
                       flags.shard.total - 1);
  }
  flags.shard.ordinal = *ordinal;
  return "";
}

// Returns what is wrong with the flags of backfill, "" if nothing is.
std::string TakeBackfill(const RawFlags& raw, BackfillFlags& flags) {
  flags.back = ParseDuration(raw.since);
  if (!flags.back) flags.instant = ParseIso8601(raw.since);
  if (!flags.back && !flags.instant) {
    return fmt::format("--since: \"{}\" is no time; give a duration such as 90d, or a date",
                       raw.since);
  }
  for (const std::string& label : raw.labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fmt::format("--label: \"{}\" is no label; give name=value", label);
    }
    flags.labels.emplace_back(label.substr(0, equals), label.substr(equals + 1));
  }
  return "";
}

EarlyExit BadFlags(const std::string& problem) {
  return {kBadFlags, "codearts_pipeline_exporter: " + problem + "; see --help\n"};
}

}  // namespace

std::optional<int> OrdinalOf(const std::string& host_name) {
  const std::string first = host_name.substr(0, host_name.find('.'));
  const std::size_t dash = first.rfind('-');
  if (dash == std::string::npos) return std::nullopt;
  return ParseNumber<int>(std::string_view(first).substr(dash + 1));
}

std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, const char* const* argv) {
  OptionTable table;
  CommandLine& line = table.line;
  try {
    table.app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (table.app->exit(error, out, err) == 0) return EarlyExit{0, out.str()};
    return BadFlags(error.what());
  }
  for (const auto& [command, chosen] : table.commands) {
    if (chosen->parsed()) line.command = command;
  }
  if (table.health_check && line.command != Command::kServe) {
    return BadFlags("--health-check: is a command of its own; leave the other one out");
  }
  if (table.health_check) line.command = Command::kHealthCheck;
  std::string problem = TakeRawFlags(table.raw, line.flags);
  if (problem.empty()) problem = TakeBackfill(table.raw, line.backfill);
  if (!problem.empty()) return BadFlags(problem);
  return line;
}

}  // namespace codearts
