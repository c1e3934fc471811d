#include "integration/simulated_exporter.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "api/error_body.h"
#include "auth/signing_credential.h"
#include "base/url.h"
#include "collect/sqlite_ledger_store.h"

namespace codearts::testing {
namespace {

class SilentObserver final : public RequestObserver {
 public:
  void OnResponse(std::string_view, int, Duration) override {}
  void OnRetry(std::string_view) override {}
  void OnThrottled(std::string_view) override {}
  void OnBudget(std::string_view, double) override {}
};

AccessKeyCredential MakeKeys() {
  AccessKeyCredential keys;
  keys.access_key.value = Secret(std::string(SimulatedExporter::kAccessKey));
  keys.secret_key.value = Secret(std::string(SimulatedExporter::kSecretKey));
  return keys;
}

}  // namespace

SimulatedExporter::SimulatedExporter(sim::Simulator& simulator, FakeClock& clock,
                                     std::string state_path, RefreshRules rules)
    : simulator_(simulator),
      clock_(clock),
      state_path_(std::move(state_path)),
      rules_(std::make_shared<const RefreshRules>(std::move(rules))),
      observer_(std::make_unique<SilentObserver>()) {
  Start();
}

SimulatedExporter::~SimulatedExporter() = default;

void SimulatedExporter::Refresh() {
  ASSERT_TRUE(refresher_->SetPlan(MakePlan()).ok());
  refresher_->Refresh({});
}

void SimulatedExporter::Restart() {
  refresher_.reset();
  store_.reset();
  client_.reset();
  scheduler_.reset();
  Start();
}

void SimulatedExporter::Start() {
  credential_ = std::make_unique<SigningCredential>("default", MakeKeys());
  transport_ = std::make_unique<FakeTransport>(clock_);
  transport_->SetHandler([this](const HttpRequest& request) { return Answer(request); });
  SchedulerOptions options;
  options.requests_per_second = 0;
  scheduler_ = std::make_unique<RequestScheduler>(*transport_, clock_, *observer_,
                                                  StatusFromResponse, options);
  client_ = std::make_unique<CodeArtsClient>(*scheduler_, *transport_, clock_);
  auto store = SqliteLedgerStore::Open({state_path_, *rules_->counting.bounds}, clock_);
  ASSERT_TRUE(store.ok()) << store.status().message();
  store_ = std::move(*store);
  auto refresher = Refresher::Create(*client_, clock_, *store_, MakePlan());
  ASSERT_TRUE(refresher.ok()) << refresher.status().message();
  refresher_ = std::move(*refresher);
}

Reply SimulatedExporter::Answer(const HttpRequest& request) {
  const std::optional<Url> url = ParseUrl(request.url);
  sim::Request received{request.method, url->path, url->query, request.headers, request.body};
  if (FindHeader(received.headers, "Host") == nullptr) {
    received.headers.push_back({"Host", UrlAuthority(*url)});
  }
  const sim::Reply reply = simulator_.Handle(received);
  if (reply.delivery.manner == sim::Delivery::Manner::kTruncate ||
      reply.delivery.manner == sim::Delivery::Manner::kReset) {
    return Reply(Status(StatusCode::kUnavailable, "the connection broke"));
  }
  Reply answer(reply.status, reply.content());
  for (const HttpHeader& header : reply.headers) answer.Header(header.name, header.value);
  return answer;
}

RefreshPlan SimulatedExporter::MakePlan() {
  RefreshPlan plan;
  plan.rules = rules_;
  plan.projects = simulator_.With([this](const sim::World& world) {
    std::vector<std::shared_ptr<const ProjectPlan>> projects;
    for (const auto& project : world.projects()) {
      auto project_plan = std::make_shared<ProjectPlan>();
      project_plan->target = {{project->id}, "https://pipeline.example", credential_.get()};
      projects.push_back(std::move(project_plan));
    }
    return projects;
  });
  return plan;
}

}  // namespace codearts::testing
