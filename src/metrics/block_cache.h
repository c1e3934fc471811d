#ifndef CODEARTS_METRICS_BLOCK_CACHE_H_
#define CODEARTS_METRICS_BLOCK_CACHE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "collect/snapshot.h"
#include "config/config.h"
#include "metrics/exposition.h"
#include "metrics/family_blocks.h"
#include "metrics/family_chunks.h"

namespace codearts {

struct RenderedPipeline {
  std::shared_ptr<const PipelineState> state;
  std::uint64_t series = 0;
};

// A project and the text of everything in it that is worth keeping.
struct RenderedProject {
  std::shared_ptr<const ProjectSnapshot> project;
  std::vector<RenderedPipeline> pipelines;
  std::vector<FamilyChunks> families;  // Of kPipelineMetrics, with a member for each pipeline.
  std::vector<FamilyChunks> totals;    // Of kTotalsMetrics, with one member.
  std::uint64_t series = 0;            // Of the pipelines.
  std::uint64_t totals_series = 0;
};

using RenderedProjects = std::vector<std::shared_ptr<const RenderedProject>>;

// Renders snapshots and keeps the text of what does not change from one to the next: a pipeline is
// rendered again only when its state is another object, and a chunk of text is another object only
// when it differs. Threads: safe.
class BlockCache {
 public:
  BlockCache(const MetricsConfig& options, TextFormat format)
      : options_(options), format_(format) {}

  // Returns the projects of `snapshot`, in its order.
  RenderedProjects Render(const Snapshot& snapshot);

  // Forgets what is kept.
  void Clear();

 private:
  bool HasAll(const Snapshot& snapshot) const;

  const MetricsConfig options_;
  const TextFormat format_;
  // Held while rendering: whoever comes meanwhile needs the same blocks and finds them done.
  std::mutex mutex_;
  std::shared_ptr<const HistogramBounds> bounds_;
  RenderedProjects projects_;
};

// Returns the chunks of blocks that stand for themselves.
std::vector<FamilyChunks> ChunksOf(FamilyBlocks blocks, MetricRange families);

}  // namespace codearts

#endif  // CODEARTS_METRICS_BLOCK_CACHE_H_
