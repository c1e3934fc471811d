#ifndef CODEARTS_COLLECT_SHARD_H_
#define CODEARTS_COLLECT_SHARD_H_

#include "model/ids.h"

namespace codearts {

// Returns which of `total` shards a pipeline belongs to: FNV-1a 64 of its id, then jump consistent
// hash (Lamping and Veach, 2014), so that another total moves about 1/n of the pipelines. Requires
// total >= 1.
int ShardOf(const PipelineId& pipeline, int total);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_SHARD_H_
