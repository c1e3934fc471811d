#include "collect/collector.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "support/fake_clock.h"
#include "support/fake_codearts_api.h"
#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::FakeClock;
using testing::FakeCodeArtsApi;

// Lets a test hold a refresh in the middle.
class Gate {
 public:
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !closed_; });
  }
  void AwaitArrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, count] { return arrived_ >= count; });
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  int arrived_ = 0;
};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    api_.projects["project-1"] = {};
    api_.before_answer = [this](std::string_view) { gate_.Pass(); };
    auto project = std::make_shared<ProjectPlan>();
    project->target.project = {"project-1"};
    auto rules = std::make_shared<RefreshRules>();
    rules->counting.bounds = std::make_shared<HistogramBounds>();
    RefreshPlan plan;
    plan.projects = {project};
    plan.rules = rules;
    refresher_ = std::move(*Refresher::Create(api_, clock_, store_, plan));
  }

  SteadyTime Later() const { return clock_.SteadyNow() + std::chrono::minutes(1); }

  FakeClock clock_;
  FakeCodeArtsApi api_;
  MemoryLedgerStore store_;
  Gate gate_;
  std::unique_ptr<Refresher> refresher_;
};

TEST_F(CollectorTest, CallsNothingWithoutAScrape) {
  { const Collector collector(*refresher_, clock_, Duration(10000)); }

  EXPECT_EQ(gate_.arrived(), 0);
}

TEST_F(CollectorTest, SharesARefreshBetweenScrapesThatAreCloseTogether) {
  Collector collector(*refresher_, clock_, Duration(10000));

  EXPECT_TRUE(collector.Scrape(Later())->ready);
  collector.Scrape(Later());
  EXPECT_EQ(gate_.arrived(), 1);

  clock_.Advance(Duration(10000));
  collector.Scrape(Later());
  EXPECT_EQ(gate_.arrived(), 2);
}

TEST_F(CollectorTest, JoinsScrapesToTheRefreshThatRuns) {
  Collector collector(*refresher_, clock_, Duration(0));
  gate_.Close();
  std::atomic<int> ready{0};
  std::vector<std::jthread> scrapers;
  for (int i = 0; i < 4; ++i) {
    scrapers.emplace_back([&] { ready += collector.Scrape(Later())->ready ? 1 : 0; });
  }
  gate_.AwaitArrivals(1);

  gate_.Open();
  scrapers.clear();

  EXPECT_EQ(ready, 4);
}

TEST_F(CollectorTest, AnswersAtTheDeadlineAndLetsTheRefreshGoOn) {
  Collector collector(*refresher_, clock_, Duration(10000));
  gate_.Close();

  EXPECT_FALSE(collector.Scrape(clock_.SteadyNow() + Duration(1))->ready);
  gate_.AwaitArrivals(1);
  gate_.Open();

  EXPECT_TRUE(collector.Scrape(Later())->ready);
  EXPECT_EQ(gate_.arrived(), 1);
}

TEST_F(CollectorTest, RunsATaskAtOnceWhileNoRefreshRuns) {
  Collector collector(*refresher_, clock_, Duration(10000));
  std::promise<void> done;

  EXPECT_TRUE(collector.Post([&done] { done.set_value(); }));
  done.get_future().wait();

  EXPECT_EQ(gate_.arrived(), 0);
}

TEST_F(CollectorTest, TakesDataForOutOfDateAfterATask) {
  Collector collector(*refresher_, clock_, Duration(10000));
  collector.Scrape(Later());
  collector.Post([] {});

  collector.Scrape(Later());
  collector.Scrape(Later());

  EXPECT_EQ(gate_.arrived(), 2);
}

TEST_F(CollectorTest, RunsATaskAfterTheRefreshInFlightAndThenRefreshesForLaterScrapes) {
  Collector collector(*refresher_, clock_, Duration(10000));
  gate_.Close();
  std::jthread early([&] { collector.Scrape(Later()); });
  gate_.AwaitArrivals(1);
  std::atomic<int> arrived_at_task{-1};

  collector.Post([&] { arrived_at_task = gate_.arrived(); });
  std::jthread late([&] { collector.Scrape(Later()); });
  EXPECT_EQ(arrived_at_task, -1);
  gate_.Open();
  early.join();
  late.join();

  EXPECT_EQ(arrived_at_task, 1);
  EXPECT_EQ(gate_.arrived(), 2);
}

TEST_F(CollectorTest, RunsTasksThatWaitWhenItStopsAndNoneLater) {
  Collector collector(*refresher_, clock_, Duration(10000));
  std::atomic<int> run{0};
  collector.Post([&run] { ++run; });
  collector.Stop();
  EXPECT_EQ(run, 1);

  EXPECT_FALSE(collector.Post([&run] { ++run; }));
  EXPECT_EQ(run, 1);
}

}  // namespace
}  // namespace codearts
