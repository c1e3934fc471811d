#ifndef CODEARTS_TESTS_INTEGRATION_TENANTS_FIXTURE_H_
#define CODEARTS_TESTS_INTEGRATION_TENANTS_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "collect/ledger_store.h"
#include "collect/refresher.h"
#include "config/config.h"
#include "exporter/api_stack.h"
#include "exporter/wiring.h"
#include "metrics/exporter_metrics.h"
#include "simulator/simulator_server.h"

namespace codearts::testing {

// One process that reads two tenants, "a" and "b", each of two projects in a region, with an
// endpoint and a key of its own: everything from the configuration to the socket, but the server.
class TenantsTest : public ::testing::Test {
 protected:
  TenantsTest() {
    for (const char* name : {"a", "b"}) AddTenant(name);
    config_.api.requests_per_second = 1000;
    config_.api.retries = 0;
    config_.api.request_timeout = std::chrono::seconds(30);
  }

  void Start() {
    own_metrics_ = std::move(*ExporterMetrics::Create({}, {}, clock_));
    auto api = ApiStack::Create(config_, clock_, *own_metrics_);
    ASSERT_TRUE(api.ok()) << api.status().message();
    api_ = std::move(*api);
    refresher_ = std::move(*Refresher::Create(api_->client(), clock_, *store_, Plan(config_)));
  }

  RefreshPlan Plan(const Config& config) const {
    return MakeRefreshPlan(config, api_->credentials());
  }

  void Refresh() {
    if (refresher_ == nullptr) Start();
    refresher_->Refresh({});
  }

  // Goes over to `config_` as the exporter does.
  Status Reload(const Config& config) {
    CredentialMap credentials = api_->MakeCredentialsFor(config);
    if (Status status = api_->SetOptions(config); !status.ok()) return status;
    api_->SetCredentials(config, std::move(credentials));
    return refresher_->SetPlan(Plan(config));
  }

  sim::SimulatorServer& Tenant(std::size_t index) { return *tenants_.at(index); }

  // How many projects of a tenant are up.
  int Up(const std::string& region) const {
    int up = 0;
    for (const auto& project : refresher_->Current()->projects) {
      up += project->region == region && project->health.up ? 1 : 0;
    }
    return up;
  }
  std::string OwnMetrics() const {
    std::string text;
    own_metrics_->AppendTo(TextFormat::kPrometheusText, text);
    return text;
  }

  Config config_;
  const CurlGlobal curl_;
  const SystemClock clock_;
  std::unique_ptr<LedgerStore> store_ = std::make_unique<MemoryLedgerStore>();
  std::unique_ptr<ExporterMetrics> own_metrics_;
  std::unique_ptr<ApiStack> api_;
  std::unique_ptr<Refresher> refresher_;

 private:
  void AddTenant(const std::string& name) {
    sim::SimulatorServer::Options options;
    options.simulator.world.seed = tenants_.size() + 1;
    options.simulator.world.projects = 2;
    options.simulator.world.pipelines = 3;
    options.simulator.time_scale = 0;
    options.simulator.keys = {{"ak-" + name, "sk-" + name}};
    auto server = sim::SimulatorServer::Start(options);
    ASSERT_TRUE(server.ok()) << server.status().message();
    tenants_.push_back(std::move(*server));

    AccessKeyCredential keys;
    keys.access_key.value = Secret("ak-" + name);
    keys.secret_key.value = Secret("sk-" + name);
    config_.credentials.push_back({name, keys, "config.yaml:1"});
    DiscoveryConfig discovery;
    discovery.region = "region-" + name;
    discovery.credentials = name;
    discovery.endpoint = tenants_.back()->url();
    discovery.project_endpoint = tenants_.back()->url();
    discovery.refresh_interval = Duration(0);
    config_.discovery.push_back(discovery);
  }

  std::vector<std::unique_ptr<sim::SimulatorServer>> tenants_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_INTEGRATION_TENANTS_FIXTURE_H_
