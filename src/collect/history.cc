#include "collect/history.h"

#include <algorithm>
#include <set>
#include <utility>

#include "collect/listing.h"
#include "collect/run_walk.h"

namespace codearts {
namespace {

std::vector<RunSummary> EndedSince(std::vector<RunSummary> runs, Timestamp since) {
  std::set<RunId> seen;
  std::erase_if(runs, [&](const RunSummary& run) {
    return !run.end_time || *run.end_time < since || IsActive(run.status, run.end_time) ||
           !seen.insert(run.id).second;
  });
  std::stable_sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
    return *a.end_time < *b.end_time;
  });
  return runs;
}

class HistoryReader : public std::enable_shared_from_this<HistoryReader> {
 public:
  HistoryReader(CodeArtsApi& api, std::shared_ptr<const ProjectPlan> plan, Timestamp since,
                std::int64_t page_size, std::function<void(Result<ProjectHistory>)> done)
      : api_(api),
        plan_(std::move(plan)),
        since_(since),
        page_size_(page_size),
        done_(std::move(done)) {}

  void Start() {
    ListReader<Pipeline>::Read(
        page_size_,
        [self = shared_from_this()](PageRequest page, CodeArtsApi::Done<Page<Pipeline>> done) {
          self->api_.ListPipelines(self->plan_->target, page, std::move(done));
        },
        [self = shared_from_this()](Result<Listing<Pipeline>> listing) {
          self->OnListed(std::move(listing));
        });
  }

 private:
  void OnListed(Result<Listing<Pipeline>> listing) {
    if (!listing.ok()) return done_(listing.status());
    history_.name = plan_->name;
    std::set<PipelineId> seen;
    std::vector<Pipeline> pipelines;
    for (Pipeline& pipeline : listing->items) {
      if (history_.name.empty()) history_.name = pipeline.project_name;
      const bool ran = pipeline.latest_run.has_value();
      if (!ran || !IsMatched(*plan_, pipeline) || !seen.insert(pipeline.id).second) continue;
      pipelines.push_back(std::move(pipeline));
    }
    if (history_.name.empty()) history_.name = plan_->target.project.value;
    outstanding_ = pipelines.size();
    for (const Pipeline& pipeline : pipelines) ReadRuns(pipeline);
    if (pipelines.empty()) done_(std::move(history_));
  }

  void ReadRuns(const Pipeline& pipeline) {
    WalkGoal goal;
    goal.back_to = since_;
    WalkRuns(api_, plan_->target, {pipeline.id, {0, page_size_}}, std::move(goal),
             [self = shared_from_this(), pipeline](Result<WalkResult> walk) {
               self->OnRuns(pipeline, std::move(walk));
             });
  }

  void OnRuns(const Pipeline& pipeline, Result<WalkResult> walk) {
    if (walk.ok()) {
      history_.pipelines.push_back(
          {pipeline.id, pipeline.name, EndedSince(std::move(walk->records), since_)});
    } else {
      history_.failures.push_back(walk.status());
    }
    if (--outstanding_ > 0) return;
    std::sort(history_.pipelines.begin(), history_.pipelines.end(),
              [](const PipelineHistory& a, const PipelineHistory& b) { return a.id < b.id; });
    done_(std::move(history_));
  }

  CodeArtsApi& api_;
  const std::shared_ptr<const ProjectPlan> plan_;
  const Timestamp since_;
  const std::int64_t page_size_;
  const std::function<void(Result<ProjectHistory>)> done_;
  ProjectHistory history_;
  std::size_t outstanding_ = 0;
};

}  // namespace

void ReadHistoryOf(CodeArtsApi& api, std::shared_ptr<const ProjectPlan> plan, Timestamp since,
                   std::int64_t page_size, std::function<void(Result<ProjectHistory>)> done) {
  std::make_shared<HistoryReader>(api, std::move(plan), since, page_size, std::move(done))->Start();
}

}  // namespace codearts
