#include "metrics/exporter_metrics.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/exposition_parser.h"
#include "support/fake_clock.h"
#include "support/status_matchers.h"

namespace codearts {
namespace {

using testing::FindSample;
using testing::IsOk;
using testing::kTestStart;

using Labels = std::vector<std::pair<std::string, std::string>>;

class ExporterMetricsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto metrics =
        ExporterMetrics::Create({"1.2.3", "abc", "g++ 12"}, {"list_pipelines", "show_run"}, clock_);
    ASSERT_THAT(metrics, IsOk());
    metrics_ = std::move(*metrics);
  }

  // Returns the sample's value; "absent" if there is none.
  std::string Value(const std::string& name, const Labels& labels = {}) const {
    std::string text;
    metrics_->AppendTo(TextFormat::kPrometheusText, text);
    const auto families = testing::ParseExposition(text);
    EXPECT_THAT(families, IsOk());
    const testing::ParsedSample* sample = FindSample(*families, name, labels);
    return sample == nullptr ? "absent" : sample->value;
  }

  const testing::FakeClock clock_;
  std::unique_ptr<ExporterMetrics> metrics_;
};

TEST_F(ExporterMetricsTest, ExportsEndpointsAsZeroBeforeTheirFirstCall) {
  const Labels endpoint = {{"endpoint", "show_run"}};

  EXPECT_EQ(
      Value("codearts_exporter_api_requests_total", {{"endpoint", "show_run"}, {"code", "200"}}),
      "0");
  EXPECT_EQ(Value("codearts_exporter_api_request_duration_seconds_count", endpoint), "0");
  EXPECT_EQ(Value("codearts_exporter_api_throttled_total", endpoint), "0");
  EXPECT_EQ(Value("codearts_exporter_api_retries_total", endpoint), "0");
  EXPECT_EQ(Value("codearts_exporter_api_budget_requests_per_second"), "absent");
}

TEST_F(ExporterMetricsTest, CountsAnswersByStatus) {
  metrics_->OnResponse("show_run", 200, Duration(20));
  metrics_->OnResponse("show_run", 429, Duration(60));
  metrics_->OnResponse("show_run", 429, Duration(2000));
  for (const int status : {0, 99, 600, -1, 123456}) {
    metrics_->OnResponse("show_run", status, Duration(31000));
  }

  const std::string name = "codearts_exporter_api_requests_total";
  EXPECT_EQ(Value(name, {{"endpoint", "show_run"}, {"code", "200"}}), "1");
  EXPECT_EQ(Value(name, {{"endpoint", "show_run"}, {"code", "429"}}), "2");
  EXPECT_EQ(Value(name, {{"endpoint", "show_run"}, {"code", "error"}}), "5");
  EXPECT_EQ(Value(name, {{"endpoint", "list_pipelines"}}), "0");
  const std::string bucket = "codearts_exporter_api_request_duration_seconds_bucket";
  EXPECT_EQ(Value(bucket, {{"endpoint", "show_run"}, {"le", "0.025"}}), "1");
  EXPECT_EQ(Value(bucket, {{"endpoint", "show_run"}, {"le", "2.5"}}), "3");
  EXPECT_EQ(Value(bucket, {{"endpoint", "show_run"}, {"le", "+Inf"}}), "8");
}

TEST_F(ExporterMetricsTest, CountsRetriesAndThrottling) {
  metrics_->OnRetry("show_run");
  metrics_->OnRetry("show_run");
  metrics_->OnThrottled("list_pipelines");

  EXPECT_EQ(Value("codearts_exporter_api_retries_total", {{"endpoint", "show_run"}}), "2");
  EXPECT_EQ(Value("codearts_exporter_api_throttled_total", {{"endpoint", "list_pipelines"}}), "1");
}

TEST_F(ExporterMetricsTest, ShowsTheLatestBudgetOfEachHost) {
  metrics_->OnBudget("a.example", 20);
  metrics_->OnBudget("a.example", 2.5);
  metrics_->OnBudget("b.example", 10);

  const std::string name = "codearts_exporter_api_budget_requests_per_second";
  EXPECT_EQ(Value(name, {{"endpoint_host", "a.example"}}), "2.5");
  EXPECT_EQ(Value(name, {{"endpoint_host", "b.example"}}), "10");
}

TEST_F(ExporterMetricsTest, RemembersTheLastGoodLoadOfTheConfiguration) {
  const std::string successful = "codearts_exporter_config_last_reload_successful";
  const std::string time = "codearts_exporter_config_last_reload_success_timestamp_seconds";
  EXPECT_EQ(Value(successful), "absent");

  metrics_->OnConfigLoad(true, kTestStart);
  EXPECT_EQ(Value(successful), "1");
  metrics_->OnConfigLoad(false, kTestStart + Duration(5000));

  EXPECT_EQ(Value(successful), "0");
  EXPECT_EQ(Value(time), "1717200000");
}

TEST_F(ExporterMetricsTest, ReplacesTheEndsOfCredentials) {
  const std::string name = "codearts_exporter_credential_expiry_timestamp_seconds";
  metrics_->SetCredentialExpiries({{"robot", kTestStart}, {"vm", kTestStart}});
  metrics_->SetCredentialExpiries({{"robot", kTestStart + Duration(1500)}});

  EXPECT_EQ(Value(name, {{"credential", "robot"}}), "1717200001.5");
  EXPECT_EQ(Value(name, {{"credential", "vm"}}), "absent");

  metrics_->SetCredentialExpiries({});
  EXPECT_EQ(Value(name), "absent");
}

TEST_F(ExporterMetricsTest, CountsRefusalsByReasonFromZero) {
  metrics_->OnRefusal("unauthorized");

  const std::string name = "codearts_exporter_web_requests_refused_total";
  EXPECT_EQ(Value(name, {{"reason", "unauthorized"}}), "1");
  for (const char* reason : {"max_requests", "rate_limit", "busy"}) {
    EXPECT_EQ(Value(name, {{"reason", reason}}), "0") << reason;
  }
}

TEST_F(ExporterMetricsTest, TellsShardAndBuild) {
  metrics_->SetShard(2, 5);

  EXPECT_EQ(Value("codearts_exporter_shard_ordinal"), "2");
  EXPECT_EQ(Value("codearts_exporter_total_shards"), "5");
  EXPECT_EQ(Value("codearts_exporter_build_info",
                  {{"version", "1.2.3"}, {"revision", "abc"}, {"compiler", "g++ 12"}}),
            "1");
}

TEST_F(ExporterMetricsTest, HasTheMetricsOfTheProcess) {
  EXPECT_GT(std::stod(Value("process_resident_memory_bytes")), 1e5);
  EXPECT_GE(std::stod(Value("process_threads")), 1);
}

}  // namespace
}  // namespace codearts
