#include "metrics/negotiation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

struct AcceptCase {
  std::string accept;
  TextFormat expected;
};

using TextFormat::kOpenMetrics;
using TextFormat::kPrometheusText;

TEST(NegotiationTest, PicksTheFormatThatAcceptLikesBest) {
  const std::vector<AcceptCase> cases = {
      // What scrapers send: Prometheus 2.53, 3.x, 2.20, curl, a browser.
      {"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
       "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       kOpenMetrics},
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,"
       "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
       "*/*;q=0.1",
       kOpenMetrics},
      {"application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kPrometheusText},
      {"*/*", kPrometheusText},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
       kPrometheusText},
      {"", kPrometheusText},
      // Weights.
      {"application/openmetrics-text;q=0.3, text/plain;q=0.4", kPrometheusText},
      {"application/openmetrics-text;q=0.4, text/plain;q=0.3", kOpenMetrics},
      {"application/openmetrics-text;q=0.401, text/plain;q=0.4", kOpenMetrics},
      {"application/openmetrics-text;q=0", kPrometheusText},
      {"application/openmetrics-text;version=1.0.0;q=0, application/*", kPrometheusText},
      {"text/plain;q=0, application/openmetrics-text;q=0.001", kOpenMetrics},
      {"text/plain;q=0, */*", kOpenMetrics},
      // The more precise of two that are liked the same, then the earlier.
      {"application/openmetrics-text, */*", kOpenMetrics},
      {"text/plain, application/openmetrics-text;version=1.0.0", kOpenMetrics},
      {"text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0", kPrometheusText},
      {"application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4", kOpenMetrics},
      {"application/*", kOpenMetrics},
      {"text/*, application/*;q=0.9", kPrometheusText},
      // Versions are strict.
      {"application/openmetrics-text;version=2.0.0", kPrometheusText},
      {"application/openmetrics-text;version=2.0.0, */*;q=0.1", kPrometheusText},
      {"text/plain;version=1.0.0, application/openmetrics-text;version=1.0.0;q=0.1", kOpenMetrics},
      // Spelling.
      {"Application/OpenMetrics-Text ; Version=1.0.0 ; Q=1.0", kOpenMetrics},
      {"application/openmetrics-text; version=\"1.0.0\"", kOpenMetrics},
      {"application/openmetrics-text;note=\"a,b;q=0\";version=1.0.0", kOpenMetrics},
      {R"(application/openmetrics-text;note="\",q=0";version=1.0.0)", kOpenMetrics},
      {",, ;q=1, application/openmetrics-text ,", kOpenMetrics},
      // An element that can't be read does not count.
      {"application/openmetrics-text;q=high", kPrometheusText},
      {"application/openmetrics-text;q=1.001", kPrometheusText},
      {"application/openmetrics-text;q=0.1234", kPrometheusText},
      {"application/openmetrics-text;q=2", kPrometheusText},
      {"application/openmetrics-text;q=", kPrometheusText},
      {"application/openmetrics-text;q", kPrometheusText},
      {"\"application/openmetrics-text", kPrometheusText},
      // Neither is wanted.
      {"application/json", kPrometheusText},
      {"text/plain;q=0, application/openmetrics-text;q=0", kPrometheusText},
  };
  for (const AcceptCase& c : cases) {
    EXPECT_EQ(NegotiateFormat(c.accept), c.expected) << c.accept;
  }
}

TEST(NegotiationTest, NamesTheVersionInTheContentType) {
  EXPECT_EQ(ContentTypeOf(kPrometheusText), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentTypeOf(kOpenMetrics),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");
}

TEST(NegotiationTest, CompressesOnlyWhereGzipIsWanted) {
  const std::vector<std::string> wanted = {
      "gzip",         "GZIP", "x-gzip",          "deflate, gzip;q=0.5",
      "gzip;q=0.001", "*",    "*;q=0.5, br;q=1", "identity;q=0.5, gzip;q=0.5",
      "gzip, *;q=0",
  };
  const std::vector<std::string> unwanted = {
      "",
      "identity",
      "deflate, br",
      "gzip;q=0",
      "gzip;q=0.000",
      "gzip;q=0, *",
      "*;q=0",
      "identity;q=1, gzip;q=0.5",
      "gzip;q=bad",
      "gzippy",
      "xgzip",
  };
  for (const std::string& header : wanted) EXPECT_TRUE(AcceptsGzip(header)) << header;
  for (const std::string& header : unwanted) EXPECT_FALSE(AcceptsGzip(header)) << header;
}

}  // namespace
}  // namespace codearts
