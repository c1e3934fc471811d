#ifndef CODEARTS_TESTS_UNIT_COLLECT_DISCOVERY_FIXTURE_H_
#define CODEARTS_TESTS_UNIT_COLLECT_DISCOVERY_FIXTURE_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/token_credential.h"
#include "unit/collect/refresher_fixture.h"

namespace codearts::testing {

// A refresher that discovers the projects that the API says are visible.
class DiscoveryTest : public RefresherTest {
 protected:
  DiscoveryTest() {
    plan_.projects.clear();
    plan_.discoveries = {MakeDiscovery("discovery[0]", "tenant")};
    See({"a"});
  }

  static DiscoveryPlan Discover(std::string label, const std::string& credential) {
    DiscoveryPlan plan;
    plan.label = std::move(label);
    plan.credential = std::make_shared<TokenCredential>(credential, AuthTokenCredential());
    plan.target = {{}, "https://projectman.example", plan.credential.get()};
    plan.endpoint = "https://pipeline.example";
    plan.region = "region-1";
    plan.refresh_interval = std::chrono::minutes(10);
    return plan;
  }
  static std::shared_ptr<const DiscoveryPlan> MakeDiscovery(std::string label,
                                                            const std::string& credential) {
    return std::make_shared<const DiscoveryPlan>(Discover(std::move(label), credential));
  }

  // Lets ListProjects answer these, each of one pipeline.
  void See(const std::vector<std::string>& ids) {
    api_.visible.emplace();
    for (const std::string& id : ids) {
      api_.visible->push_back({{id}, "name of " + id});
      if (!api_.projects.contains(id)) api_.projects[id] = {MakePipeline("pipeline-" + id)};
    }
  }
  void FailDiscovery(bool fails) {
    api_.fail = [fails](std::string_view what) -> std::optional<Status> {
      if (!fails || what != "projects") return std::nullopt;
      return Status(StatusCode::kPermissionDenied, "HTTP 403");
    };
  }
  void RefreshWhenDue() {
    clock_.Advance(std::chrono::minutes(10));
    Refresh();
  }

  std::vector<std::string> ShownIds() const {
    std::vector<std::string> ids;
    for (const auto& project : refresher_->Current()->projects) ids.push_back(project->id.value);
    return ids;
  }
  const DiscoveryHealth& Health(std::size_t index = 0) const {
    return refresher_->Current()->discoveries.at(index);
  }
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_COLLECT_DISCOVERY_FIXTURE_H_
