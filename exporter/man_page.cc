#include "exporter/man_page.h"

#include <fmt/core.h>

#include <string_view>

#include "base/text.h"
#include "exporter/build_info.h"
#include "exporter/option_table.h"

namespace codearts {
namespace {

// Of the last release in which a command or flag changed.
constexpr std::string_view kDate = "2026-11-24";

constexpr std::string_view kDescription =
    R"(Serves the state and history of CodeArts Pipeline runs, stages, jobs and
steps as Prometheus metrics.
Each scrape asks the API for what changed; every finished run is counted once,
across restarts, in a state file.
.PP
Without a command it serves.
The other commands help to set it up and to find out why something is missing;
they end when they have answered.
)";

constexpr std::string_view kEnvironment =
    R"(.TP
.BR HUAWEICLOUD_SDK_AK ", " HUAWEICLOUD_SDK_SK ", " HUAWEICLOUD_SDK_SECURITY_TOKEN
Access key, secret key and, for a temporary key, its security token.
.TP
.B CODEARTS_AUTH_TOKEN
An IAM token, instead of keys.
.TP
.BR CODEARTS_PROJECT_ID ", " CODEARTS_REGION ", " CODEARTS_ENDPOINT
What the flags of these names say, which come first.
.TP
.BR HTTPS_PROXY ", " NO_PROXY
The proxy, if the configuration names none.
)";

constexpr std::string_view kExitStatus =
    R"(.TP
.B 0
All is well.
.TP
.B 1
The configuration is wrong, something is missing or unhealthy, or nothing
matches.
.TP
.B 2
A flag is wrong.
)";

constexpr std::string_view kFiles =
    R"(.TP
.I data/state.db
The state file, unless
.B \-\-state.path
or the configuration names another one.
)";

// What the macros would take for something else.
std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return escaped;
}

// Breaks text into lines of the width that the macros' authors ask for.
std::string Fill(std::string_view text) {
  constexpr std::size_t kWidth = 78;
  std::string filled;
  std::size_t column = 0;
  for (const std::string_view word : Split(text, ' ')) {
    if (column > 0 && column + 1 + word.size() > kWidth) {
      filled += '\n';
      column = 0;
    } else if (column > 0) {
      filled += ' ';
      ++column;
    }
    const std::string escaped = Escape(word);
    filled += escaped;
    column += escaped.size();
  }
  return filled;
}

void AppendOption(const CLI::Option& option, std::string& page) {
  page += ".TP\n";
  const bool is_flag = option.get_items_expected_max() == 0;
  const std::string names = option.get_name(option.get_positional(), !option.get_positional());
  if (is_flag) {
    page += fmt::format(".B {}\n", Escape(names));
  } else if (option.get_positional()) {
    page += fmt::format(".I {}\n", Escape(names));
  } else {
    page += fmt::format(".BI {}= {}\n", Escape(names), Escape(option.get_type_name()));
  }
  std::string text = option.get_description();
  if (!option.get_default_str().empty()) text += fmt::format(" [{}]", option.get_default_str());
  page += Fill(text) + "\n";
}

void AppendOptions(const CLI::App& app, bool with_help, std::string& page) {
  for (const CLI::Option* option : app.get_options()) {
    if (with_help || option != app.get_help_ptr()) AppendOption(*option, page);
  }
}

}  // namespace

std::string FormatManPage() {
  const OptionTable table;
  const CLI::App& app = *table.app;
  std::string page =
      fmt::format(".TH CODEARTS_PIPELINE_EXPORTER 1 {} \"version {}\" \"User Commands\"\n", kDate,
                  kBuildVersion);
  page += fmt::format(".SH NAME\n{} \\-\n{}\n", app.get_name(), Fill(app.get_description()));
  page += fmt::format(".SH SYNOPSIS\n.B {}\n.RI [ command ]\n.RI [ options ]\n", app.get_name());
  page += fmt::format(".SH DESCRIPTION\n{}", kDescription);
  page += ".SH COMMANDS\n";
  for (const auto& [command, entry] : table.commands) {
    page += fmt::format(".SS {}\n{}.\n", Escape(entry->get_name()), Fill(entry->get_description()));
    AppendOptions(*entry, /*with_help=*/false, page);
  }
  page += ".SH OPTIONS\n";
  AppendOptions(app, /*with_help=*/true, page);
  page += fmt::format(".SH ENVIRONMENT\n{}.SH FILES\n{}.SH EXIT STATUS\n{}", kEnvironment, kFiles,
                      kExitStatus);
  page += ".SH SEE ALSO\n.BR prometheus (1),\n.BR promtool (1)\n";
  return page;
}

}  // namespace codearts
