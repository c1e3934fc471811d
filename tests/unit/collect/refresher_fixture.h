#ifndef CODEARTS_TESTS_UNIT_COLLECT_REFRESHER_FIXTURE_H_
#define CODEARTS_TESTS_UNIT_COLLECT_REFRESHER_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "collect/refresher.h"
#include "support/fake_clock.h"
#include "support/fake_codearts_api.h"
#include "support/run_builder.h"

namespace codearts::testing {

// A store whose commits can be made to fail.
class FakeLedgerStore final : public LedgerStore {
 public:
  Status commit_status;
  Status bounds_status;
  int commits = 0;

  Result<std::map<ProjectId, ProjectLedger>> Load() override {
    return std::map<ProjectId, ProjectLedger>();
  }
  Status Commit(const ProjectId&, const ProjectLedger&, const ProjectLedger&) override {
    ++commits;
    return commit_status;
  }
  Status Drop(const ProjectId&) override { return commit_status; }
  Result<ProjectListings> LoadListings() override { return ProjectListings(); }
  Status StoreListings(const ProjectListings&) override { return commit_status; }
  Status SetBounds(HistogramBounds, Timestamp) override { return bounds_status; }
  std::uint64_t bytes() const override { return 0; }
  std::uint64_t resets() const override { return 0; }
};

inline std::shared_ptr<const ProjectPlan> MakePlan(std::string id) {
  auto plan = std::make_shared<ProjectPlan>();
  plan->target.project = {std::move(id)};
  plan->target.endpoint = "https://pipeline.example";
  return plan;
}

// A refresher over the project "project-1" with the pipeline "p1", whose run 1 completed long ago.
class RefresherTest : public ::testing::Test {
 protected:
  RefresherTest() {
    api_.projects["project-1"] = {MakePipeline("p1")};
    plan_.projects = {MakePlan("project-1")};
    rules_.counting.bounds = std::make_shared<HistogramBounds>();
    rules_.recheck = std::chrono::hours(1);
    clock_.AdvanceTo(At(1'000'000));
  }

  // A pipeline whose run 1 completed long ago.
  static FakePipeline MakePipeline(std::string id) {
    FakePipeline pipeline;
    pipeline.id = {id};
    pipeline.name = "pipeline " + id;
    pipeline.create_time = At(0);
    pipeline.runs = {RunBuilder(1).Completed(At(1500)).Build()};
    return pipeline;
  }

  void Refresh() {
    if (refresher_ == nullptr) {
      plan_.rules = std::make_shared<RefreshRules>(rules_);
      refresher_ = std::move(*Refresher::Create(api_, clock_, store_, plan_));
    }
    api_.calls.clear();
    refresher_->Refresh({});
    clock_.Advance(std::chrono::seconds(15));
  }

  const ProjectSnapshot& Shown(std::size_t index = 0) const {
    return *refresher_->Current()->projects.at(index);
  }
  const PipelineState& State(std::size_t index = 0) const { return *Shown().pipelines.at(index); }
  std::uint64_t Count(RunResult result) const {
    const auto found = State().runs.find({result, "", ""});
    return found == State().runs.end() ? 0 : found->second.count;
  }

  FakeClock clock_;
  FakeCodeArtsApi api_;
  FakeLedgerStore store_;
  RefreshPlan plan_;
  RefreshRules rules_;
  std::unique_ptr<Refresher> refresher_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_COLLECT_REFRESHER_FIXTURE_H_
