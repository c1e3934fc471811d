#include "metrics/block_cache.h"

#include <algorithm>
#include <map>
#include <utility>

#include "metrics/pipeline_renderer.h"
#include "metrics/totals_renderer.h"

namespace codearts {
namespace {

// What of a project is part of its pipelines' text.
bool HasSameLabels(const ProjectSnapshot& a, const ProjectSnapshot& b) {
  return a.id == b.id && a.name == b.name && a.region == b.region;
}

bool HasSameBounds(const HistogramBounds& a, const HistogramBounds& b) {
  return a.run == b.run && a.stage == b.stage && a.job == b.job && a.step == b.step;
}

class ProjectRenderer {
 public:
  ProjectRenderer(const MetricsConfig& options, const HistogramBounds& bounds, TextFormat format)
      : pipelines_(options, bounds, format), totals_(options, bounds, format) {}

  // `previous`: what is there of the same project, or nullptr.
  std::shared_ptr<const RenderedProject> Render(std::shared_ptr<const ProjectSnapshot> project,
                                                const RenderedProject* previous) {
    if (previous != nullptr && !HasSameLabels(*previous->project, *project)) previous = nullptr;
    auto rendered = std::make_shared<RenderedProject>();
    RenderPipelines(*project, previous, *rendered);
    const bool same_totals = previous != nullptr && previous->project->totals == project->totals &&
                             previous->project->listed == project->listed;
    if (same_totals) {
      rendered->totals = previous->totals;
      rendered->totals_series = previous->totals_series;
    } else {
      // The totals of a project without data are hidden with its pipelines.
      FamilyBlocks totals =
          totals_.Render(project->name, project->listed ? *project->totals : ProjectTotals());
      rendered->totals_series = totals.series;
      rendered->totals = ChunksOf(std::move(totals), kTotalsMetrics);
    }
    rendered->project = std::move(project);
    return rendered;
  }

 private:
  void RenderPipelines(const ProjectSnapshot& project, const RenderedProject* previous,
                       RenderedProject& rendered) {
    static const RenderedProject kNone = [] {
      RenderedProject none;
      none.families.resize(kPipelineMetrics.size());
      return none;
    }();
    const RenderedProject& old = previous == nullptr ? kNone : *previous;
    MemberChanges changes(old.pipelines.size());
    rendered.pipelines.reserve(project.pipelines.size());
    std::size_t next = 0;  // Both lists are in order of id.
    for (const std::shared_ptr<const PipelineState>& state : project.pipelines) {
      while (next < old.pipelines.size() && old.pipelines[next].state->id < state->id) ++next;
      const bool is_known =
          next < old.pipelines.size() && old.pipelines[next].state->id == state->id;
      if (is_known && old.pipelines[next].state == state) {
        rendered.pipelines.push_back(old.pipelines[next]);
        changes.Keep(next++);
      } else {
        FamilyBlocks blocks = pipelines_.Render(project, *state);
        rendered.pipelines.push_back({state, blocks.series});
        if (is_known) {
          changes.Replace(next++, std::move(blocks));
        } else {
          changes.Insert(std::move(blocks));
        }
      }
      rendered.series += rendered.pipelines.back().series;
    }
    changes.Finish();
    for (std::size_t family = 0; family < kPipelineMetrics.size(); ++family) {
      rendered.families.push_back(UpdateChunks(old.families[family], family, changes));
    }
  }

  PipelineRenderer pipelines_;
  TotalsRenderer totals_;
};

}  // namespace

std::vector<FamilyChunks> ChunksOf(FamilyBlocks blocks, MetricRange families) {
  MemberChanges changes(0);
  changes.Insert(std::move(blocks));
  changes.Finish();
  std::vector<FamilyChunks> chunks;
  for (std::size_t i = 0; i < families.size(); ++i) chunks.push_back(UpdateChunks({}, i, changes));
  return chunks;
}

RenderedProjects BlockCache::Render(const Snapshot& snapshot) {
  const std::lock_guard lock(mutex_);
  if (HasAll(snapshot)) return projects_;
  if (bounds_ == nullptr || !HasSameBounds(*bounds_, *snapshot.bounds)) projects_.clear();
  bounds_ = snapshot.bounds;
  std::map<ProjectId, std::shared_ptr<const RenderedProject>> previous;
  for (auto& rendered : projects_) previous[rendered->project->id] = std::move(rendered);

  ProjectRenderer renderer(options_, *bounds_, format_);
  RenderedProjects next;
  next.reserve(snapshot.projects.size());
  for (const std::shared_ptr<const ProjectSnapshot>& project : snapshot.projects) {
    const std::shared_ptr<const RenderedProject>& kept = previous[project->id];
    if (kept != nullptr && kept->project == project) {
      next.push_back(kept);
    } else {
      next.push_back(renderer.Render(project, kept.get()));
    }
  }
  projects_ = next;
  return next;
}

bool BlockCache::HasAll(const Snapshot& snapshot) const {
  return bounds_ == snapshot.bounds &&
         std::equal(projects_.begin(), projects_.end(), snapshot.projects.begin(),
                    snapshot.projects.end(), [](const auto& rendered, const auto& project) {
                      return rendered->project == project;
                    });
}

void BlockCache::Clear() {
  const std::lock_guard lock(mutex_);
  projects_.clear();
}

}  // namespace codearts
