#ifndef CODEARTS_EXPORTER_SURVEY_H_
#define CODEARTS_EXPORTER_SURVEY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "collect/listing.h"
#include "collect/project_refresh.h"
#include "exporter/command_session.h"

namespace codearts {

// What the filter of a project makes of a pipeline.
struct FilterVerdict {
  enum class Kind { kTaken, kNotIncluded, kExcluded, kOtherShard };

  Kind kind = Kind::kTaken;
  std::string pattern;  // The one that took or dropped it; empty if there is none.
  int shard = 0;        // The one that it belongs to.
};
FilterVerdict JudgePipeline(const ProjectPlan& plan, const Pipeline& pipeline);

// "include "^deploy-" takes it": the verdict as people read it.
std::string DescribeVerdict(const FilterVerdict& verdict, int total_shards);

// One project with all its pipelines, also those that the filter drops.
struct SurveyedProject {
  std::shared_ptr<const ProjectPlan> plan;
  std::string name;  // The configured one, else the API's, else the id.
  std::optional<Status> failure;
  std::vector<Pipeline> pipelines;  // Each once.
  std::int64_t calls = 0;           // Pages of the list.
};

struct Survey {
  std::vector<SurveyedProject> projects;
  std::vector<Status> failures;  // Of discoveries.
};

// Lists the pipelines of every project that is configured or discovered. Prints progress to
// standard error if that is a terminal. Ends after about a minute.
Survey MakeSurvey(CommandSession& session);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_SURVEY_H_
