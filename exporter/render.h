#ifndef CODEARTS_EXPORTER_RENDER_H_
#define CODEARTS_EXPORTER_RENDER_H_

#include <optional>
#include <string_view>

#include "collect/snapshot.h"
#include "metrics/metrics_page.h"
#include "model/ids.h"
#include "web/metrics_handler.h"

namespace codearts {

// Renders the page of metrics in the format and encoding that the headers ask for.
RenderedPage RenderPage(MetricsPage& page, const Snapshot& snapshot, std::string_view accept,
                        std::string_view accept_encoding);

// Renders one project likewise; nullopt if the snapshot does not have it.
std::optional<RenderedPage> RenderProjectPage(MetricsPage& page, const Snapshot& snapshot,
                                              const ProjectId& project, std::string_view accept,
                                              std::string_view accept_encoding);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_RENDER_H_
