#include "simulator/endpoint.h"

#include <array>
#include <cstddef>
#include <vector>

#include "base/text.h"

namespace codearts::sim {
namespace {

struct Pattern {
  std::string_view method;
  std::string_view path;  // {p} is a project, {l} a pipeline, {} anything.
  Endpoint endpoint;
};

constexpr std::array<Pattern, 16> kPatterns = {{
    {"POST", "/v5/{p}/api/pipelines/list", Endpoint::kListPipelines},
    {"POST", "/v5/{p}/api/pipelines/status", Endpoint::kLatestStatus},
    {"GET", "/v5/{p}/api/pipelines/{l}/pipeline-runs/detail", Endpoint::kDetail},
    {"POST", "/v5/{p}/api/pipelines/{l}/pipeline-runs/list", Endpoint::kListRuns},
    {"GET", "/v5/{p}/api/pipelines/{l}/queued-pipeline", Endpoint::kQueue},
    {"GET", "/v5/{p}/api/pipelines/{l}/trigger-failed-record", Endpoint::kFailedTriggers},
    {"GET", "/v5/{p}/api/pipelines/{l}", Endpoint::kPipeline},
    {"GET", "/v5/{p}/api/pipeline-group/tree", Endpoint::kGroups},
    {"GET", "/v5/{}/api/project/query-related-project", Endpoint::kRelatedProjects},
    {"GET", "/v4/projects", Endpoint::kProjects},
    {"GET", "/v4/projects/{p}", Endpoint::kProject},
    {"GET", "/v3/projects", Endpoint::kIamProjects},
    {"POST", "/v3/auth/tokens", Endpoint::kIam},
    {"GET", "/v3/auth/tokens", Endpoint::kIam},
    {"PUT", "/meta-data/latest/api/token", Endpoint::kMetadataToken},
    {"GET", "/openstack/latest/securitykey", Endpoint::kMetadataKey},
}};

bool Matches(const Pattern& pattern, const std::vector<std::string_view>& path, Route& route) {
  const std::vector<std::string_view> wanted = Split(pattern.path, '/');
  if (wanted.size() != path.size()) return false;
  route.project_id.clear();
  route.pipeline_id.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i] == "{p}") {
      route.project_id = PercentDecode(path[i]);
    } else if (wanted[i] == "{l}") {
      route.pipeline_id = PercentDecode(path[i]);
    } else if (wanted[i] != "{}" && wanted[i] != path[i]) {
      return false;
    }
  }
  return true;
}

// Anything under the pipeline service that is neither read with GET nor one of the reading POSTs.
bool Writes(const Request& request) {
  return request.path.starts_with("/v5/") && request.method != "GET" && request.method != "HEAD";
}

}  // namespace

std::string_view EndpointName(Endpoint endpoint) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "list_pipelines", "list_runs",        "detail",
      "latest_status",  "pipeline",         "groups",
      "queue",          "failed_triggers",  "projects",
      "project",        "related_projects", "iam",
      "iam_projects",   "metadata_token",   "metadata_key",
      "write",          "unknown"};
  return kNames.at(static_cast<std::size_t>(endpoint));
}

Route RouteOf(const Request& request) {
  Route route;
  std::string_view path = request.path;
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::vector<std::string_view> segments = Split(path, '/');
  bool found = false;
  for (const Pattern& pattern : kPatterns) {
    if (pattern.method != request.method || !Matches(pattern, segments, route)) continue;
    route.endpoint = pattern.endpoint;
    found = true;
    break;
  }
  if (!found && Writes(request)) route.endpoint = Endpoint::kWrite;
  if (request.query.empty()) return route;
  for (const std::string_view part : Split(request.query, '&')) {
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    route.query[PercentDecode(part.substr(0, equals))] = PercentDecode(value);
  }
  return route;
}

}  // namespace codearts::sim
