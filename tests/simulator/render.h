#ifndef CODEARTS_SIMULATOR_RENDER_H_
#define CODEARTS_SIMULATOR_RENDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "simulator/json_writer.h"
#include "simulator/world.h"

namespace codearts::sim {

// Whether stage entries of a run record bear their id: they do in lists, not in
// BatchShowPipelinesLatestStatus.
enum class StageIds { kWith, kWithout };

// Writes a time the way the pipeline's style has it: a time that has not come as null, 0 or
// nothing.
void WriteTime(JsonWriter& json, std::string_view key, Timestamp t, Timestamp now, NotYet style);

// Returns the run's status at the world's present.
State StatusOf(const World& world, const Pipeline& pipeline, const Run& run);

// Returns the id of a part of a run: new in each run, kept by its retries.
std::string PartId(const Run& run, std::string_view kind, std::size_t stage, std::size_t index = 0);

// Writes a run record: the shape of latest_run and of ListPipelineRuns. Source: api.md, 1.2.
void WriteRunRecord(JsonWriter& json, const World& world, const Pipeline& pipeline, const Run& run,
                    StageIds ids);

// Writes the answer of ShowPipelineRunDetail. Source: api.md, 1.1.
std::string RunDetailJson(const World& world, const Project& project, const Pipeline& pipeline,
                          const Run& run);

// Writes the answer of ShowPipelineDetail. Source: api.md, 1.5.
std::string PipelineDetailJson(const World& world, const Project& project,
                               const Pipeline& pipeline);

// Keeps the entry of each pipeline in ListPipelines while it can't change: a page of a hundred
// pipelines is then a concatenation. Lifetime: one World's.
class PipelineEntries {
 public:
  // Returns the JSON of the entry. Lifetime: until the next call.
  const std::string& Get(const World& world, const Project& project, const Pipeline& pipeline);

 private:
  struct Entry {
    std::uint64_t revision = 0;
    Timestamp valid_until;  // Exclusive.
    std::string json;
  };
  std::unordered_map<const Pipeline*, Entry> entries_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_RENDER_H_
