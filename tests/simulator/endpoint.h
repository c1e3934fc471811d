#ifndef CODEARTS_SIMULATOR_ENDPOINT_H_
#define CODEARTS_SIMULATOR_ENDPOINT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/http_types.h"

namespace codearts::sim {

enum class Endpoint {
  kListPipelines,
  kListRuns,
  kDetail,
  kLatestStatus,
  kPipeline,
  kGroups,
  kQueue,
  kFailedTriggers,
  kProjects,
  kProject,
  kRelatedProjects,
  kIam,
  kIamProjects,
  kMetadataToken,
  kMetadataKey,
  kWrite,  // An operation that changes something: an exporter must never call it.
  kUnknown,
};

// Returns the name that faults and request counts use, e.g. "list_pipelines".
std::string_view EndpointName(Endpoint endpoint);

// Where a request goes.
struct Route {
  Endpoint endpoint = Endpoint::kUnknown;
  std::string project_id;
  std::string pipeline_id;
  std::map<std::string, std::string, std::less<>> query;  // Decoded; the last of a repeated key.
};

// Source of all paths: api.md, section 1, 5.4 and 5.5.
Route RouteOf(const Request& request);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_ENDPOINT_H_
