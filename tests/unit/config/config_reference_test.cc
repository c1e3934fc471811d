#include "config/config_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temp_dir.h"
#include "unit/config/config_test_support.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::ParseValid;
using testing::TempDir;

const std::string kPage = std::string(CODEARTS_TESTS_DIR) + "/../docs/configuration.md";

TEST(ConfigReferenceTest, DocsAreInStep) {
  const std::string expected = FormatConfigReference();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a test program of one thread.
  if (std::getenv("UPDATE_DOCS") != nullptr) std::ofstream(kPage, std::ios::binary) << expected;
  std::ifstream in(kPage, std::ios::binary);

  const std::string page{std::istreambuf_iterator<char>(in), {}};

  EXPECT_TRUE(page == expected) << "run this test with UPDATE_DOCS=1 to write the page again";
}

TEST(ConfigReferenceTest, ShowsTypeRangeDefaultAndMeaning) {
  const std::string page = FormatConfigReference();

  EXPECT_THAT(page, HasSubstr("| `concurrency` | a whole number from 1 to 256 | `16` | "));
  EXPECT_THAT(page, HasSubstr("| `iam_user.password_file` | the path of a file |  | "));
  EXPECT_THAT(page, HasSubstr("| `pipelines.include` | a list of RE2 patterns | `[\".*\"]` | "));
  EXPECT_THAT(page, HasSubstr("| `job_buckets` | a list of 1 to 200 rising positive numbers | as "
                              "`stage_buckets` | "));
}

TEST(ConfigReferenceTest, TheExampleIsValid) {
  const std::string page = FormatConfigReference();
  const std::string fence = "```yaml\n";
  const std::size_t start = page.find(fence) + fence.size();
  std::string example = page.substr(start, page.find("```", start) - start);
  const TempDir dir;
  const std::string path = "/run/secrets/sk";
  example.replace(example.find(path), path.size(), dir.Write("sk", "x"));

  const Config config = ParseValid(example, {{"HUAWEICLOUD_SDK_AK", "ak"}});

  EXPECT_EQ(config.projects.size(), 1U);
}

}  // namespace
}  // namespace codearts
