#include "metrics/block_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "support/snapshot_builder.h"

namespace codearts {
namespace {

using testing::MakeHistogramOf;
using testing::MakePipeline;
using testing::SnapshotBuilder;

SnapshotBuilder TwoPipelines() {
  SnapshotBuilder builder;
  builder.Project("shop").Pipeline(MakePipeline("a")).Pipeline(MakePipeline("c"));
  return builder;
}

std::string TextOf(const RenderedProject& project) {
  std::string text;
  for (const FamilyChunks& family : project.families) {
    for (const auto& chunk : family) text += chunk->text();
  }
  return text;
}

// The place of a family in the blocks.
constexpr std::size_t PlaceOf(MetricId id) {
  return MetricRange{kPipelineMetrics.first, id}.size();
}

std::string TotalsOf(const RenderedProject& project) {
  std::string text;
  for (const FamilyChunks& family : project.totals) {
    for (const auto& chunk : family) text += chunk->text();
  }
  return text;
}

TEST(BlockCacheTest, KeepsProjectsThatAreTheSameObject) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  const auto snapshot = TwoPipelines().Build();

  const RenderedProjects first = cache.Render(*snapshot);
  const RenderedProjects second = cache.Render(*snapshot);

  EXPECT_EQ(first, second);
}

TEST(BlockCacheTest, RendersOnlyPipelinesThatAreAnotherObject) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder = TwoPipelines();
  const RenderedProjects first = cache.Render(*builder.Build());
  auto& pipelines = builder.project().pipelines;
  PipelineState changed = *pipelines[0];
  changed.retries = 5;
  pipelines[0] = std::make_shared<PipelineState>(changed);
  pipelines.insert(pipelines.begin() + 1, std::make_shared<PipelineState>(MakePipeline("b")));

  const RenderedProjects second = cache.Render(*builder.Build());

  ASSERT_EQ(second.front()->pipelines.size(), 3U);
  EXPECT_EQ(second.front()->pipelines[1].state->name, "b");
  const std::string text = TextOf(*second.front());
  EXPECT_NE(text.find("} 5\n", text.find("codearts_pipeline_run_retries_total{")),
            std::string::npos);
  EXPECT_EQ(text,
            TextOf(*BlockCache({}, TextFormat::kPrometheusText).Render(*builder.Build()).front()));
}

TEST(BlockCacheTest, KeepsTheChunksOfFamiliesThatDidNotChange) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder = TwoPipelines();
  const RenderedProjects first = cache.Render(*builder.Build());
  auto& pipeline = builder.project().pipelines[0];
  PipelineState changed = *pipeline;
  changed.retries = 5;
  pipeline = std::make_shared<PipelineState>(changed);

  const RenderedProjects second = cache.Render(*builder.Build());

  for (std::size_t i = 0; i < kPipelineMetrics.size(); ++i) {
    EXPECT_EQ(second.front()->families[i] == first.front()->families[i],
              i != PlaceOf(MetricId::kRunRetries));
  }
}

TEST(BlockCacheTest, ForgetsPipelinesThatAreGone) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder = TwoPipelines();
  const std::weak_ptr<const SampleChunk> gone =
      cache.Render(*builder.Build()).front()->families.front().front();
  auto& pipelines = builder.project().pipelines;
  pipelines.erase(pipelines.begin());

  const RenderedProjects second = cache.Render(*builder.Build());

  EXPECT_EQ(second.front()->pipelines.size(), 1U);
  EXPECT_TRUE(gone.expired());
}

TEST(BlockCacheTest, RendersAfreshWhenTheProjectsLabelsChange) {
  for (const auto change : {+[](ProjectSnapshot& project) { project.name = "other"; },
                            +[](ProjectSnapshot& project) { project.region = "other"; },
                            +[](ProjectSnapshot& project) { project.id = {"other"}; }}) {
    BlockCache cache({}, TextFormat::kPrometheusText);
    SnapshotBuilder builder = TwoPipelines();
    cache.Render(*builder.Build());
    change(builder.project());

    const RenderedProjects second = cache.Render(*builder.Build());

    EXPECT_NE(TextOf(*second.front()).find("=\"other\""), std::string::npos);
  }
}

TEST(BlockCacheTest, RendersAfreshWhenTheBoundsChange) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder;
  PipelineState pipeline = MakePipeline("a");
  pipeline.time_to_restore = MakeHistogramOf(builder.bounds().run, {Duration(1)});
  builder.Project("shop").Pipeline(pipeline);
  const auto snapshot = builder.Build();
  const RenderedProjects first = cache.Render(*snapshot);
  auto same = std::make_shared<HistogramBounds>(builder.bounds());
  auto other = std::make_shared<HistogramBounds>(builder.bounds());
  other->run = {61, 601};

  snapshot->bounds = same;
  EXPECT_EQ(cache.Render(*snapshot), first);
  snapshot->bounds = other;
  EXPECT_NE(TextOf(*cache.Render(*snapshot).front()).find("le=\"601.0\""), std::string::npos);
}

TEST(BlockCacheTest, FollowsTheOrderOfTheSnapshot) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder;
  builder.Project("a").Pipeline(MakePipeline("x")).Project("b").Pipeline(MakePipeline("y"));
  const auto snapshot = builder.Build();
  const RenderedProjects first = cache.Render(*snapshot);
  std::swap(snapshot->projects[0], snapshot->projects[1]);

  const RenderedProjects second = cache.Render(*snapshot);

  EXPECT_EQ(second[0], first[1]);
  EXPECT_EQ(second[1], first[0]);
}

TEST(BlockCacheTest, HidesTheTotalsOfAProjectWithoutData) {
  BlockCache cache({}, TextFormat::kPrometheusText);
  SnapshotBuilder builder;
  builder.Project("shop");
  builder.totals().dispatch_wait = MakeHistogramOf(builder.bounds().stage, {Duration(1)});
  const auto totals = std::make_shared<const ProjectTotals>(builder.totals());
  const auto render = [&](bool listed) {
    builder.project().listed = listed;
    const auto snapshot = builder.Build();
    auto project = std::make_shared<ProjectSnapshot>(*snapshot->projects.front());
    project->totals = totals;  // The same object all the time.
    snapshot->projects.front() = project;
    return cache.Render(*snapshot).front();
  };

  const auto shown = render(true);
  EXPECT_GT(shown->totals_series, 0U);
  EXPECT_EQ(render(true)->totals, shown->totals);
  EXPECT_EQ(TotalsOf(*render(false)), "");
  EXPECT_EQ(TotalsOf(*render(true)), TotalsOf(*shown));
}

}  // namespace
}  // namespace codearts
