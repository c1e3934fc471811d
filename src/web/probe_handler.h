#ifndef CODEARTS_WEB_PROBE_HANDLER_H_
#define CODEARTS_WEB_PROBE_HANDLER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "model/ids.h"
#include "web/http_handler.h"
#include "web/metrics_handler.h"

namespace codearts {

// What the handler of /probe needs. Each is called from many threads at once.
struct ProbeSources {
  // As in MetricsSources.
  std::function<std::shared_ptr<const Snapshot>(SteadyTime deadline)> scrape;
  // Returns the newest snapshot at once; never null.
  std::function<std::shared_ptr<const Snapshot>()> current;
  // Renders one project; nullopt if the snapshot does not have it.
  std::function<std::optional<RenderedPage>(const Snapshot& snapshot, const ProjectId& project,
                                            std::string_view accept,
                                            std::string_view accept_encoding)>
      render;
  std::function<ScrapeConfig()> config;
};

// GET /probe?project=ID: 200 with the metrics of that project alone, and none of the exporter as a
// whole: they would be there once per project. 400 for a project that is neither configured nor
// discovered; that makes no call, unless a discovery is due that may find it. Lifetime: `clock`
// must outlive the result.
WebHandler MakeProbeHandler(ProbeSources sources, const Clock& clock);

// Whether a discovery is due.
bool IsDiscoveryDue(const Snapshot& snapshot, SteadyTime now);

}  // namespace codearts

#endif  // CODEARTS_WEB_PROBE_HANDLER_H_
