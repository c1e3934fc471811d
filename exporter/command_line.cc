#include "exporter/command_line.h"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string>
#include <vector>

#include "base/time_format.h"
#include "config/nearest.h"
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

// Source: the exposition formats. Names that begin with __ are Prometheus' own.
bool IsLabelName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) && !name.starts_with("__") &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// Returns what is wrong with a label of backfill, "" if nothing is.
std::string TakeLabel(const std::string& text,
                      std::vector<std::pair<std::string, std::string>>& labels) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return fmt::format("--label: \"{}\" is no label; give name=value", text);
  }
  const std::string name = text.substr(0, equals);
  if (!IsLabelName(name)) {
    return fmt::format(
        "--label: \"{}\" is no name of a label; give letters, digits and _, no digit "
        "and no __ first",
        name);
  }
  for (const std::string_view own : {"project", "pipeline", "pipeline_id", "result"}) {
    if (name == own) {
      return fmt::format(
          "--label: \"{}\" is there already; give what Prometheus adds, such as job "
          "and instance",
          name);
    }
  }
  if (std::any_of(labels.begin(), labels.end(),
                  [&](const auto& label) { return label.first == name; })) {
    return fmt::format("--label: \"{}\" is given twice; keep one of them", name);
  }
  labels.emplace_back(name, text.substr(equals + 1));
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
    if (std::string problem = TakeLabel(label, flags.labels); !problem.empty()) return problem;
  }
  return "";
}

EarlyExit BadFlags(const std::string& problem) {
  return {kBadFlags, "codearts_pipeline_exporter: " + problem + "; see --help\n"};
}

// Returns the words that are known where `word` stands: flags if it begins like one, else commands.
std::vector<std::string> KnownWords(const OptionTable& table, const std::string& word) {
  std::vector<std::string> words;
  const auto add_flags = [&words](const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  };
  if (word.starts_with('-')) add_flags(*table.app);
  for (const auto& [command, app] : table.commands) {
    if (!word.starts_with('-')) {
      words.push_back(app->get_name());
    } else if (app->parsed()) {
      add_flags(*app);
    }
  }
  return words;
}

// Returns the known word that is most like `word`, else the only one that begins with it, else the
// only one that holds it, else "".
std::string Suggest(const std::vector<std::string>& known, const std::string& word) {
  const std::string nearest = FindNearest(word, known);
  if (!nearest.empty()) return nearest;
  const std::string core = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  if (core.empty()) return "";
  std::vector<std::string> beginning;
  std::vector<std::string> holding;
  for (const std::string& candidate : known) {
    if (candidate.starts_with(word)) beginning.push_back(candidate);
    if (candidate.find(core) != std::string::npos) holding.push_back(candidate);
  }
  if (beginning.size() == 1) return beginning.front();
  return holding.size() == 1 ? holding.front() : "";
}

// What to say of words that nothing takes: of the first flag if there is one, as what follows it
// may be its value. Its own value is left out: it may be a secret.
EarlyExit UnknownWord(const OptionTable& table, const std::vector<std::string>& words) {
  const auto flag = std::find_if(words.begin(), words.end(),
                                 [](const std::string& word) { return word.starts_with('-'); });
  std::string word = flag == words.end() ? words.front() : *flag;
  if (word.starts_with('-')) word.resize(std::min(word.find('='), word.size()));
  const bool has_command = std::any_of(table.commands.begin(), table.commands.end(),
                                       [](const auto& entry) { return entry.second->parsed(); });
  if (has_command && !word.starts_with('-')) {
    return BadFlags(fmt::format("\"{}\" is one word too many", word));
  }
  const std::string problem =
      fmt::format("{} is not a known {}", word, word.starts_with('-') ? "flag" : "command");
  const std::string suggestion = Suggest(KnownWords(table, word), word);
  if (suggestion.empty()) return BadFlags(problem);
  return {kBadFlags,
          fmt::format("codearts_pipeline_exporter: {}; did you mean {}?\n", problem, suggestion)};
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
  } catch (const CLI::ExtrasError&) {
    return UnknownWord(table, table.app->remaining(/*recurse=*/true));
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
