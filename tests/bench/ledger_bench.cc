// What keeping the ledger costs: bytes and time of a refresh's commit, and the time of a start.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "bench/smoke.h"
#include "collect/attempt.h"
#include "collect/ledger_codec.h"
#include "collect/run_view.h"
#include "collect/sqlite_ledger_store.h"
#include "support/fake_clock.h"
#include "support/run_builder.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using testing::At;
using testing::FakeClock;
using testing::kTestStart;
using testing::RunBuilder;
using testing::TempDir;

const int kPipelines = testing::IsSmokeRun() ? 200 : 5000;
constexpr int kFinishedRuns = 100;
// As many as the ledger remembers one by one.
constexpr std::int64_t kRunsBefore = 100;

const ProjectId kProject{"54f90b75fc1447b1b65e8d3a9f77923d"};

HistogramBounds DefaultBounds() {
  const BucketBounds stage = {5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200};
  return {{10, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 7200, 14400, 28800},
          stage,
          stage,
          stage};
}

// Looks random and isn't: 32 hex digits, as the service's ids are.
std::string HexId(std::uint64_t seed) {
  const std::uint64_t mixed = (seed + 1) * 0x9e3779b97f4a7c15;
  return fmt::format("{:016x}{:016x}", mixed, mixed * 0xbf58476d1ce4e5b9);
}

PipelineId IdOf(int pipeline) {
  return {HexId(static_cast<std::uint64_t>(pipeline) << 32)};
}

// A finished run of three stages with two jobs of three steps; one in seven failed.
PipelineRun MakeRun(int pipeline, std::int64_t number) {
  const Timestamp start = At(number * 10'000 + pipeline);
  const Timestamp end = start + std::chrono::seconds(60 + number * 37 % 1500);
  const ExecutionStatus status =
      number % 7 == 0 ? ExecutionStatus::kFailed : ExecutionStatus::kCompleted;
  RunBuilder builder(number);
  builder.Id(HexId(static_cast<std::uint64_t>(pipeline * 100'000 + number)));
  builder.Started(start).Ended(status, end);
  for (const char* stage_name : {"Build and test", "Package", "Deploy to staging"}) {
    StageRun stage;
    stage.name = stage_name;
    stage.status = status;
    stage.start_time = start;
    stage.end_time = end;
    for (int j = 0; j < 2; ++j) {
      JobRun job;
      job.name = fmt::format("{} job {}", stage_name, j);
      job.status = status;
      job.start_time = start;
      job.end_time = end;
      for (const char* step_name : {"Check out", "Run the script", "Upload the result"}) {
        StepRun step;
        step.name = step_name;
        step.task = "official_devcloud_shell";
        step.business_type = "Build";
        step.status = status;
        step.start_time = start;
        step.end_time = end;
        job.steps.push_back(std::move(step));
      }
      stage.jobs.push_back(std::move(job));
    }
    builder.Stage(std::move(stage));
  }
  return builder.Build();
}

// Counts and shows one more run, as a refresh does.
void AddRun(int pipeline, const CountingRules& rules, ProjectTotals& totals, PipelineState& state) {
  const PipelineRun run = MakeRun(pipeline, ++state.mark);
  CountAttempt(run, std::nullopt, rules, state, totals);
  state.settled.push_back({run.run_number, RunDigest(run.id), *run.end_time});
  if (state.settled.size() > kRunsBefore) state.settled.erase(state.settled.begin());
  state.stages = ViewStages(run);
  state.detail = ShownDetail{run.id, run.status, run.end_time, 0};
  state.last_activity = *run.end_time;
  RunFacts facts;
  facts.id = run.id;
  facts.number = run.run_number;
  facts.status = run.status;
  facts.start_time = run.start_time;
  facts.end_time = run.end_time;
  facts.trigger = "CodeHub_Push";
  facts.branch = "main";
  facts.commit = "3f786850e387550fdab836ed7e6dc881de23001b";
  facts.executor = "someone";
  facts.url = fmt::format("https://devcloud.example/cicd/project/{}/pipeline/detail/{}/{}",
                          kProject.value, state.id.value, run.id.value);
  state.latest = std::move(facts);
}

// A store and the ledger of a project that ran for a while.
class Fixture {
 public:
  Fixture() {
    rules_.bounds = std::make_shared<HistogramBounds>(DefaultBounds());
    store_ = std::move(*SqliteLedgerStore::Open(Options(), clock_));
    ProjectLedger ledger;
    ledger.listed = true;
    ProjectTotals totals;
    for (int i = 0; i < kPipelines; ++i) {
      const PipelineId id = IdOf(i);
      PipelineState state;
      state.id = id;
      state.name = fmt::format("deploy-service-{}", i);
      state.region = "cn-north-4";
      state.group = "services";
      state.repository = fmt::format("service-{}", i);
      state.default_branch = "main";
      state.manifest_version = "3.0";
      state.first_seen = kTestStart;
      for (std::int64_t n = 0; n < kRunsBefore; ++n) AddRun(i, rules_, totals, state);
      state_bytes_ += EncodePipelineState(state).size();
      ledger.pipelines[id] = std::make_shared<PipelineState>(std::move(state));
    }
    ledger.totals = std::make_shared<ProjectTotals>(std::move(totals));
    Commit(std::move(ledger));
  }

  // Finishes a run in each of `kFinishedRuns` pipelines, others each time.
  void Refresh() {
    replaced_ = ProjectLedger();
    ProjectLedger ledger = ledger_;
    ProjectTotals totals = *ledger.totals;
    for (int i = 0; i < kFinishedRuns; ++i) {
      // A stride without a common divisor scatters them over the file.
      next_ = (next_ + 1733) % kPipelines;
      const PipelineId id = IdOf(next_);
      PipelineState state = *ledger.pipelines.at(id);
      AddRun(next_, rules_, totals, state);
      ledger.pipelines[id] = std::make_shared<PipelineState>(std::move(state));
    }
    ledger.totals = std::make_shared<ProjectTotals>(std::move(totals));
    prepared_ = std::move(ledger);
  }

  void Store() { Commit(std::move(prepared_)); }

  void Reopen() {
    store_.reset();
    store_ = std::move(*SqliteLedgerStore::Open(Options(), clock_));
  }

  const SqliteLedgerStore& store() const { return *store_; }
  SqliteLedgerStore& store() { return *store_; }
  std::uint64_t state_bytes() const { return state_bytes_; }

 private:
  SqliteLedgerOptions Options() const { return {folder_.PathOf("state.db"), DefaultBounds()}; }

  void Commit(ProjectLedger ledger) {
    const Status status = store_->Commit(kProject, ledger_, ledger);
    if (!status.ok()) std::abort();
    replaced_ = std::exchange(ledger_, std::move(ledger));
  }

  TempDir folder_;
  FakeClock clock_;
  CountingRules rules_;
  std::unique_ptr<SqliteLedgerStore> store_;
  ProjectLedger ledger_;
  ProjectLedger prepared_;
  ProjectLedger replaced_;  // Kept until its end is not measured.
  std::uint64_t state_bytes_ = 0;
  int next_ = 0;
};

Fixture& SharedFixture() {
  static Fixture fixture;
  return fixture;
}

// What the process has written to files until now.
double BytesWritten() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  double value = 0;
  while (counters >> name >> value) {
    if (name == "wchar:") return value;
  }
  return 0;
}

void BM_CommitRefresh(benchmark::State& state) {
  Fixture& fixture = SharedFixture();
  double written = 0;
  for (auto _ : state) {
    state.PauseTiming();
    fixture.Refresh();
    const double before = BytesWritten();
    state.ResumeTiming();
    fixture.Store();
    state.PauseTiming();
    written += BytesWritten() - before;
    state.ResumeTiming();
  }
  state.counters["bytes_written"] = benchmark::Counter(written, benchmark::Counter::kAvgIterations);
  state.counters["file_bytes"] = static_cast<double>(fixture.store().bytes());
  state.counters["state_bytes"] = static_cast<double>(fixture.state_bytes()) / kPipelines;
}
BENCHMARK(BM_CommitRefresh)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_OpenAndLoad(benchmark::State& state) {
  Fixture& fixture = SharedFixture();
  for (auto _ : state) {
    fixture.Reopen();
    benchmark::DoNotOptimize(fixture.store().Load());
  }
}
BENCHMARK(BM_OpenAndLoad)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace codearts
