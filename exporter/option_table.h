#ifndef CODEARTS_EXPORTER_OPTION_TABLE_H_
#define CODEARTS_EXPORTER_OPTION_TABLE_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exporter/command_line.h"

namespace codearts {

// Flags as they are written, before they are checked.
struct RawFlags {
  std::vector<std::string> listen_addresses;
  std::string shard = "0";
  std::string since = "90d";
  std::vector<std::string> labels;
};

// Every command and flag: the one source of parsing, of --help and of the manual page. The table
// writes into its own members, so it stays where it is.
struct OptionTable {
  OptionTable();
  ~OptionTable() = default;
  OptionTable(const OptionTable&) = delete;
  OptionTable& operator=(const OptionTable&) = delete;

  CommandLine line;
  RawFlags raw;
  bool health_check = false;
  std::unique_ptr<CLI::App> app;
  std::vector<std::pair<Command, CLI::App*>> commands;  // In the order of --help.
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_OPTION_TABLE_H_
