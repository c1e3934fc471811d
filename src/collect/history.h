#ifndef CODEARTS_COLLECT_HISTORY_H_
#define CODEARTS_COLLECT_HISTORY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/codearts_api.h"
#include "base/clock.h"
#include "base/status.h"
#include "collect/project_refresh.h"
#include "model/pipeline.h"

namespace codearts {

// The past runs of one pipeline, as far as the run list keeps them (90 days).
struct PipelineHistory {
  PipelineId id;
  std::string name;
  std::vector<RunSummary> runs;  // Ended ones, each once, by end time.
};

struct ProjectHistory {
  std::string name;
  std::vector<PipelineHistory> pipelines;
  std::vector<Status> failures;  // Of pipelines that could not be read and are left out.
};

// Reads the runs of a project's matched pipelines that ended at `since` or later. Nothing is
// counted or kept. `done` is called from api.Run, with the failure of the listing if that failed.
void ReadHistoryOf(CodeArtsApi& api, std::shared_ptr<const ProjectPlan> plan, Timestamp since,
                   std::int64_t page_size, std::function<void(Result<ProjectHistory>)> done);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_HISTORY_H_
