#include "collect/discovery.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/logging.h"
#include "base/text.h"

namespace codearts {
namespace {

bool IsTaken(const DiscoveryPlan& plan, const Project& project) {
  if (plan.include != nullptr && plan.include->FindMatch(project.name) == nullptr) return false;
  return plan.exclude == nullptr || plan.exclude->FindMatch(project.name) == nullptr;
}

// Whether both list the same, whatever they take of it.
bool ListsTheSame(const DiscoveryPlan& a, const DiscoveryPlan& b) {
  return a.target.endpoint == b.target.endpoint && a.endpoint == b.endpoint &&
         a.credential->name() == b.credential->name();
}

ListingSource SourceOf(const DiscoveryPlan& plan) {
  return {plan.target.endpoint, plan.credential->name()};
}

// Returns what is known after a listing, by id, each once.
std::vector<Project> Merge(const std::vector<Project>& known, const Listing<Project>& listing) {
  std::map<ProjectId, Project> by_id;
  if (!listing.complete) {
    for (const Project& project : known) by_id[project.id] = project;
  }
  for (const Project& project : listing.items) by_id[project.id] = project;
  std::vector<Project> merged;
  merged.reserve(by_id.size());
  for (auto& [id, project] : by_id) merged.push_back(std::move(project));
  return merged;
}

// Says what changed for the worse or the better, once.
void LogChange(const DiscoveryHealth& before, const DiscoveryHealth& after) {
  if (after.last_error &&
      (!before.last_error || before.last_error->code() != after.last_error->code())) {
    LogWarn("projects could not be discovered; those that are known stay",
            {{"discovery", after.label},
             {"reason", StatusCodeName(after.last_error->code())},
             {"error", after.last_error->message()}});
  }
  if (!after.last_error && (before.last_error || before.projects != after.projects)) {
    LogInfo("projects were discovered", {{"discovery", after.label}, {"projects", after.projects}});
  }
}

}  // namespace

void ListDiscovered(CodeArtsApi& api, std::shared_ptr<const DiscoveryPlan> plan,
                    std::function<void(Result<Listing<Project>>)> done) {
  const std::int64_t page_size = plan->page_size;
  const std::string label = plan->label;
  ListReader<Project>::Read(
      page_size,
      [&api, plan = std::move(plan)](PageRequest page, CodeArtsApi::Done<Page<Project>> page_done) {
        api.ListProjects(plan->target, page, std::move(page_done));
      },
      [label, done = std::move(done)](Result<Listing<Project>> listing) {
        done(listing.ok() ? std::move(listing) : listing.status().WithContext(label));
      });
}

std::vector<std::shared_ptr<const ProjectPlan>> PlanDiscovered(const DiscoveryPlan& plan,
                                                               const std::vector<Project>& found) {
  std::vector<std::shared_ptr<const ProjectPlan>> projects;
  for (const Project& project : found) {
    if (!IsTaken(plan, project)) continue;
    auto project_plan = std::make_shared<ProjectPlan>();
    project_plan->credential = plan.credential;
    project_plan->target = {project.id, plan.endpoint, plan.credential.get()};
    project_plan->name = project.name;
    project_plan->region = plan.region;
    project_plan->shard = plan.shard;
    projects.push_back(std::move(project_plan));
  }
  return projects;
}

std::vector<std::shared_ptr<const ProjectPlan>> JoinProjects(
    const std::vector<std::shared_ptr<const ProjectPlan>>& configured,
    const std::vector<std::shared_ptr<const ProjectPlan>>& discovered) {
  std::vector<std::shared_ptr<const ProjectPlan>> all = configured;
  // People may write the hexadecimal digits of an id in capitals.
  std::set<std::string> known;
  for (const auto& project : configured) known.insert(ToLower(project->target.project.value));
  for (const auto& project : discovered) {
    if (known.insert(ToLower(project->target.project.value)).second) all.push_back(project);
  }
  return all;
}

std::vector<std::shared_ptr<const ProjectPlan>> DiscoverProjects(
    CodeArtsApi& api, const std::vector<std::shared_ptr<const DiscoveryPlan>>& plans,
    const std::function<void(const Status&)>& failed) {
  std::vector<std::shared_ptr<const ProjectPlan>> projects;
  for (const std::shared_ptr<const DiscoveryPlan>& plan : plans) {
    ListDiscovered(api, plan, [plan, &projects, &failed](Result<Listing<Project>> listing) {
      if (!listing.ok()) return failed(listing.status());
      for (auto& project : PlanDiscovered(*plan, listing->items)) {
        projects.push_back(std::move(project));
      }
    });
  }
  api.Run({});
  return projects;
}

void Discoveries::SetPlans(const std::vector<std::shared_ptr<const DiscoveryPlan>>& plans) {
  std::vector<std::shared_ptr<Entry>> before = std::exchange(entries_, {});
  for (const std::shared_ptr<const DiscoveryPlan>& plan : plans) {
    const auto same = std::find_if(before.begin(), before.end(), [&plan](const auto& entry) {
      return ListsTheSame(*entry->plan, *plan);
    });
    std::shared_ptr<Entry> entry = std::make_shared<Entry>();
    if (same != before.end()) {
      entry = *same;
      before.erase(same);
    }
    entry->plan = plan;
    entry->due = SteadyTime::min();
    entry->health.label = plan->label;
    entry->health.projects = PlanDiscovered(*plan, entry->found).size();
    entries_.push_back(std::move(entry));
  }
}

void Discoveries::StartDue(CodeArtsApi& api, const Clock& clock,
                           const std::function<void()>& changed) {
  for (const std::shared_ptr<Entry>& entry : entries_) {
    if (entry->due > clock.SteadyNow()) continue;
    ListDiscovered(api, entry->plan, [entry, &clock, changed](Result<Listing<Project>> listing) {
      Take(std::move(listing), clock, *entry);
      changed();
    });
  }
}

std::vector<std::shared_ptr<const ProjectPlan>> Discoveries::Projects() const {
  std::vector<std::shared_ptr<const ProjectPlan>> projects;
  for (const std::shared_ptr<Entry>& entry : entries_) {
    for (auto& plan : PlanDiscovered(*entry->plan, entry->found)) {
      projects.push_back(std::move(plan));
    }
  }
  return projects;
}

void Discoveries::Restore(const ProjectListings& listings) {
  for (const std::shared_ptr<Entry>& entry : entries_) {
    const auto found = listings.find(SourceOf(*entry->plan));
    if (found == listings.end()) continue;
    entry->found = found->second;
    entry->known = true;
    entry->health.attempted = true;
    entry->health.projects = PlanDiscovered(*entry->plan, entry->found).size();
  }
}

ProjectListings Discoveries::Listings() const {
  ProjectListings listings;
  for (const std::shared_ptr<Entry>& entry : entries_) {
    if (!entry->found.empty()) listings.emplace(SourceOf(*entry->plan), entry->found);
  }
  return listings;
}

bool Discoveries::KnowAll() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const std::shared_ptr<Entry>& entry) { return entry->known; });
}

std::vector<DiscoveryHealth> Discoveries::Health() const {
  std::vector<DiscoveryHealth> health;
  for (const std::shared_ptr<Entry>& entry : entries_) health.push_back(entry->health);
  return health;
}

std::optional<SteadyTime> Discoveries::NextDue() const {
  std::optional<SteadyTime> next;
  for (const std::shared_ptr<Entry>& entry : entries_) {
    next = std::min(next.value_or(entry->due), entry->due);
  }
  return next;
}

void Discoveries::Take(Result<Listing<Project>> listing, const Clock& clock, Entry& entry) {
  const DiscoveryHealth before = entry.health;
  DiscoveryHealth& health = entry.health;
  health.attempted = true;
  if (listing.ok()) {
    entry.found = Merge(entry.found, *listing);
    entry.known = entry.known || listing->complete;
    entry.due = clock.SteadyNow() + entry.plan->refresh_interval;
    health.projects = PlanDiscovered(*entry.plan, entry.found).size();
    health.last_success = clock.Now();
    health.last_error.reset();
  } else {
    entry.due = SteadyTime::min();
    ++health.errors[listing.status().code()];
    health.last_error = listing.status();
    health.last_error_time = clock.Now();
  }
  LogChange(before, health);
}

}  // namespace codearts
