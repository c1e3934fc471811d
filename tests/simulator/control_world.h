#ifndef CODEARTS_SIMULATOR_CONTROL_WORLD_H_
#define CODEARTS_SIMULATOR_CONTROL_WORLD_H_

#include "simulator/http_types.h"
#include "simulator/world.h"

namespace codearts::sim {

// Answers the controls of projects, pipelines and runs:
//   POST   /_sim/projects {"name", "pipelines"}                      -> {"id"}
//   DELETE /_sim/projects/ID
//   POST   /_sim/pipelines {"project", "name", "stages", "jobs", "deploy", "interval_seconds",
//          "manifest_version"}                                       -> {"pipeline_id"}
//          "stages" is a number, or [{"name", "jobs": [names]}]
//   POST   /_sim/pipelines/ID/ban | unban | delete | restore | never_run
//   POST   /_sim/pipelines/ID/rename {"name"}, .../interval {"seconds"}
//   POST   /_sim/pipelines/ID/runs {"outcome", "duration_seconds", "pause_seconds",
//          "queued_seconds", "stage", "hold", "trigger", "branch"}   -> {"run_id", "run_number"}
//   POST   /_sim/pipelines/ID/runs/RUN/finish | fail | cancel | skip | delete
//   POST   /_sim/pipelines/ID/runs/RUN/retry                         with the body of .../runs
// RUN is a run id, a run number or "latest". Everything else answers 404.
Reply ControlWorld(World& world, const Request& request);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_CONTROL_WORLD_H_
