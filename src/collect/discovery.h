#ifndef CODEARTS_COLLECT_DISCOVERY_H_
#define CODEARTS_COLLECT_DISCOVERY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/listing.h"
#include "collect/name_patterns.h"
#include "collect/project_ledger.h"
#include "collect/project_refresh.h"
#include "collect/snapshot.h"
#include "config/config.h"

namespace codearts {

// Where to find projects, which to take, and how to read them. Immutable; shared by refreshes.
struct DiscoveryPlan {
  std::string label;                       // "discovery[0]": the key of its entry.
  ApiTarget target;                        // ProjectMan.
  std::shared_ptr<Credential> credential;  // Owns that of `target`.
  std::shared_ptr<const NamePatterns> include;
  std::shared_ptr<const NamePatterns> exclude;
  Duration refresh_interval{600000};
  std::int64_t page_size = 100;
  std::string endpoint;  // Of the projects.
  std::string region;    // Likewise.
  ShardConfig shard;     // Likewise.
};

// Lists the projects that the plan's credential can see, also those that it does not take. `done`
// is called from api.Run. Errors: with the label as context.
void ListDiscovered(CodeArtsApi& api, std::shared_ptr<const DiscoveryPlan> plan,
                    std::function<void(Result<Listing<Project>>)> done);

// Returns the plans of the projects that `plan` takes of `found`, in the same order.
std::vector<std::shared_ptr<const ProjectPlan>> PlanDiscovered(const DiscoveryPlan& plan,
                                                               const std::vector<Project>& found);

// Returns `configured` and those of `discovered` that it does not name: of several with one id the
// first stays.
std::vector<std::shared_ptr<const ProjectPlan>> JoinProjects(
    const std::vector<std::shared_ptr<const ProjectPlan>>& configured,
    const std::vector<std::shared_ptr<const ProjectPlan>>& discovered);

// Lists all of `plans` at once, within a Run of its own, and returns the plans of what they take.
// `failed` is called for each that could not be listed.
std::vector<std::shared_ptr<const ProjectPlan>> DiscoverProjects(
    CodeArtsApi& api, const std::vector<std::shared_ptr<const DiscoveryPlan>>& plans,
    const std::function<void(const Status&)>& failed);

// The entries of `discovery` and what they have found. A project that is gone leaves after a
// complete listing without it; a listing that fails, or that may lack some, removes nobody. A
// listing that failed is due again at once. Threads: one.
class Discoveries {
 public:
  // Goes over to other plans (reload). Those that list the same as one before keep what it has
  // found. All are due.
  void SetPlans(const std::vector<std::shared_ptr<const DiscoveryPlan>>& plans);

  // Lists those that are due; `changed` is called from api.Run whenever one has been listed, or
  // could not be. `api` and `clock` must outlive that, as must this object.
  void StartDue(CodeArtsApi& api, const Clock& clock, const std::function<void()>& changed);

  // Returns the plans of what they found and take, in their order; several may have one id.
  std::vector<std::shared_ptr<const ProjectPlan>> Projects() const;

  // Takes what was known before a restart for what they have found, until they have listed it
  // themselves. Only before the first listing.
  void Restore(const ProjectListings& listings);

  // Returns what is known, for Restore.
  ProjectListings Listings() const;

  // Whether each has found something or listed everything: a project that none has found is gone
  // then.
  bool KnowAll() const;

  std::vector<DiscoveryHealth> Health() const;

  // When one is due; nullopt: there is none.
  std::optional<SteadyTime> NextDue() const;

 private:
  struct Entry {
    std::shared_ptr<const DiscoveryPlan> plan;
    std::vector<Project> found;
    bool known = false;  // `found` is from a complete listing, or from before a restart.
    DiscoveryHealth health;
    SteadyTime due = SteadyTime::min();
  };

  static void Take(Result<Listing<Project>> listing, const Clock& clock, Entry& entry);

  std::vector<std::shared_ptr<Entry>> entries_;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_DISCOVERY_H_
