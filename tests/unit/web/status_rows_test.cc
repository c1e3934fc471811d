#include "web/status_rows.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::kTestStart;
using testing::MakeHistogramOf;
using testing::MakePipeline;
using testing::MakeRun;
using testing::SnapshotBuilder;

PipelineState Broken(std::string name, Timestamp since) {
  PipelineState pipeline = MakePipeline(std::move(name));
  pipeline.latest = MakeRun(1, ExecutionStatus::kFailed);
  pipeline.broken_since = since;
  pipeline.consecutive_failures = 1;
  return pipeline;
}

PipelineState Healthy(std::string name, Duration duration) {
  PipelineState pipeline = MakePipeline(std::move(name));
  pipeline.latest = MakeRun(1, ExecutionStatus::kCompleted);
  pipeline.latest->end_time = *pipeline.latest->start_time + duration;
  return pipeline;
}

PipelineState Running(std::string name, ExecutionStatus status) {
  PipelineState pipeline = MakePipeline(std::move(name));
  pipeline.latest = MakeRun(1, status);
  pipeline.open[1] = {pipeline.latest->id, pipeline.latest->start_time, status, {}, 0};
  return pipeline;
}

std::vector<std::string> NamesOf(const std::vector<StatusRow>& rows) {
  std::vector<std::string> names;
  for (const StatusRow& row : rows) names.push_back(row.pipeline->name);
  return names;
}

std::vector<std::string> Names(const Snapshot& snapshot, const std::string& query) {
  const StatusQuery parsed = ParseStatusQuery(query);
  std::vector<StatusRow> rows = MakeStatusRows(snapshot, kTestStart + hours(2));
  std::erase_if(rows, [&](const StatusRow& row) { return !Matches(row, parsed); });
  SortStatusRows(parsed, rows);
  return NamesOf(rows);
}

std::shared_ptr<Snapshot> Mixed() {
  return SnapshotBuilder()
      .Project("shop")
      .Pipeline(Broken("b-long", kTestStart))
      .Pipeline(Broken("b-new", kTestStart + hours(1)))
      .Pipeline(Healthy("fast", seconds(10)))
      .Pipeline(MakePipeline("never"))
      .Pipeline(Running("review", ExecutionStatus::kPaused))
      .Pipeline(Running("running", ExecutionStatus::kRunning))
      .Pipeline(Healthy("slow", minutes(10)))
      .Build();
}

TEST(StatusRowsTest, PutWhatIsUrgentFirst) {
  EXPECT_THAT(Names(*Mixed(), ""),
              ElementsAre("b-new", "b-long", "review", "running", "fast", "never", "slow"));
}

TEST(StatusRowsTest, FilterByState) {
  EXPECT_THAT(Names(*Mixed(), "show=broken"), ElementsAre("b-new", "b-long"));
  EXPECT_THAT(Names(*Mixed(), "show=active"), ElementsAre("review", "running"));
  EXPECT_THAT(Names(*Mixed(), "show=paused"), ElementsAre("review"));
  EXPECT_THAT(Names(*Mixed(), "show=healthy"), ElementsAre("review", "running", "fast", "slow"));
  EXPECT_THAT(Names(*Mixed(), "show=never"), ElementsAre("never"));
}

TEST(StatusRowsTest, FilterByNameOfPipelineOrProject) {
  EXPECT_THAT(Names(*Mixed(), "q=B-"), ElementsAre("b-new", "b-long"));
  EXPECT_EQ(Names(*Mixed(), "q=SHOP").size(), 7U);
  EXPECT_THAT(Names(*Mixed(), "q=nothing"), ElementsAre());
}

TEST(StatusRowsTest, KeepWhatHasNoValueAtTheEnd) {
  EXPECT_THAT(Names(*Mixed(), "sort=broken"),
              ElementsAre("b-long", "b-new", "review", "running", "fast", "never", "slow"));
  EXPECT_EQ(Names(*Mixed(), "sort=duration").back(), "never");
  EXPECT_EQ(Names(*Mixed(), "sort=duration").front(), "fast");
  EXPECT_EQ(Names(*Mixed(), "sort=duration&desc=1").back(), "never");
}

TEST(StatusRowsTest, SortByNameBothWays) {
  EXPECT_EQ(Names(*Mixed(), "sort=pipeline").front(), "b-long");
  EXPECT_EQ(Names(*Mixed(), "sort=pipeline&desc=1").front(), "slow");
}

TEST(StatusRowsTest, IgnoreWhatTheQueryDoesNotKnow) {
  EXPECT_EQ(ParseStatusQuery("show=x&sort=y&desc=z&foo"), StatusQuery());
}

TEST(StatusRowsTest, NameTheFirstStageAndJobThatFailed) {
  PipelineState pipeline = Broken("deploy", kTestStart);
  pipeline.stages = {
      {"build", ExecutionStatus::kCompleted, {}, {}},
      {"test",
       ExecutionStatus::kFailed,
       {},
       {{"unit", ExecutionStatus::kCompleted, {}, {}}, {"e2e", ExecutionStatus::kFailed, {}, {}}}}};
  const auto snapshot = SnapshotBuilder().Project("shop").Pipeline(pipeline).Build();

  const StatusRow row = MakeStatusRows(*snapshot, kTestStart).at(0);

  EXPECT_EQ(row.stage, "test");
  EXPECT_EQ(row.job, "e2e");
}

TEST(StatusRowsTest, NameTheStageThatRuns) {
  PipelineState pipeline = Running("deploy", ExecutionStatus::kRunning);
  pipeline.stages = {{"build", ExecutionStatus::kRunning, {}, {}},
                     {"ship", ExecutionStatus::kInit, {}, {}}};
  const auto snapshot = SnapshotBuilder().Project("shop").Pipeline(pipeline).Build();

  EXPECT_EQ(MakeStatusRows(*snapshot, kTestStart).at(0).stage, "build");
}

TEST(StatusRowsTest, TakeTheTimeSinceTheStartWhileARunGoesOn) {
  const auto snapshot = SnapshotBuilder()
                            .Project("shop")
                            .Pipeline(Running("deploy", ExecutionStatus::kRunning))
                            .Build();

  const StatusRow row = MakeStatusRows(*snapshot, kTestStart + hours(3)).at(0);

  EXPECT_EQ(row.duration, hours(2));
  EXPECT_EQ(row.when, kTestStart + hours(1));
}

TEST(StatusRowsTest, EstimateTheUsualDurationFromAFewSuccessesAtLeast) {
  SnapshotBuilder builder;
  PipelineState pipeline = Healthy("deploy", seconds(30));
  RunTotals& totals = pipeline.runs[{RunResult::kSuccess, "", ""}];
  totals.duration = MakeHistogramOf(builder.bounds().run, std::vector(5, Duration(30000)));
  PipelineState few = Healthy("few", seconds(30));
  few.runs[{RunResult::kSuccess, "", ""}].duration =
      MakeHistogramOf(builder.bounds().run, std::vector(4, Duration(30000)));
  const auto snapshot = builder.Project("shop").Pipeline(pipeline).Pipeline(few).Build();

  const std::vector<StatusRow> rows = MakeStatusRows(*snapshot, kTestStart);

  // Half way into the first bucket, which ends at 60 s.
  EXPECT_EQ(rows.at(0).usual, seconds(30));
  EXPECT_EQ(rows.at(1).usual, std::nullopt);
}

}  // namespace
}  // namespace codearts
