// model/: what CodeArts Pipeline knows, as plain values: pipelines, runs with their stages, jobs
// and steps, and statuses. std::optional where the API may leave a value out. Knows nothing of
// JSON, of HTTP or of metrics.
#ifndef CODEARTS_MODEL_IDS_H_
#define CODEARTS_MODEL_IDS_H_

#include <compare>
#include <functional>
#include <string>

namespace codearts {

// The CodeArts project id (32 hex digits), not IAM's.
struct ProjectId {
  std::string value;
  auto operator<=>(const ProjectId&) const = default;
};

struct PipelineId {
  std::string value;
  auto operator<=>(const PipelineId&) const = default;
};

// A run keeps its id when it is retried.
struct RunId {
  std::string value;
  auto operator<=>(const RunId&) const = default;
};

}  // namespace codearts

template <>
struct std::hash<codearts::PipelineId> {
  std::size_t operator()(const codearts::PipelineId& id) const noexcept {
    return std::hash<std::string>()(id.value);
  }
};

#endif  // CODEARTS_MODEL_IDS_H_
