#include "config/nearest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

const std::vector<std::string> kKeys = {"min_interval", "timeout", "timeout_offset", "id"};

TEST(NearestTest, FindsMisspellings) {
  EXPECT_EQ(FindNearest("min_intervall", kKeys), "min_interval");
  EXPECT_EQ(FindNearest("mininterval", kKeys), "min_interval");
  EXPECT_EQ(FindNearest("timout", kKeys), "timeout");
  EXPECT_EQ(FindNearest("timeout_ofset", kKeys), "timeout_offset");
  EXPECT_EQ(FindNearest("i", kKeys), "id");
  EXPECT_EQ(FindNearest("timeout", kKeys), "timeout");
}

TEST(NearestTest, FindsNothingThatIsFarAway) {
  EXPECT_EQ(FindNearest("concurrency", kKeys), "");
  EXPECT_EQ(FindNearest("xy", kKeys), "");
  EXPECT_EQ(FindNearest("timeout", {}), "");
  EXPECT_EQ(FindNearest(std::string(100'000, 'x'), kKeys), "");
}

}  // namespace
}  // namespace codearts
