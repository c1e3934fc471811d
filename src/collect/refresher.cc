#include "collect/refresher.h"

#include <utility>

#include "base/logging.h"
#include "collect/histogram_generation.h"

namespace codearts {
namespace {

std::string_view NameOf(const ProjectPlan& plan, const ProjectOutcome& outcome) {
  if (!plan.name.empty()) return plan.name;
  return outcome.api_name.empty() ? plan.target.project.value : outcome.api_name;
}

bool HasNothingToDo(const RefreshPlan& plan) {
  return plan.projects.empty() && plan.discoveries.empty();
}

std::shared_ptr<const ProjectSnapshot> MakeSnapshot(const ProjectPlan& plan,
                                                    const ProjectOutcome& outcome, bool stale) {
  auto snapshot = std::make_shared<ProjectSnapshot>();
  snapshot->id = plan.target.project;
  snapshot->name = NameOf(plan, outcome);
  snapshot->region = plan.region;
  snapshot->totals = outcome.ledger.totals;
  snapshot->health = outcome.health;
  snapshot->listed = !stale;
  if (stale) return snapshot;
  snapshot->pipelines.reserve(outcome.ledger.pipelines.size());
  for (const auto& [id, state] : outcome.ledger.pipelines) snapshot->pipelines.push_back(state);
  return snapshot;
}

}  // namespace

Result<std::unique_ptr<Refresher>> Refresher::Create(CodeArtsApi& api, const Clock& clock,
                                                     LedgerStore& store, RefreshPlan plan) {
  Result<std::map<ProjectId, ProjectLedger>> ledgers = store.Load();
  if (!ledgers.ok()) return ledgers.status();
  const Result<ProjectListings> listings = store.LoadListings();
  if (!listings.ok()) return listings.status();
  std::unique_ptr<Refresher> refresher(new Refresher(api, clock, store, std::move(plan)));
  for (auto& [project, ledger] : *ledgers) {
    refresher->records_[project].outcome.ledger = std::move(ledger);
  }
  refresher->discoveries_.Restore(*listings);
  refresher->SetProjects();
  refresher->PublishSnapshot(HasNothingToDo(refresher->plan_));
  return refresher;
}

Refresher::Refresher(CodeArtsApi& api, const Clock& clock, LedgerStore& store, RefreshPlan plan)
    : api_(api), clock_(clock), store_(store), plan_(std::move(plan)) {
  discoveries_.SetPlans(plan_.discoveries);
}

void Refresher::Refresh(std::stop_token stop) {
  Round round{stop, MakeBudget(), {}};
  StartProjects(round);
  discoveries_.StartDue(api_, clock_, [this, &round] {
    SetProjects();
    StartProjects(round);
    PublishSnapshot(Current()->ready);
  });
  api_.Run(std::move(stop));
  folded_ += round.budget.folded();
  const Status tidy = Tidy();
  if (!tidy.ok() && tidied_) {
    LogWarn("which projects there are could not be stored; the next refresh tries again",
            {{"error", tidy.message()}});
  }
  tidied_ = tidy.ok();
  PublishSnapshot(true);
}

// Starts those that this refresh has not begun with yet.
void Refresher::StartProjects(Round& round) {
  for (const std::shared_ptr<const ProjectPlan>& project : projects_) {
    if (!round.begun.insert(project->target.project).second) continue;
    RefreshProject({api_, clock_, round.budget}, project, plan_.rules,
                   records_[project->target.project].outcome,
                   [this, project, stop = round.stop](const ProjectOutcome& outcome) {
                     // A listing that the end of the program has cut off tells nothing.
                     if (!stop.stop_requested() || outcome.listing_ok) Publish(*project, outcome);
                   });
  }
}

void Refresher::SetProjects() {
  std::set<ProjectId> before;
  for (const auto& project : projects_) before.insert(project->target.project);
  projects_ = JoinProjects(plan_.projects, discoveries_.Projects());
  for (const std::shared_ptr<const ProjectPlan>& project : projects_) {
    const auto record = records_.find(project->target.project);
    if (record == records_.end() || before.contains(project->target.project)) continue;
    // It was away: what it counted goes on, what it showed is out of date.
    record->second.published.reset();
    record->second.last_listed.reset();
  }
}

// Stores which projects there are, after a refresh.
Status Refresher::Tidy() {
  const Status stored = store_.StoreListings(discoveries_.Listings());
  // While one may still find more, nobody is known to have left.
  const Status noted = discoveries_.KnowAll() ? NoteWhoLeft() : Status();
  return stored.ok() ? noted : stored;
}

// Notes who left and who came back, and forgets those that left long ago.
Status Refresher::NoteWhoLeft() {
  std::set<ProjectId> present;
  for (const auto& project : projects_) present.insert(project->target.project);
  const Timestamp now = clock_.Now();
  for (auto it = records_.begin(); it != records_.end();) {
    ProjectLedger& ledger = it->second.outcome.ledger;
    const bool left = !present.contains(it->first);
    const bool noted = ledger.left_since.has_value();
    const bool nothing_counted =
        !ledger.listed && ledger.pipelines.empty() && ledger.retired.empty();
    if (left && (nothing_counted || (noted && now - *ledger.left_since > kRetirement))) {
      const Status dropped = store_.Drop(it->first);
      if (!dropped.ok()) return dropped;
      it = records_.erase(it);
      continue;
    }
    if (left != noted) {
      ProjectLedger after = ledger;
      after.left_since = left ? std::optional(now) : std::nullopt;
      const Status stored = store_.Commit(it->first, ledger, after);
      if (!stored.ok()) return stored;
      ledger = std::move(after);
    }
    ++it;
  }
  return Status();
}

SeriesBudget Refresher::MakeBudget() const {
  const RefreshRules& rules = *plan_.rules;
  const SeriesCosts costs(rules.level, rules.counting.histogram_level, *rules.counting.bounds);
  std::int64_t used = 0;
  for (const std::shared_ptr<const ProjectPlan>& project : projects_) {
    const auto record = records_.find(project->target.project);
    if (record == records_.end()) continue;
    for (const auto& [pipeline, state] : record->second.outcome.ledger.pipelines) {
      used += EstimateSeries(*state, costs);
    }
  }
  return SeriesBudget(rules.series_limit, costs, used);
}

void Refresher::Publish(const ProjectPlan& project, const ProjectOutcome& outcome) {
  ProjectRecord& record = records_[project.target.project];
  const ProjectHealth before = record.outcome.health;
  const Status kept = Keep(project, outcome, record);
  ProjectHealth& health = record.outcome.health;
  if (!kept.ok()) {
    ++health.errors[kept.code()];
    health.last_error = kept;
    health.last_error_time = clock_.Now();
    health.last_success = before.last_success;
  }
  if (outcome.listing_ok && kept.ok()) record.last_listed = clock_.SteadyNow();
  Show(project, record);
  if (outcome.final) {
    record.log.Tell(project.target.project, NameOf(project, record.outcome), record.outcome,
                    clock_.SteadyNow());
  }
  PublishSnapshot(Current()->ready);
}

void Refresher::Show(const ProjectPlan& project, ProjectRecord& record) {
  const bool stale =
      !record.last_listed || clock_.SteadyNow() - *record.last_listed > plan_.max_staleness;
  record.published = MakeSnapshot(project, record.outcome, stale);
}

// Commits before anything is shown; what can't be stored is not taken over, and is read again.
Status Refresher::Keep(const ProjectPlan& project, const ProjectOutcome& outcome,
                       ProjectRecord& record) {
  Status stored = store_.Commit(project.target.project, record.outcome.ledger, outcome.ledger);
  if (stored.ok()) {
    record.outcome = outcome;
  } else {
    record.outcome.health = outcome.health;
  }
  return stored;
}

void Refresher::PublishSnapshot(bool ready) {
  auto snapshot = std::make_shared<Snapshot>();
  for (const std::shared_ptr<const ProjectPlan>& project : projects_) {
    const ProjectRecord& record = records_[project->target.project];
    snapshot->projects.push_back(record.published != nullptr
                                     ? record.published
                                     : MakeSnapshot(*project, record.outcome, true));
  }
  snapshot->discoveries = discoveries_.Health();
  snapshot->next_discovery = discoveries_.NextDue();
  snapshot->bounds = plan_.rules->counting.bounds;
  snapshot->series_overflow = folded_;
  snapshot->ledger_bytes = store_.bytes();
  snapshot->ledger_resets = store_.resets();
  snapshot->ready = ready;
  std::shared_ptr<const Snapshot> published = std::move(snapshot);
  const std::lock_guard lock(mutex_);
  current_.swap(published);
}

Status Refresher::SetPlan(RefreshPlan plan) {
  const Status status = SetBounds(*plan.rules->counting.bounds);
  if (!status.ok()) return status;
  plan_ = std::move(plan);
  discoveries_.SetPlans(plan_.discoveries);
  SetProjects();
  for (const std::shared_ptr<const ProjectPlan>& project : projects_) {
    const auto record = records_.find(project->target.project);
    if (record == records_.end() || record->second.published == nullptr) continue;
    Show(*project, record->second);
  }
  PublishSnapshot(Current()->ready || HasNothingToDo(plan_));
  return Status();
}

Status Refresher::SetBounds(const HistogramBounds& bounds) {
  const HistogramBounds& present = *plan_.rules->counting.bounds;
  const HistogramGeneration generation = {bounds,
                                          bounds.run != present.run,
                                          bounds.stage != present.stage,
                                          bounds.job != present.job,
                                          bounds.step != present.step,
                                          clock_.Now()};
  if (!generation.run_changed && !generation.stage_changed && !generation.job_changed &&
      !generation.step_changed) {
    return Status();
  }
  Status status = store_.SetBounds(bounds, generation.now);
  if (!status.ok()) return status;
  for (auto& [id, record] : records_) StartGeneration(generation, record.outcome.ledger);
  return Status();
}

std::shared_ptr<const Snapshot> Refresher::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace codearts
