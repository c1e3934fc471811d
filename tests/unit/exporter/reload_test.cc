#include "exporter/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/fake_codearts_api.h"
#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::AllOf;
using testing::FakeClock;
using testing::FakeCodeArtsApi;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() {
    own_metrics_ = std::move(*ExporterMetrics::Create({}, {}, clock_));
    RefreshPlan plan;
    auto rules = std::make_shared<RefreshRules>();
    rules->counting.bounds = std::make_shared<HistogramBounds>();
    plan.rules = std::move(rules);
    refresher_ = std::move(*Refresher::Create(api_, clock_, store_, plan));
    collector_ = std::make_unique<Collector>(*refresher_, clock_, Duration(0));
    reloader_ = std::make_unique<Reloader>(
        running_, Reloader::Parts{[this] { return next_; },
                                  [this](const Config& running, const Config& next) {
                                    applied_.emplace_back(running, next);
                                    return apply_status_;
                                  },
                                  *collector_, *own_metrics_, clock_});
  }
  ~ReloaderTest() override { collector_->Stop(); }

  Status Reload() { return reloader_->Reload().get(); }

  std::string OwnMetrics() const {
    std::string text;
    own_metrics_->AppendTo(TextFormat::kPrometheusText, text);
    return text;
  }

  FakeClock clock_;
  FakeCodeArtsApi api_;
  MemoryLedgerStore store_;
  Config running_;
  LoadResult next_;
  Status apply_status_;
  std::vector<std::pair<Config, Config>> applied_;
  std::unique_ptr<ExporterMetrics> own_metrics_;
  std::unique_ptr<Refresher> refresher_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<Reloader> reloader_;
};

TEST_F(ReloaderTest, GoesOverToTheNewConfiguration) {
  next_.config = running_;
  next_.config->api.page_size = 7;
  clock_.AdvanceTo(Timestamp(std::chrono::seconds(1'000'000'123)));

  EXPECT_THAT(Reload(), IsOk());

  EXPECT_EQ(*reloader_->config(), *next_.config);
  ASSERT_EQ(applied_.size(), 1U);
  EXPECT_EQ(applied_[0], std::pair(running_, *next_.config));
  EXPECT_THAT(OwnMetrics(),
              AllOf(HasSubstr("codearts_exporter_config_last_reload_successful 1\n"),
                    HasSubstr("config_last_reload_success_timestamp_seconds 1000000123\n")));
}

TEST_F(ReloaderTest, NamesEveryProblemAndKeepsTheOldConfiguration) {
  next_.errors = {{{"config.yaml", 3, "api.page_size"}, "0 is out of range", "give 1 to 1000"},
                  {{"config.yaml", 9, "projectz"}, "is unknown", "did you mean \"projects\"?"}};

  EXPECT_THAT(Reload(),
              StatusIs(StatusCode::kInvalidArgument,
                       "config.yaml:3: api.page_size: 0 is out of range; give 1 to 1000\n"
                       "config.yaml:9: projectz: is unknown; did you mean \"projects\"?"));

  EXPECT_EQ(*reloader_->config(), running_);
  EXPECT_TRUE(applied_.empty());
  EXPECT_THAT(OwnMetrics(), HasSubstr("codearts_exporter_config_last_reload_successful 0\n"));
}

TEST_F(ReloaderTest, KeepsTheOldConfigurationIfTheNewOneCannotBeApplied) {
  next_.config = running_;
  next_.config->api.page_size = 7;
  apply_status_ = Status(StatusCode::kLedger, "disk full");

  EXPECT_THAT(Reload(), StatusIs(StatusCode::kLedger, "disk full"));

  EXPECT_EQ(*reloader_->config(), running_);
  EXPECT_THAT(OwnMetrics(), HasSubstr("codearts_exporter_config_last_reload_successful 0\n"));
}

TEST_F(ReloaderTest, RefusesAnotherStateFile) {
  next_.config = running_;
  next_.config->state.path = "other.db";

  EXPECT_THAT(Reload(), StatusIs(StatusCode::kInvalidArgument,
                                 AllOf(HasSubstr("state.path"), HasSubstr("data/state.db"),
                                       HasSubstr("other.db"), HasSubstr("restart"))));

  EXPECT_TRUE(applied_.empty());
}

TEST_F(ReloaderTest, AnswersWhileTheExporterStops) {
  next_.config = running_;
  collector_->Stop();

  EXPECT_THAT(Reload(), StatusIs(StatusCode::kUnavailable, HasSubstr("stopping")));
}

}  // namespace
}  // namespace codearts
