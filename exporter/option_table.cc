#include "exporter/option_table.h"

#include <map>

#include "exporter/version.h"

namespace codearts {
namespace {

// Takes one of the words, in any case. The library's own transformer would name the numbers behind
// the words when it refuses one.
template <typename Value>
CLI::Validator OneOf(std::map<std::string, Value> values) {
  return CLI::Validator(
      [values = std::move(values)](std::string& text) -> std::string {
        const auto found = values.find(CLI::detail::to_lower(text));
        if (found != values.end()) {
          text = std::to_string(static_cast<int>(found->second));
          return "";
        }
        std::string words;
        for (const auto& [word, value] : values) words += (words.empty() ? "" : ", ") + word;
        return "\"" + text + "\" is not valid; give one of " + words;
      },
      "");
}

void AddTargetFlags(CLI::App& app, CommandLine& line) {
  app.add_option("--config.file", line.config_file,
                 "Configuration in YAML; flags and environment are enough for one project")
      ->type_name("FILE");
  app.add_option("--codearts.project-id", line.flags.project_ids,
                 "CodeArts project id (32 hex digits), not IAM's; repeatable")
      ->type_name("ID")
      ->allow_extra_args(false);
  app.add_option("--codearts.region", line.flags.region, "Region, e.g. cn-north-4")
      ->type_name("REGION");
  app.add_option("--codearts.endpoint", line.flags.endpoint,
                 "Endpoint of CodeArts Pipeline; else that of the region")
      ->type_name("URL");
  app.add_option("--state.path", line.flags.state_path,
                 "File of the run ledger; --state.path= keeps it in memory [data/state.db]")
      ->type_name("FILE")
      ->expected(0, 1);
}

void AddWebFlags(CLI::App& app, WebFlags& web, RawFlags& raw) {
  app.add_option("--web.listen-address", raw.listen_addresses,
                 "Address to serve on: host:port, :port or [::]:port; repeatable [:10440]")
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  app.add_option("--web.telemetry-path", web.telemetry_path, "Path of the metrics")
      ->type_name("PATH")
      ->check([](const std::string& path) {
        return path.size() > 1 && path.front() == '/' ? "" : "must begin with / and name something";
      })
      ->capture_default_str();
  app.add_option("--web.config.file", web.config_file,
                 "TLS, passwords, headers; see docs/web-configuration.md")
      ->type_name("FILE");
  app.add_flag("--web.enable-lifecycle", web.enable_lifecycle,
               "Allow POST to /-/reload and /-/quit");
  app.add_option("--web.max-requests", web.max_requests,
                 "Scrapes served at once, 1 to 1000; beyond them 503")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str();
}

void AddProcessFlags(CLI::App& app, FlagOverrides& flags, RawFlags& raw) {
  app.add_option("--shard", raw.shard,
                 "Ordinal of this shard, or auto: that at the end of the host name")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--total-shards", flags.shard.total, "Number of shards, 1 to 1000")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str();
  const std::map<std::string, LogLevel> levels = {{"debug", LogLevel::kDebug},
                                                  {"info", LogLevel::kInfo},
                                                  {"warn", LogLevel::kWarn},
                                                  {"error", LogLevel::kError}};
  app.add_option("--log.level", flags.log.level, "debug, info, warn or error [info]")
      ->type_name("LEVEL")
      ->transform(OneOf(levels));
  const std::map<std::string, LogFormat> formats = {{"logfmt", LogFormat::kLogfmt},
                                                    {"json", LogFormat::kJson}};
  app.add_option("--log.format", flags.log.format, "logfmt or json [logfmt]")
      ->type_name("FORMAT")
      ->transform(OneOf(formats));
}

void AddBackfillFlags(CLI::App* backfill, BackfillFlags& flags, RawFlags& raw) {
  backfill->add_option("--since", raw.since, "How far back: 90d, or a date")
      ->type_name("TIME")
      ->capture_default_str();
  backfill->add_option("--format", "Format of the output")
      ->type_name("FORMAT")
      ->check(CLI::Validator(
          [](const std::string& text) -> std::string {
            return text == "openmetrics" ? "" : "\"" + text + "\" is not valid; give openmetrics";
          },
          ""))
      ->default_str("openmetrics");
  backfill->add_option("--output", flags.output, "File to write [standard output]")
      ->type_name("FILE");
  backfill
      ->add_option("--label", raw.labels,
                   "Label to add, as Prometheus does: job=codearts-pipeline; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

void AddLoginFlags(CLI::App* explain, ExporterLogin& login) {
  CLI::Option* password =
      explain
          ->add_option("--password-file", login.password_file,
                       "File of the password that the running exporter asks for, if it does")
          ->type_name("FILE");
  explain->add_option("--user", login.user, "Whose password it is [the only user's]")
      ->type_name("NAME")
      ->needs(password);
}

// Adds --output, which the commands that tell something share.
void AddOutputFlag(CLI::App* command, OutputFormat& output) {
  static const std::map<std::string, OutputFormat> kFormats = {{"text", OutputFormat::kText},
                                                               {"json", OutputFormat::kJson}};
  command->add_option("--output", output, "text for people or json for scripts [text]")
      ->type_name("FORMAT")
      ->transform(OneOf(kFormats));
}

}  // namespace

OptionTable::OptionTable()
    : app(std::make_unique<CLI::App>("Prometheus exporter for Huawei Cloud CodeArts Pipeline",
                                     "codearts_pipeline_exporter")) {
  app->set_version_flag("--version", VersionText());
  app->set_help_flag("-h,--help", "Print this help and exit");
  // A secret on the command line would be in every process list: there is no flag for one.
  AddTargetFlags(*app, line);
  AddWebFlags(*app, line.flags.web, raw);
  AddProcessFlags(*app, line.flags, raw);
  app->add_flag("--health-check", health_check,
                "Ask the exporter that serves at --web.listen-address whether it is alive; exit 0 "
                "or 1");
  app->footer(
      "codearts_pipeline_exporter COMMAND --help lists the flags that a command has besides.\n"
      "Credentials come from the environment (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK) or the "
      "file.");
  app->fallthrough();
  app->require_subcommand(0, 1);
  const auto add = [this](Command command, const char* name, const char* description) {
    CLI::App* added = app->add_subcommand(name, description);
    added->footer("The flags of codearts_pipeline_exporter --help hold here too.");
    commands.emplace_back(command, added);
    return added;
  };
  add(Command::kServe, "serve", "Serve metrics (default)");
  AddOutputFlag(add(Command::kCheckConfig, "check-config",
                    "Validate the configuration and print it with secrets hidden"),
                line.output);
  AddOutputFlag(add(Command::kCheckAccess, "check-access",
                    "Make every call that is needed once per project and say what is missing"),
                line.output);
  AddOutputFlag(add(Command::kPlan, "plan",
                    "Tell what is matched, and what scrapes cost in calls, series and bytes"),
                line.output);
  CLI::App* explain =
      add(Command::kExplain, "explain", "Tell why a pipeline is or is not there, and its ledger");
  explain->add_option("PIPELINE", line.pipeline, "Name or id of the pipeline")->required();
  AddLoginFlags(explain, line.login);
  AddOutputFlag(explain, line.output);
  AddBackfillFlags(add(Command::kBackfill, "backfill",
                       "Write past runs for promtool tsdb create-blocks-from openmetrics"),
                   line.backfill, raw);
}

}  // namespace codearts
