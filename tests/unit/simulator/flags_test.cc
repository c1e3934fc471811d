#include "simulator/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/time_format.h"
#include "support/status_matchers.h"

namespace codearts::sim {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

Result<SimulatorServer::Options> ParseFlags(const std::vector<std::string>& arguments) {
  CLI::App app;
  Flags flags;
  AddFlags(app, flags);
  std::vector<const char*> argv{"codearts_simulator"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  app.parse(static_cast<int>(argv.size()), argv.data());
  return MakeOptions(flags);
}

TEST(FlagsTest, DefaultsAreALivelyWorldThatListensOnAnyPort) {
  const auto options = ParseFlags({});
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->http.host, "127.0.0.1");
  EXPECT_EQ(options->http.port, 0);
  EXPECT_EQ(options->simulator.world.run_interval, std::chrono::minutes(30));
  EXPECT_EQ(options->simulator.time_scale, 1);
  EXPECT_TRUE(options->simulator.keys.empty());
}

TEST(FlagsTest, ReadsEachFlag) {
  const auto options = ParseFlags({"--listen=[::1]:1234",
                                   "--seed=9",
                                   "--projects=3",
                                   "--pipelines=4",
                                   "--history=24h",
                                   "--run-interval=0s",
                                   "--start=2026-01-01T00:00:00Z",
                                   "--time-scale=0",
                                   "--server-clock=virtual",
                                   "--access-key=A",
                                   "--secret-key=S",
                                   "--auth-token=T",
                                   "--iam-user=U",
                                   "--iam-password=P",
                                   "--token-lifetime=10m",
                                   "--metadata=token",
                                   "--latency=50ms",
                                   "--requests-per-second=20",
                                   "--max-limit=50",
                                   "--chunked"});
  ASSERT_THAT(options, IsOk());
  const SimulatorOptions& simulator = options->simulator;
  EXPECT_EQ(options->http.host, "::1");
  EXPECT_EQ(options->http.port, 1234);
  EXPECT_EQ(simulator.world.seed, 9u);
  EXPECT_EQ(simulator.world.projects, 3);
  EXPECT_EQ(simulator.world.pipelines, 4);
  EXPECT_EQ(simulator.world.history, std::chrono::hours(24));
  EXPECT_EQ(simulator.world.run_interval, seconds(0));
  EXPECT_EQ(simulator.start, ParseIso8601("2026-01-01T00:00:00Z"));
  EXPECT_TRUE(simulator.server_time_is_virtual);
  EXPECT_EQ(simulator.keys.at(0).second, "S");
  EXPECT_EQ(simulator.auth_tokens.at(0), "T");
  EXPECT_EQ(simulator.iam.users.at(0).password, "P");
  EXPECT_EQ(simulator.iam.lifetime, std::chrono::minutes(10));
  EXPECT_EQ(simulator.metadata.mode, MetadataService::Mode::kToken);
  EXPECT_EQ(simulator.latency, Duration(50));
  EXPECT_EQ(simulator.requests_per_second, 20);
  EXPECT_EQ(simulator.max_limit, 50);
  EXPECT_TRUE(simulator.chunked);
}

TEST(FlagsTest, NamesTheFlagThatIsWrong) {
  for (const std::string flag : {"--listen=nothing", "--listen=127.0.0.1:x", "--history=24",
                                 "--latency=fast", "--start=soon", "--tls-cert=x"}) {
    const std::string name = flag.substr(0, flag.find('='));
    EXPECT_THAT(ParseFlags({flag}), StatusIs(StatusCode::kInvalidArgument, HasSubstr(name)))
        << flag;
  }
}

}  // namespace
}  // namespace codearts::sim
