// Histograms whose bounds change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "collect/histogram.h"
#include "collect/sqlite_ledger_store.h"
#include "support/run_builder.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::ElementsAre;
using testing::IsOk;
using testing::kProject;
using testing::LedgerFolder;
using testing::Ledgers;
using testing::RandomLedgerBounds;

class SqliteLedgerBoundsTest : public ::testing::Test {
 protected:
  // One histogram of each kind, in a listed pipeline and in a retired one.
  SqliteLedgerBoundsTest() {
    PipelineState state;
    state.runs[{RunResult::kSuccess, "", ""}] = {At(0), 5, OldHistogram()};
    state.time_to_restore = OldHistogram();
    state.stage_durations[{"build", RunResult::kSuccess}] = OldHistogram();
    state.job_durations[{"build", "compile", RunResult::kSuccess}] = OldHistogram();
    state.id = {"p1"};
    ledger_.pipelines[state.id] = std::make_shared<PipelineState>(state);
    state.id = {"p2"};
    ledger_.retired[state.id] = {std::make_shared<PipelineState>(state), At(3)};
    ProjectTotals totals;
    totals.step_durations[{"shell", "Build", RunResult::kSuccess}] = OldHistogram();
    totals.dispatch_wait = OldHistogram();
    ledger_.totals = std::make_shared<ProjectTotals>(totals);
    EXPECT_THAT(folder_.Open()->Commit(kProject, ProjectLedger(), ledger_), IsOk());
    folder_.clock().AdvanceTo(At(1000));
  }

  static Histogram OldHistogram() {
    Histogram histogram;
    histogram.created = At(0);
    histogram.counts = {1, 2, 3, 4};
    histogram.sum = Duration(5000);
    histogram.exemplars = {{3, {"run-1"}, 1, Duration(70'000), At(2)}};
    return histogram;
  }

  static HistogramBounds NewBounds() {
    HistogramBounds bounds = RandomLedgerBounds();
    bounds.run.push_back(120);
    return bounds;
  }

  LedgerFolder folder_;
  ProjectLedger ledger_;
};

void ExpectRunHistogramsAreNew(const PipelineState& state, Timestamp created) {
  const Histogram expected = MakeHistogram({1, 2.5, 60, 120}, created);
  EXPECT_EQ(state.runs.begin()->second.duration, expected);
  EXPECT_EQ(*state.time_to_restore, expected);
}

TEST_F(SqliteLedgerBoundsTest, KeepsHistogramsOfTheSameBounds) {
  EXPECT_EQ(*folder_.Open()->Load(), (Ledgers{{kProject, ledger_}}));
}

TEST_F(SqliteLedgerBoundsTest, StartsHistogramsOfOtherBoundsAnew) {
  const ProjectLedger loaded = folder_.Open(NewBounds())->Load()->at(kProject);

  const PipelineState& listed = *loaded.pipelines.at({"p1"});
  ExpectRunHistogramsAreNew(listed, At(1000));
  ExpectRunHistogramsAreNew(*loaded.retired.at({"p2"}).state, At(1000));
  EXPECT_EQ(loaded.retired.at({"p2"}).since, At(3));
  // Counters and other kinds go on.
  EXPECT_EQ(listed.runs.begin()->second.count, 5);
  EXPECT_EQ(listed.runs.begin()->second.created, At(0));
  EXPECT_EQ(listed.stage_durations.begin()->second, OldHistogram());
  EXPECT_EQ(listed.job_durations.begin()->second, OldHistogram());
  EXPECT_EQ(*loaded.totals, *ledger_.totals);
}

TEST_F(SqliteLedgerBoundsTest, StartsThemAnewOnce) {
  const Ledgers first = *folder_.Open(NewBounds())->Load();
  folder_.clock().AdvanceTo(At(2000));

  EXPECT_EQ(*folder_.Open(NewBounds())->Load(), first);
}

TEST_F(SqliteLedgerBoundsTest, TellsBoundsOfTheSameNumberApart) {
  HistogramBounds bounds = RandomLedgerBounds();
  bounds.stage = {1, 2.25, 60};

  const ProjectLedger loaded = folder_.Open(bounds)->Load()->at(kProject);

  const Histogram expected = MakeHistogram(bounds.stage, At(1000));
  EXPECT_EQ(loaded.pipelines.at({"p1"})->stage_durations.begin()->second, expected);
  EXPECT_EQ(loaded.totals->dispatch_wait, expected);
  EXPECT_EQ(loaded.totals->step_durations.begin()->second, OldHistogram());
  EXPECT_EQ(*loaded.pipelines.at({"p1"})->time_to_restore, OldHistogram());
}

TEST_F(SqliteLedgerBoundsTest, StartsEachKindByItsOwnBounds) {
  HistogramBounds bounds = RandomLedgerBounds();
  bounds.job = {7};
  bounds.step = {8, 9};

  const ProjectLedger loaded = folder_.Open(bounds)->Load()->at(kProject);

  EXPECT_EQ(loaded.pipelines.at({"p1"})->job_durations.begin()->second,
            MakeHistogram({7}, At(1000)));
  EXPECT_EQ(loaded.totals->step_durations.begin()->second, MakeHistogram({8, 9}, At(1000)));
  EXPECT_EQ(loaded.totals->dispatch_wait, OldHistogram());
}

TEST_F(SqliteLedgerBoundsTest, GoesOverToOtherBoundsWhileItIsOpen) {
  const auto store = folder_.Open();

  ASSERT_THAT(store->SetBounds(NewBounds(), At(1000)), IsOk());

  const ProjectLedger loaded = store->Load()->at(kProject);
  ExpectRunHistogramsAreNew(*loaded.pipelines.at({"p1"}), At(1000));
  EXPECT_EQ(folder_.Read(), (Ledgers{{kProject, loaded}}));
}

TEST_F(SqliteLedgerBoundsTest, StartsHistogramsThatDoNotFitAnew) {
  // As a program of another mind may have left them: to count in them would go beyond their end.
  PipelineState state = *ledger_.pipelines.at({"p1"});
  state.job_durations.begin()->second.counts = {1, 2};
  state.job_durations.begin()->second.exemplars.clear();
  ProjectLedger after = ledger_;
  after.pipelines[{"p1"}] = std::make_shared<PipelineState>(state);
  const auto store = folder_.Open();
  ASSERT_THAT(store->Commit(kProject, ledger_, after), IsOk());

  const ProjectLedger loaded = store->Load()->at(kProject);

  EXPECT_THAT(loaded.pipelines.at({"p1"})->job_durations.begin()->second.counts,
              ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(loaded.pipelines.at({"p1"})->stage_durations.begin()->second, OldHistogram());
}

}  // namespace
}  // namespace codearts
