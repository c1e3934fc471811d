#ifndef CODEARTS_TESTS_INTEGRATION_SIMULATED_EXPORTER_H_
#define CODEARTS_TESTS_INTEGRATION_SIMULATED_EXPORTER_H_

#include <memory>
#include <string>
#include <string_view>

#include "api/codearts_client.h"
#include "auth/credential.h"
#include "collect/ledger_store.h"
#include "collect/refresher.h"
#include "http/request_scheduler.h"
#include "simulator/simulator.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace codearts::testing {

// The exporter from the refresh down to signed requests, against a simulator in the same process:
// the real refresher, ledger, store, client, decoder, scheduler and signer; only the socket is left
// out and the clock is the test's. Thousands of refreshes take seconds.
class SimulatedExporter {
 public:
  // Refreshes all of the simulator's projects. References must outlive this. `state_path` as
  // state.path.
  SimulatedExporter(sim::Simulator& simulator, FakeClock& clock, std::string state_path,
                    RefreshRules rules);
  ~SimulatedExporter();
  SimulatedExporter(const SimulatedExporter&) = delete;
  SimulatedExporter& operator=(const SimulatedExporter&) = delete;

  static constexpr std::string_view kAccessKey = "property-access-key";
  static constexpr std::string_view kSecretKey = "property-secret-key";

  void Refresh();
  // Ends the process and starts it anew on the same file.
  void Restart();
  std::shared_ptr<const Snapshot> Current() const { return refresher_->Current(); }

 private:
  void Start();
  Reply Answer(const HttpRequest& request);
  RefreshPlan MakePlan();

  sim::Simulator& simulator_;
  FakeClock& clock_;
  const std::string state_path_;
  const std::shared_ptr<const RefreshRules> rules_;
  std::unique_ptr<RequestObserver> observer_;
  std::unique_ptr<Credential> credential_;
  std::unique_ptr<FakeTransport> transport_;
  std::unique_ptr<RequestScheduler> scheduler_;
  std::unique_ptr<CodeArtsClient> client_;
  std::unique_ptr<LedgerStore> store_;
  std::unique_ptr<Refresher> refresher_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_INTEGRATION_SIMULATED_EXPORTER_H_
