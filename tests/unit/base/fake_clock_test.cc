#include "support/fake_clock.h"

#include <gtest/gtest.h>

#include <chrono>

namespace codearts {
namespace {

using testing::FakeClock;
using testing::kTestStart;

TEST(FakeClockTest, AdvancesBothClocksTogether) {
  FakeClock clock;
  const SteadyTime steady = clock.SteadyNow();

  clock.Advance(std::chrono::seconds(5));
  clock.AdvanceTo(kTestStart + std::chrono::seconds(9));

  EXPECT_EQ(clock.Now(), kTestStart + std::chrono::seconds(9));
  EXPECT_EQ(clock.SteadyNow(), steady + std::chrono::seconds(9));
}

TEST(FakeClockTest, WallClockMovesAlone) {
  FakeClock clock;
  const SteadyTime steady = clock.SteadyNow();

  clock.SetWallClock(FromEpochMillis(5));

  EXPECT_EQ(ToEpochMillis(clock.Now()), 5);
  EXPECT_EQ(clock.SteadyNow(), steady);
}

TEST(ClockTest, SystemClockIsCloseToTheMachines) {
  const SystemClock clock;
  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const auto steady_before = std::chrono::steady_clock::now();

  EXPECT_GE(clock.Now(), before);
  EXPECT_GE(clock.SteadyNow(), steady_before);
}

TEST(ClockTest, ConvertsUnits) {
  EXPECT_DOUBLE_EQ(ToSeconds(Duration(1500)), 1.5);
  EXPECT_DOUBLE_EQ(ToUnixSeconds(FromEpochMillis(1'717'205'096'250)), 1'717'205'096.25);
}

}  // namespace
}  // namespace codearts
