// A process that is killed while it stores.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "collect/sqlite_ledger_store.h"
#include "support/status_matchers.h"
#include "unit/collect/sqlite_ledger_support.h"

namespace codearts {
namespace {

using testing::kProject;
using testing::LedgerFolder;
using testing::Ledgers;
using testing::RandomLedger;

constexpr int kRounds = 60;
constexpr int kPipelines = 20;

// The ledger after `step` commits: the step decides about all of it, and stands in the totals.
ProjectLedger LedgerAt(std::int64_t step) {
  if (step == 0) return {};
  ProjectLedger ledger = RandomLedger(static_cast<std::uint64_t>(step)).Project(kPipelines);
  ProjectTotals totals = *ledger.totals;
  totals.created = FromEpochMillis(step);
  ledger.totals = std::make_shared<ProjectTotals>(totals);
  return ledger;
}

// Commits step after step from `step` on and reports each to `out`, until it is killed.
[[noreturn]] void StoreOn(const LedgerFolder& folder, std::int64_t step, int out) {
  const auto store = folder.Open();
  for (;; ++step) {
    if (!store->Commit(kProject, LedgerAt(step), LedgerAt(step + 1)).ok()) _exit(1);
    if (write(out, "x", 1) != 1) _exit(1);
  }
}

// Lets a child store on from `step`, kills it somewhere after some commits, and returns how many
// it reported.
std::int64_t StoreUntilKilled(const LedgerFolder& folder, std::int64_t step, std::mt19937& random) {
  int ends[2] = {};
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    StoreOn(folder, step, ends[1]);
  }
  close(ends[1]);
  std::int64_t reported = 0;
  char report = 0;
  for (auto left = random() % 4; left > 0 && read(ends[0], &report, 1) == 1; --left) ++reported;
  // Somewhere within the next commits, which take milliseconds.
  const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 5000);
  while (std::chrono::steady_clock::now() < moment) continue;
  EXPECT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself, with " << WEXITSTATUS(status);
  while (read(ends[0], &report, 1) == 1) ++reported;
  close(ends[0]);
  return reported;
}

TEST(SqliteLedgerCrashTest, HoldsOneCommitWhenTheProcessIsKilled) {
  const LedgerFolder folder;
  std::mt19937 random(1);
  std::int64_t step = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const std::int64_t reported = step + StoreUntilKilled(folder, step, random);

    const auto store = folder.Open();
    const Ledgers ledgers = *store->Load();

    ASSERT_EQ(store->resets(), 0);
    step = ledgers.empty() ? 0 : ToEpochMillis(ledgers.at(kProject).totals->created);
    // What was reported is there, and the one that it was killed in may be.
    ASSERT_GE(step, reported);
    ASSERT_LE(step, reported + 1);
    ASSERT_EQ(ledgers, step == 0 ? Ledgers() : (Ledgers{{kProject, LedgerAt(step)}}));
  }
  EXPECT_GT(step, kRounds);
}

}  // namespace
}  // namespace codearts
