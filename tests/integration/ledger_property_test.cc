#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "integration/ledger_oracle.h"
#include "integration/simulated_exporter.h"
#include "simulator/rng.h"
#include "support/temp_dir.h"

namespace codearts::testing {
namespace {

using std::chrono::seconds;

constexpr int kSteps = 400;
// Retries of runs that are further down the list than its newest page are not looked for.
constexpr std::size_t kRetriedRuns = 10;

RefreshRules MakeRules() {
  RefreshRules rules;
  rules.counting.histogram_level = MetricsLevel::kStep;
  const BucketBounds bounds = {10, 60, 300, 1200};
  rules.counting.bounds =
      std::make_shared<HistogramBounds>(HistogramBounds{bounds, bounds, bounds, bounds});
  rules.recheck = std::chrono::minutes(10);
  return rules;
}

sim::SimulatorOptions MakeOptions(std::uint64_t seed) {
  sim::SimulatorOptions options;
  options.world.seed = seed;
  options.world.projects = 2;
  options.world.pipelines = 3;
  options.world.run_interval = seconds(0);
  options.start = kTestStart;
  options.server_time_is_virtual = true;
  options.keys = {
      {std::string(SimulatedExporter::kAccessKey), std::string(SimulatedExporter::kSecretKey)}};
  // Small pages, so that lists have several.
  options.max_limit = 20;
  return options;
}

// Does random things to the world and to the exporter. Before something takes a finished attempt
// out of sight for ever (a retry, a deletion), a refresh without faults sees it: what nobody could
// count is not expected to be counted.
class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed)
      : rng_(seed),
        simulator_(MakeOptions(seed), clock_),
        exporter_(simulator_, clock_, dir_.PathOf("state.db"), MakeRules()) {
    exporter_.Refresh();
  }

  void Step() {
    switch (rng_.Below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return StartRun();
      case 4:
        return EndHeldRun();
      case 5:
      case 6:
        return RetryRun();
      case 7:
        return DeleteRun();
      case 8:
        return ChangePipeline();
      case 9:
        return AddFault();
      case 10:
        return exporter_.Restart();
      case 11:
        return HideAndShowPipeline();
      default:
        clock_.Advance(seconds(rng_.Between(1, 900)));
        return exporter_.Refresh();
    }
  }

  std::vector<std::string> Differences() {
    SeeEverything();
    return CompareWithTruth(simulator_, *exporter_.Current());
  }

 private:
  // One pipeline of those that are there.
  std::string PickPipeline() {
    return simulator_.With([this](const sim::World& world) {
      std::vector<std::string> ids;
      for (const auto& project : world.projects()) {
        for (const auto& pipeline : project->pipelines) {
          if (!pipeline->deleted()) ids.push_back(pipeline->id());
        }
      }
      return ids[rng_.Below(ids.size())];
    });
  }

  // One of the pipeline's runs that list and detail show, and that has ended or not; "" if there is
  // none.
  std::string PickRun(const std::string& pipeline_id, bool ended) {
    return simulator_.With([&](sim::World& world) {
      std::vector<std::string> ids;
      const sim::Pipeline& pipeline = *world.FindPipeline(pipeline_id);
      for (const sim::Run& run : pipeline.runs()) {
        if (world.Visible(pipeline, run) && run.EndedAt(world.now()) == ended) {
          ids.push_back(run.id);
        }
      }
      if (ids.empty()) return std::string();
      const std::size_t newest = std::min(ids.size(), kRetriedRuns);
      return ids[ids.size() - 1 - rng_.Below(newest)];
    });
  }

  void StartRun() {
    sim::RunSpec spec;
    spec.outcome =
        std::array{sim::Outcome::kSuccess, sim::Outcome::kFailure, sim::Outcome::kFailure,
                   sim::Outcome::kCancellation, sim::Outcome::kSkip}[rng_.Below(5)];
    spec.duration = seconds(rng_.Between(5, 3000));
    spec.hold = rng_.Chance(0.2);
    if (rng_.Chance(0.3)) spec.queued = seconds(rng_.Between(1, 1200));
    if (rng_.Chance(0.2) && spec.duration > seconds(600))
      spec.pause = seconds(rng_.Between(1, 300));
    const std::string pipeline = PickPipeline();
    simulator_.With([&](sim::World& world) { world.StartRun(pipeline, spec); });
  }

  void EndHeldRun() {
    const std::string pipeline = PickPipeline();
    const std::string run = PickRun(pipeline, /*ended=*/false);
    if (run.empty()) return;
    simulator_.With(
        [&](sim::World& world) { world.EndRun(pipeline, run, sim::Outcome::kFailure); });
  }

  void RetryRun() {
    const std::string pipeline = PickPipeline();
    const std::string run = PickRun(pipeline, /*ended=*/true);
    if (run.empty()) return;
    SeeEverything();
    sim::RunSpec spec;
    spec.outcome = rng_.Chance(0.5) ? sim::Outcome::kSuccess : sim::Outcome::kFailure;
    spec.duration = seconds(rng_.Between(5, 1500));
    simulator_.With([&](sim::World& world) { world.RetryRun(pipeline, run, spec); });
  }

  void DeleteRun() {
    const std::string pipeline = PickPipeline();
    SeeEverything();
    const std::string run = PickRun(pipeline, /*ended=*/true);
    if (run.empty()) return;
    simulator_.With([&](sim::World& world) { world.DeleteRun(pipeline, run); });
  }

  void ChangePipeline() {
    const std::string pipeline = PickPipeline();
    simulator_.With([&](sim::World& world) {
      if (rng_.Chance(0.5)) {
        world.RenamePipeline(pipeline, fmt::format("renamed {}", rng_.Below(1000)));
      } else {
        const sim::Pipeline& model = *world.FindPipeline(pipeline);
        world.AddPipeline(*world.ProjectOf(pipeline), "", model.definition(), seconds(0));
      }
    });
  }

  void HideAndShowPipeline() {
    const std::string pipeline = PickPipeline();
    const auto set = [&](bool deleted) {
      simulator_.With(
          [&](sim::World& world) { world.FindPipeline(pipeline)->SetDeleted(deleted); });
    };
    set(true);
    exporter_.Refresh();
    clock_.Advance(seconds(rng_.Between(1, 300)));
    set(false);
  }

  // Few enough at a time that no detail is unreadable in three refreshes in a row.
  void AddFault() {
    sim::Fault fault;
    fault.endpoint =
        std::array{"list_pipelines", "list_runs", "detail", "queue", "*"}[rng_.Below(5)];
    fault.kind = std::array{"500",      "502",   "429",  "403",    "error200",
                            "truncate", "reset", "html", "garbage"}[rng_.Below(9)];
    fault.count = rng_.Between(1, 6);
    ASSERT_TRUE(simulator_.AddFault(fault).ok());
    exporter_.Refresh();
    simulator_.ClearFaults();
  }

  // Lets a refresh without faults see all that has happened, also retries of older runs.
  void SeeEverything() {
    simulator_.ClearFaults();
    clock_.Advance(std::chrono::minutes(11));
    exporter_.Refresh();
    exporter_.Refresh();
  }

  FakeClock clock_;
  TempDir dir_;
  sim::Rng rng_;
  sim::Simulator simulator_;
  SimulatedExporter exporter_;
};

class LedgerPropertyTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(LedgerPropertyTest, CountsWhatHappenedWhateverHappens) {
  RandomHistory history(GetParam());

  for (int step = 1; step <= kSteps; ++step) {
    history.Step();
    if (step % 50 != 0) continue;
    ASSERT_THAT(history.Differences(), ::testing::IsEmpty())
        << "after " << step << " steps with seed " << GetParam();
  }
}

#ifdef CODEARTS_SANITIZED  // A history takes them half a minute.
constexpr std::uint64_t kHistories = 2;
#else
constexpr std::uint64_t kHistories = 8;
#endif
INSTANTIATE_TEST_SUITE_P(Seeds, LedgerPropertyTest,
                         ::testing::Range<std::uint64_t>(1, 1 + kHistories));

}  // namespace
}  // namespace codearts::testing
