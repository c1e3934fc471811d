#ifndef CODEARTS_EXPORTER_PLAN_H_
#define CODEARTS_EXPORTER_PLAN_H_

#include <cstdint>
#include <string>

#include "exporter/command_line.h"
#include "exporter/plan_estimate.h"

namespace codearts {

// The command plan: what is matched, and what scrapes will cost in calls, series and bytes, from as
// few calls as possible. Returns the exit code: 1 if a project could not be listed.
int PlanScrapes(const CommandLine& line);

// What the estimate is printed with.
struct PlanContext {
  double requests_per_second = 20;
  std::int64_t calls_made = 0;  // To find all this out.
  std::int64_t past_runs = 0;   // At most, to be read because of history.since; 0: none.
};

std::string FormatPlan(const PlanEstimate& estimate, const PlanContext& context);
std::string FormatPlanAsJson(const PlanEstimate& estimate, const PlanContext& context);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_PLAN_H_
