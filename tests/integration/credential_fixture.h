#ifndef CODEARTS_TESTS_INTEGRATION_CREDENTIAL_FIXTURE_H_
#define CODEARTS_TESTS_INTEGRATION_CREDENTIAL_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "exporter/api_stack.h"
#include "simulator/simulator_server.h"
#include "support/silent_observer.h"
#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts::testing {

// The machine's clocks, moved on by what the test adds.
class ShiftedClock final : public Clock {
 public:
  Timestamp Now() const override { return real_.Now() + shift_.load(); }
  SteadyTime SteadyNow() const override { return real_.SteadyNow() + shift_.load(); }
  void Advance(Duration by) { shift_ = shift_.load() + by; }

 private:
  SystemClock real_;
  std::atomic<Duration> shift_ = Duration(0);
};

// All that it takes to call the API, as the exporter builds it, over real sockets against a
// simulator, and one clock for both: hours pass when the test says so.
class CredentialTest : public ::testing::Test {
 protected:
  static constexpr const char* kPassword = "SIM-LEAK-SENTINEL-password";

  CredentialTest() {
    options_.simulator.world.pipelines = 1;
    options_.simulator.world.run_interval = std::chrono::seconds(0);
    options_.simulator.server_time_is_virtual = true;
    config_.api.requests_per_second = 0;  // Unlimited.
  }

  sim::SimulatorServer& simulator() {
    if (!simulator_) {
      auto started = sim::SimulatorServer::Start(options_);
      EXPECT_TRUE(started.ok()) << started.status().message();
      simulator_ = *std::move(started);
    }
    return *simulator_;
  }

  // Adds an IAM user and its credential "robot".
  IamUserCredential AddIamUser() {
    options_.simulator.iam.users = {{"acme", "metrics", kPassword}};
    return {"acme", "metrics", {Secret(kPassword), ""}, "cn-north-4", simulator().url()};
  }

  // A metadata service and what asks it.
  EcsMetadataCredential AddMetadata(sim::MetadataService::Mode mode) {
    options_.simulator.metadata.mode = mode;
    return {simulator().url()};
  }

  void Use(const std::string& name, CredentialSource source, bool from_chain = false) {
    config_.credentials.push_back(
        {name, std::move(source), "ECS metadata, as nothing else is set", from_chain});
  }

  ApiStack& api() {
    if (!api_) {
      auto created = ApiStack::Create(config_, clock_, observer_);
      EXPECT_TRUE(created.ok()) << created.status().message();
      api_ = *std::move(created);
    }
    return *api_;
  }

  // Lists pipelines `count` times at once as that credential; the outcomes go to the end of
  // outcomes_ with its name.
  void Submit(const std::string& name, int count = 1) {
    const std::string project =
        simulator().With([](const sim::World& world) { return world.projects().front()->id; });
    const ApiTarget target{{project}, simulator().url(), api().credentials().at(name).get()};
    for (int i = 0; i < count; ++i) {
      api().client().ListPipelines(target, {}, [this, name](Result<Page<Pipeline>> page) {
        outcomes_.emplace_back(name, page.status());
        if (on_outcome_) on_outcome_();
      });
    }
  }

  Status List(const std::string& name) {
    Submit(name);
    api().client().Run({});
    EXPECT_FALSE(outcomes_.empty());
    return outcomes_.empty() ? Status(StatusCode::kInternal, "no outcome")
                             : outcomes_.back().second;
  }

  void Advance(std::chrono::seconds by) {
    clock_.Advance(by);
    simulator().Advance(by);
  }

  std::int64_t Requests(std::string_view endpoint) { return simulator().Counts().Of(endpoint); }
  std::int64_t Requests(std::string_view endpoint, std::string_view status) {
    return simulator().Counts().Of(endpoint, status);
  }

  sim::SimulatorServer::Options options_;
  Config config_;
  ShiftedClock clock_;
  TempDir folder_;
  std::vector<std::pair<std::string, Status>> outcomes_;
  std::function<void()> on_outcome_;

 private:
  CurlGlobal curl_;
  SilentObserver observer_;
  std::unique_ptr<sim::SimulatorServer> simulator_;
  std::unique_ptr<ApiStack> api_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_INTEGRATION_CREDENTIAL_FIXTURE_H_
