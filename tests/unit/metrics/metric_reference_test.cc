#include "metrics/metric_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "metrics/catalogue.h"

namespace codearts {
namespace {

constexpr const char* kPath = CODEARTS_TESTS_DIR "/../docs/metrics.md";

TEST(MetricReferenceTest, IsWhatTheDocumentationSays) {
  const std::string reference = FormatMetricReference();
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (std::getenv("UPDATE_DOCS") != nullptr) std::ofstream(kPath) << reference;

  std::ifstream file(kPath);
  const std::string documentation{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};

  EXPECT_EQ(documentation, reference) << "run the test with UPDATE_DOCS=1 to renew " << kPath;
}

TEST(MetricReferenceTest, HasARowForEachMetric) {
  const std::string reference = FormatMetricReference();
  for (const MetricSpec& spec : MetricCatalogue()) {
    EXPECT_NE(reference.find("\n| `" + std::string(spec.name) + "` | "), std::string::npos)
        << spec.name;
  }
}

}  // namespace
}  // namespace codearts
