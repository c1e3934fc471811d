#include "exporter/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::Pair;

std::variant<CommandLine, EarlyExit> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "codearts_pipeline_exporter");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

CommandLine Accept(std::vector<const char*> arguments) {
  const auto parsed = Parse(std::move(arguments));
  const auto* line = std::get_if<CommandLine>(&parsed);
  if (line == nullptr) ADD_FAILURE() << std::get<EarlyExit>(parsed).output;
  return line == nullptr ? CommandLine() : *line;
}

EarlyExit Refuse(std::vector<const char*> arguments) {
  const auto parsed = Parse(std::move(arguments));
  const auto* exit = std::get_if<EarlyExit>(&parsed);
  if (exit == nullptr) ADD_FAILURE() << "accepted";
  return exit == nullptr ? EarlyExit() : *exit;
}

TEST(CommandLineTest, ServesWithDefaultsWhenNothingIsGiven) {
  const CommandLine line = Accept({});

  EXPECT_EQ(line.command, Command::kServe);
  EXPECT_EQ(line.config_file, "");
  EXPECT_THAT(line.flags.web.listen_addresses, ElementsAre(ListenAddress{"", 10440}));
  EXPECT_EQ(line.flags.state_path, std::nullopt);
}

TEST(CommandLineTest, TakesRepeatedProjectsAndAddresses) {
  const CommandLine line =
      Accept({"--codearts.project-id=a", "--codearts.project-id=b",
              "--web.listen-address=127.0.0.1:1", "--web.listen-address=[::1]:2"});

  EXPECT_THAT(line.flags.project_ids, ElementsAre("a", "b"));
  EXPECT_THAT(line.flags.web.listen_addresses,
              ElementsAre(ListenAddress{"127.0.0.1", 1}, ListenAddress{"::1", 2}));
}

TEST(CommandLineTest, TakesEveryLevelAndFormatOfTheLog) {
  EXPECT_EQ(Accept({}).flags.log, (LogConfig{LogLevel::kInfo, LogFormat::kLogfmt}));
  EXPECT_EQ(Accept({"--log.level=debug"}).flags.log.level, LogLevel::kDebug);
  EXPECT_EQ(Accept({"--log.level=info"}).flags.log.level, LogLevel::kInfo);
  EXPECT_EQ(Accept({"--log.level=warn"}).flags.log.level, LogLevel::kWarn);
  EXPECT_EQ(Accept({"--log.level=error"}).flags.log.level, LogLevel::kError);
  EXPECT_EQ(Accept({"--log.format=json"}).flags.log.format, LogFormat::kJson);
  EXPECT_EQ(Accept({"--log.format=logfmt"}).flags.log.format, LogFormat::kLogfmt);
}

TEST(CommandLineTest, KeepsTheLedgerInMemoryForAnEmptyPath) {
  EXPECT_THAT(Accept({"--state.path="}).flags.state_path, Optional(std::string()));
  EXPECT_THAT(Accept({"--state.path=/x.db"}).flags.state_path, Optional(std::string("/x.db")));
}

TEST(CommandLineTest, TakesFlagsBeforeAndAfterACommand) {
  EXPECT_EQ(Accept({"check-config", "--config.file=x"}).config_file, "x");
  EXPECT_EQ(Accept({"--config.file=x", "check-config"}).command, Command::kCheckConfig);
  EXPECT_EQ(Accept({"serve"}).command, Command::kServe);
}

TEST(CommandLineTest, TakesWordsForLevelsAndFormats) {
  EXPECT_EQ(Accept({"--log.level=debug"}).flags.log.level, LogLevel::kDebug);
  EXPECT_EQ(Accept({"--log.format=json"}).flags.log.format, LogFormat::kJson);
  EXPECT_EQ(Accept({"check-access", "--output=json"}).output, OutputFormat::kJson);
  EXPECT_EQ(Accept({"check-access"}).output, OutputFormat::kText);
}

TEST(CommandLineTest, AsksForHealthInsteadOfServing) {
  EXPECT_EQ(Accept({"--health-check"}).command, Command::kHealthCheck);
  EXPECT_EQ(Refuse({"check-config", "--health-check"}).code, 2);
}

TEST(CommandLineTest, ReadsTheFlagsOfBackfill) {
  const CommandLine back = Accept({"backfill", "--since=30d", "--label=job=x", "--output=f"});

  EXPECT_EQ(back.command, Command::kBackfill);
  EXPECT_THAT(back.backfill.back, Optional(Duration(std::chrono::hours(24 * 30))));
  EXPECT_THAT(back.backfill.labels, ElementsAre(Pair("job", "x")));
  EXPECT_EQ(back.backfill.output, "f");
  EXPECT_TRUE(Accept({"backfill", "--since=2026-01-01"}).backfill.instant.has_value());
}

TEST(CommandLineTest, RefusesLabelsThatWouldMakeABrokenPage) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> wrong = {
      {{"--label=job"}, "\"job\" is no label; give name=value"},
      {{"--label==x"}, "\"=x\" is no label; give name=value"},
      {{"--label=1x=y"},
       "\"1x\" is no name of a label; give letters, digits and _, no digit and no __ first"},
      {{"--label=__name__=y"},
       "\"__name__\" is no name of a label; give letters, digits and _, no digit and no __ first"},
      {{"--label=my-job=y"},
       "\"my-job\" is no name of a label; give letters, digits and _, no digit and no __ first"},
      {{"--label=project=y"},
       "\"project\" is there already; give what Prometheus adds, such as job and instance"},
      {{"--label=job=x", "--label=job=y"}, "\"job\" is given twice; keep one of them"},
  };
  for (auto [arguments, message] : wrong) {
    arguments.insert(arguments.begin(), "backfill");
    EXPECT_EQ(Refuse(arguments).output,
              "codearts_pipeline_exporter: --label: " + message + "; see --help\n");
  }
  EXPECT_THAT(Accept({"backfill", "--label=_x1=", "--label=job=a=b"}).backfill.labels,
              ElementsAre(Pair("_x1", ""), Pair("job", "a=b")));
}

TEST(CommandLineTest, TakesTheLoginForExplain) {
  const CommandLine line = Accept({"explain", "x", "--password-file=f", "--user=alice"});

  EXPECT_EQ(line.login.user, "alice");
  EXPECT_EQ(line.login.password_file, "f");
}

TEST(CommandLineTest, ExitsWith0AfterHelpAndVersion) {
  EXPECT_EQ(Refuse({"--help"}).code, 0);
  EXPECT_THAT(Refuse({"--help"}).output, HasSubstr("--config.file"));
  EXPECT_EQ(Refuse({"--version"}).code, 0);
}

TEST(CommandLineTest, ExitsWith2AndOneLineForAWrongFlag) {
  const std::vector<std::vector<const char*>> wrong = {{"--nothing"},
                                                       {"nothing"},
                                                       {"--web.listen-address=10440"},
                                                       {"--web.max-requests=0"},
                                                       {"--web.telemetry-path=metrics"},
                                                       {"--log.level=loud"},
                                                       {"--shard=3", "--total-shards=3"},
                                                       {"--shard=x"},
                                                       {"explain", "x", "--user=alice"},
                                                       {"--password-file=f"},
                                                       {"backfill", "--since=long"},
                                                       {"backfill", "--label=x"}};
  for (const std::vector<const char*>& arguments : wrong) {
    const EarlyExit exit = Refuse(arguments);
    EXPECT_EQ(exit.code, 2) << arguments.front();
    EXPECT_EQ(exit.output.find('\n'), exit.output.size() - 1) << exit.output;
  }
}

TEST(CommandLineTest, NamesTheFlagOrCommandThatWasMeant) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> meant = {
      {{"chek-config"}, "chek-config is not a known command; did you mean check-config?"},
      {{"--web.listen-adress=:1"},
       "--web.listen-adress is not a known flag; did you mean --web.listen-address?"},
      {{"-config.file=x"}, "-config.file is not a known flag; did you mean --config.file?"},
      {{"--config", "x"}, "--config is not a known flag; did you mean --config.file?"},
      {{"--log-level=warn"}, "--log-level is not a known flag; did you mean --log.level?"},
      {{"--max-requests", "1"},
       "--max-requests is not a known flag; did you mean --web.max-requests?"},
      {{"explain", "x", "--password=s"},
       "--password is not a known flag; did you mean --password-file?"},
  };
  for (const auto& [arguments, message] : meant) {
    EXPECT_EQ(Refuse(arguments).output, "codearts_pipeline_exporter: " + message + "\n");
  }
}

TEST(CommandLineTest, NamesWhatIsUnknownWithoutItsValue) {
  EXPECT_EQ(Refuse({"--secret-key=hunter2"}).output,
            "codearts_pipeline_exporter: --secret-key is not a known flag; see --help\n");
  EXPECT_EQ(Refuse({"--web=x"}).output,  // Several begin like this.
            "codearts_pipeline_exporter: --web is not a known flag; see --help\n");
  EXPECT_EQ(Refuse({"check-config", "--", "-"}).output,
            "codearts_pipeline_exporter: - is not a known flag; see --help\n");
  EXPECT_EQ(Refuse({"check-config", "plan"}).output,
            "codearts_pipeline_exporter: \"plan\" is one word too many; see --help\n");
}

TEST(CommandLineTest, NamesTheWordsThatAFlagTakes) {
  EXPECT_EQ(Refuse({"--log.level=loud"}).output,
            "codearts_pipeline_exporter: --log.level: \"loud\" is not valid; give one of debug, "
            "error, info, warn; see --help\n");
  EXPECT_EQ(Refuse({"plan", "--output=yaml"}).output,
            "codearts_pipeline_exporter: --output: \"yaml\" is not valid; give one of json, text; "
            "see --help\n");
  EXPECT_EQ(Refuse({"backfill", "--format=csv"}).output,
            "codearts_pipeline_exporter: --format: \"csv\" is not valid; give openmetrics; see "
            "--help\n");
  EXPECT_EQ(Accept({"--log.level=WARN"}).flags.log.level, LogLevel::kWarn);
}

TEST(OrdinalOfTest, ReadsTheEndOfAPodsName) {
  EXPECT_THAT(OrdinalOf("exporter-12"), Optional(12));
  EXPECT_THAT(OrdinalOf("exporter-3.monitoring.svc"), Optional(3));
  EXPECT_EQ(OrdinalOf("exporter"), std::nullopt);
  EXPECT_EQ(OrdinalOf("exporter-7f3a"), std::nullopt);
}

}  // namespace
}  // namespace codearts
