#include "collect/project_refresh.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "collect/ledger.h"
#include "collect/listing.h"
#include "collect/pipeline_refresh.h"
#include "collect/shard.h"

namespace codearts {
namespace {

// Pipelines of one project that are worked on at once: enough to keep the scheduler's slots filled,
// few enough to stop soon when the time is up.
constexpr std::size_t kPipelinesAtOnce = 64;

// Who has the lowest is worked on first: few runs before many, which would hold the others up in
// every refresh until all are read; then histories, then those of which only the picture is
// missing.
std::int64_t TurnOf(const PipelineState& pipeline) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  if (pipeline.history_unread) return kLast - 1;
  if (pipeline.open.empty() && !IsBehind(pipeline)) return kLast;
  const std::int64_t gap = pipeline.latest ? pipeline.latest->number - pipeline.mark : 0;
  return static_cast<std::int64_t>(pipeline.open.size()) + std::max<std::int64_t>(gap, 0);
}

class ProjectWork : public std::enable_shared_from_this<ProjectWork> {
 public:
  ProjectWork(const RefreshTools& tools, std::shared_ptr<const ProjectPlan> plan,
              std::shared_ptr<const RefreshRules> rules, ProjectOutcome before)
      : api_(tools.api),
        clock_(tools.clock),
        plan_(std::move(plan)),
        rules_(std::move(rules)),
        started_(clock_.SteadyNow()),
        outcome_(std::move(before)),
        totals_(*outcome_.ledger.totals),
        context_{.api = api_,
                 .clock = clock_,
                 .target = plan_->target,
                 .rules = rules_->counting,
                 .page_size = rules_->page_size,
                 .recheck = rules_->recheck,
                 .queue = rules_->queue,
                 .work_until = started_ + rules_->work_time,
                 .totals = totals_,
                 .health = outcome_.health,
                 .budget = tools.budget} {
    outcome_.final = false;
    outcome_.health.last_error.reset();
  }

  void Start(std::function<void(const ProjectOutcome&)> publish) {
    publish_ = std::move(publish);
    ListReader<Pipeline>::Read(
        rules_->page_size,
        [self = shared_from_this()](PageRequest page, CodeArtsApi::Done<Page<Pipeline>> done) {
          self->api_.ListPipelines(self->plan_->target, page, std::move(done));
        },
        [self = shared_from_this()](Result<Listing<Pipeline>> listing) {
          self->OnListed(std::move(listing));
        });
  }

 private:
  void OnListed(Result<Listing<Pipeline>> listing) {
    outcome_.listing_ok = listing.ok();
    outcome_.health.up = listing.ok();
    if (!listing.ok()) {
      context_.NoteFailure(listing.status());
      return Finish();
    }
    const bool first = !outcome_.ledger.listed;
    ApplyListing(*listing);
    if (first && !todo_.empty()) {
      StoreTotals();
      publish_(outcome_);
    }
    WorkOn();
  }

  void ApplyListing(const Listing<Pipeline>& listing) {
    const std::optional<Timestamp> first_newest = totals_.first_listing_newest;
    const Timestamp now = clock_.Now();
    std::set<PipelineId> seen;
    Timestamp newest;
    for (const Pipeline& pipeline : listing.items) {
      newest = std::max(newest, pipeline.create_time.value_or(newest));
      if (!pipeline.project_name.empty()) outcome_.api_name = pipeline.project_name;
      if (!IsMatched(*plan_, pipeline) || !seen.insert(pipeline.id).second) continue;
      const bool created_later =
          first_newest && pipeline.create_time && *pipeline.create_time >= *first_newest;
      ApplyListed(pipeline, {now, rules_->since, created_later});
    }
    if (!listing.complete) return;
    Retire(seen, now);
    outcome_.ledger.listed = true;
    if (first_newest) return;
    totals_.first_listing_newest = newest;
    totals_.created = now;
  }

  void ApplyListed(const Pipeline& listed, const FirstSight& sight) {
    ProjectLedger& ledger = outcome_.ledger;
    std::shared_ptr<const PipelineState>& present = ledger.pipelines[listed.id];
    const auto retired = ledger.retired.find(listed.id);
    if (retired != ledger.retired.end()) {
      present = retired->second.state;
      ledger.retired.erase(retired);
    }
    if (present == nullptr) {
      present = std::make_shared<PipelineState>(StartPipeline(listed, sight));
    } else if (!IsUnchanged(listed, *present)) {
      PipelineState changed = *present;
      ObserveListing(listed, changed);
      Replace(std::move(changed), present);
    }
    if (NeedsCalls(*present, context_)) todo_.push_back(present);
  }

  // Equal content keeps its pointer: what did not change is neither stored nor rendered again.
  static void Replace(PipelineState changed, std::shared_ptr<const PipelineState>& present) {
    if (changed == *present) return;
    present = std::make_shared<PipelineState>(std::move(changed));
  }

  void Retire(const std::set<PipelineId>& seen, Timestamp now) {
    ProjectLedger& ledger = outcome_.ledger;
    for (auto it = ledger.pipelines.begin(); it != ledger.pipelines.end();) {
      if (seen.contains(it->first)) {
        ++it;
        continue;
      }
      ledger.retired[it->first] = {it->second, now};
      it = ledger.pipelines.erase(it);
    }
    std::erase_if(ledger.retired,
                  [now](const auto& entry) { return now - entry.second.since > kRetirement; });
  }

  void WorkOn() {
    std::stable_sort(todo_.begin(), todo_.end(),
                     [](const auto& a, const auto& b) { return TurnOf(*a) < TurnOf(*b); });
    Pump();
  }

  void Pump() {
    if (pumping_) return;
    pumping_ = true;
    while (!todo_.empty() && working_ < kPipelinesAtOnce && context_.MayCall()) {
      const std::shared_ptr<const PipelineState> pipeline = std::move(todo_.front());
      todo_.pop_front();
      ++working_;
      RefreshPipeline(*pipeline, context_, [self = shared_from_this()](PipelineState state) {
        self->OnRefreshed(std::move(state));
      });
    }
    pumping_ = false;
    if (working_ == 0) Finish();
  }

  void OnRefreshed(PipelineState state) {
    --working_;
    std::shared_ptr<const PipelineState>& present = outcome_.ledger.pipelines[state.id];
    Replace(std::move(state), present);
    Pump();
  }

  void StoreTotals() {
    if (totals_ != *outcome_.ledger.totals) {
      outcome_.ledger.totals = std::make_shared<ProjectTotals>(totals_);
    }
  }

  void Finish() {
    if (outcome_.final) return;
    StoreTotals();
    outcome_.final = true;
    outcome_.health.duration = std::chrono::duration_cast<Duration>(clock_.SteadyNow() - started_);
    if (outcome_.listing_ok) outcome_.health.last_success = clock_.Now();
    publish_(outcome_);
  }

  CodeArtsApi& api_;
  const Clock& clock_;
  const std::shared_ptr<const ProjectPlan> plan_;
  const std::shared_ptr<const RefreshRules> rules_;
  const SteadyTime started_;
  std::function<void(const ProjectOutcome&)> publish_;
  ProjectOutcome outcome_;
  ProjectTotals totals_;
  RefreshContext context_;
  std::deque<std::shared_ptr<const PipelineState>> todo_;
  std::size_t working_ = 0;
  bool pumping_ = false;
};

}  // namespace

bool IsMatched(const ProjectPlan& plan, const Pipeline& pipeline) {
  if (plan.include != nullptr && plan.include->FindMatch(pipeline.name) == nullptr) return false;
  if (plan.exclude != nullptr && plan.exclude->FindMatch(pipeline.name) != nullptr) return false;
  return ShardOf(pipeline.id, plan.shard.total) == plan.shard.ordinal;
}

void RefreshProject(const RefreshTools& tools, std::shared_ptr<const ProjectPlan> plan,
                    std::shared_ptr<const RefreshRules> rules, ProjectOutcome before,
                    std::function<void(const ProjectOutcome&)> publish) {
  std::make_shared<ProjectWork>(tools, std::move(plan), std::move(rules), std::move(before))
      ->Start(std::move(publish));
}

}  // namespace codearts
