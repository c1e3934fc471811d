#include "web/probe_handler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "web/query.h"

namespace codearts {
namespace {

bool Has(const Snapshot& snapshot, const ProjectId& id) {
  return std::any_of(snapshot.projects.begin(), snapshot.projects.end(),
                     [&id](const auto& project) { return project->id == id; });
}

WebResponse UnknownProject(const Snapshot& snapshot) {
  const bool incomplete =
      std::any_of(snapshot.discoveries.begin(), snapshot.discoveries.end(),
                  [](const DiscoveryHealth& discovery) { return !discovery.last_success; });
  if (incomplete) {
    return TextResponse(400,
                        "unknown project: it is not configured, and a discovery that may find it "
                        "has not succeeded yet\n");
  }
  return TextResponse(400,
                      "unknown project: it is neither configured nor discovered; /sd lists those "
                      "that are\n");
}

}  // namespace

bool IsDiscoveryDue(const Snapshot& snapshot, SteadyTime now) {
  return snapshot.next_discovery && *snapshot.next_discovery <= now;
}

WebHandler MakeProbeHandler(ProbeSources sources, const Clock& clock) {
  return [sources = std::move(sources), &clock](const WebRequest& request) {
    const std::vector<QueryParameter> parameters = ParseQuery(request.query);
    const std::vector<std::string_view> ids = FindValues(parameters, "project");
    if (ids.size() != 1 || ids.front().empty()) {
      return TextResponse(400, "name one project: /probe?project=ID; /sd lists them\n");
    }
    const ProjectId id{std::string(ids.front())};
    const SteadyTime now = clock.SteadyNow();
    std::shared_ptr<const Snapshot> snapshot = sources.current();
    if (!Has(*snapshot, id) && !IsDiscoveryDue(*snapshot, now)) return UnknownProject(*snapshot);
    snapshot = sources.scrape(now + ScrapeBudget(request, sources.config()));
    std::optional<RenderedPage> page = sources.render(*snapshot, id, JoinHeader(request, "Accept"),
                                                      JoinHeader(request, "Accept-Encoding"));
    return page ? MetricsResponse(std::move(*page)) : UnknownProject(*snapshot);
  };
}

}  // namespace codearts
