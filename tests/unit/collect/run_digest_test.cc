#include "collect/run_digest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

TEST(RunDigestTest, KeepsIdsOfTheService) {
  for (const char* id : {"25adfa6784124cfc9b9274ceaecf9957", "00000000000000000000000000000000",
                         "ffffffffffffffffffffffffffffffff"}) {
    EXPECT_EQ(RunDigest(RunId{id}).Id().value, id);
  }
}

TEST(RunDigestTest, TellsIdsOfOtherFormsApart) {
  const std::vector<std::string> ids = {"",
                                        "r1",
                                        "r2",
                                        "1r",
                                        "25adfa6784124cfc9b9274ceaecf995",
                                        "25adfa6784124cfc9b9274ceaecf9957",
                                        "25ADFA6784124CFC9B9274CEAECF9957",
                                        "25adfa6784124cfc9b9274ceaecf99570",
                                        "25adfa67-8412-4cfc-9b92-74ceaecf9957",
                                        std::string(1, '\0'),
                                        std::string(2, '\0')};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t j = 0; j < ids.size(); ++j) {
      EXPECT_EQ(RunDigest(RunId{ids[i]}) == RunDigest(RunId{ids[j]}), i == j) << i << ' ' << j;
    }
  }
}

// What is stored must be recognised by later versions.
TEST(RunDigestTest, StaysTheSame) {
  EXPECT_EQ(RunDigest(RunId{"run-7"}).Id().value, "f61b93336a65187a04708e150718bf14");
  for (const char* id : {"", "r1", "25ADFA6784124CFC9B9274CEAECF9957"}) {
    const RunDigest digest(RunId{id});
    EXPECT_EQ(RunDigest(digest.Id()), digest);
  }
}

}  // namespace
}  // namespace codearts
