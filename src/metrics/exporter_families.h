#ifndef CODEARTS_METRICS_EXPORTER_FAMILIES_H_
#define CODEARTS_METRICS_EXPORTER_FAMILIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collect/snapshot.h"
#include "metrics/block_cache.h"
#include "metrics/exposition.h"

namespace codearts {

// Appends the families that tell how the refreshes of each of `projects` went, up to the clock
// skew. Errors of `discoveries` stand beside theirs, without a project id and with the label of the
// discovery for a name.
void AppendProjectFamilies(const RenderedProjects& projects,
                           const std::vector<DiscoveryHealth>& discoveries, TextFormat format,
                           std::string& out);

// What the page itself is like.
struct PageFacts {
  std::uint64_t series = 0;  // Of pipelines and totals.
  std::int64_t series_limit = 0;
  std::size_t text_bytes = 0;  // What is kept of pages, in all formats.
  std::size_t gzip_bytes = 0;
};

// Appends what the snapshot says of the exporter as a whole.
void AppendExporterFamilies(const Snapshot& snapshot, const PageFacts& page, TextFormat format,
                            std::string& out);

}  // namespace codearts

#endif  // CODEARTS_METRICS_EXPORTER_FAMILIES_H_
