#include "web/password_checker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace codearts {
namespace {

// "swordfish" at the lowest cost.
constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuugIEnm3ZbWF6xb2GcoE3L1CoGJFMKtu.";

PasswordHashes Alice(const std::string& hash = kHash) {
  return {{"alice", Secret(hash)}};
}

class PasswordCheckerTest : public ::testing::Test {
 protected:
  PasswordVerdict Check(const std::string& user, const std::string& password,
                        const PasswordHashes& hashes = Alice()) {
    return checker_.Check(hashes, user, Secret(password));
  }

  PasswordChecker checker_;
};

TEST_F(PasswordCheckerTest, KnowsTheRightPassword) {
  EXPECT_EQ(Check("alice", "swordfish"), PasswordVerdict::kRight);
  // The second time from memory.
  EXPECT_EQ(Check("alice", "swordfish"), PasswordVerdict::kRight);
}

TEST_F(PasswordCheckerTest, RefusesEverythingElse) {
  EXPECT_EQ(Check("alice", "swordfis"), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("alice", ""), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("bob", "swordfish"), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("", ""), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("alice", "swordfish", {}), PasswordVerdict::kWrong);
}

TEST_F(PasswordCheckerTest, APasswordDoesNotEndAtANul) {
  EXPECT_EQ(Check("alice", std::string("swordfish\0", 10)), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("alice", std::string("swordfish\0more", 14)), PasswordVerdict::kWrong);
}

TEST_F(PasswordCheckerTest, TakesEverySpellingOfBcrypt) {
  for (const char letter : {'a', 'b', 'y'}) {
    std::string hash = kHash;
    hash[2] = letter;
    EXPECT_EQ(Check("alice", "swordfish", Alice(hash)), PasswordVerdict::kRight) << letter;
  }
}

TEST_F(PasswordCheckerTest, ForgetsAPasswordWhoseHashHasChanged) {
  ASSERT_EQ(Check("alice", "swordfish"), PasswordVerdict::kRight);
  std::string other = kHash;
  other.back() = other.back() == 'a' ? 'b' : 'a';

  EXPECT_EQ(Check("alice", "swordfish", Alice(other)), PasswordVerdict::kWrong);
  EXPECT_EQ(Check("alice", "swordfish", {{"bob", Secret(kHash)}}), PasswordVerdict::kWrong);
}

TEST_F(PasswordCheckerTest, GuessersWaitInAShortQueueAndTheKnownUserPasses) {
  ASSERT_EQ(Check("alice", "swordfish"), PasswordVerdict::kRight);
  std::string slow = kHash;
  slow.replace(4, 2, "10");
  const PasswordHashes hashes = {{"alice", Secret(kHash)}, {"bob", Secret(slow)}};
  std::atomic<int> busy = 0;
  {
    std::vector<std::jthread> guessers;
    for (int i = 0; i < 4 * PasswordChecker::kMostAtOnce; ++i) {
      guessers.emplace_back([&, i] {
        // Until one was turned away, so that the queue was full for certain.
        while (busy == 0) {
          if (Check("bob", std::to_string(i), hashes) == PasswordVerdict::kBusy) ++busy;
        }
      });
    }
    EXPECT_EQ(Check("alice", "swordfish", hashes), PasswordVerdict::kRight);
  }

  EXPECT_GT(busy, 0);
  EXPECT_EQ(Check("bob", "guess", hashes), PasswordVerdict::kWrong);
}

}  // namespace
}  // namespace codearts
