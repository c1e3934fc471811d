#include "exporter/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace codearts {
namespace {

using ::testing::HasSubstr;

const std::string kPath = std::string(CODEARTS_TESTS_DIR) + "/../docs/codearts_pipeline_exporter.1";

TEST(ManPageTest, IsInStep) {
  const std::string expected = FormatManPage();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a test program of one thread.
  if (std::getenv("UPDATE_DOCS") != nullptr) std::ofstream(kPath, std::ios::binary) << expected;
  std::ifstream in(kPath, std::ios::binary);

  const std::string page{std::istreambuf_iterator<char>(in), {}};

  EXPECT_EQ(page, expected) << "run this test with UPDATE_DOCS=1 to write the page again";
}

TEST(ManPageTest, HasEveryCommandAndFlagWithItsDefault) {
  const std::string page = FormatManPage();

  EXPECT_THAT(page, HasSubstr(".SS check\\-access\n"));
  EXPECT_THAT(page, HasSubstr(".BI \\-\\-web.telemetry\\-path= PATH\nPath of the metrics "
                              "[/metrics]\n"));
  EXPECT_THAT(page, HasSubstr(".B \\-\\-health\\-check\n"));
  EXPECT_THAT(page, HasSubstr(".I PIPELINE\n"));
}

}  // namespace
}  // namespace codearts
