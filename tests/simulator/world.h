#ifndef CODEARTS_SIMULATOR_WORLD_H_
#define CODEARTS_SIMULATOR_WORLD_H_

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/model.h"
#include "simulator/pipeline.h"

namespace codearts::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  int projects = 1;
  int pipelines = 10;  // Of each project.
  Timestamp start;     // The virtual clock's first reading after the history.
  seconds history{0};  // So much has happened before `start`.
  seconds run_interval{1800};
};

struct Group {
  std::string id;
  std::string name;
  std::string parent_id;  // "0" for a top group.
  std::string path_id;    // Ids from the top joined by ".".
  int ordinal = 0;
};

struct Project {
  std::string id;
  std::string name;
  int number = 0;
  std::uint64_t seed = 0;
  Timestamp create_time;
  std::vector<Group> groups;
  std::vector<std::unique_ptr<Pipeline>>
      pipelines;  // By create_time, then as created; deleted ones too.
};

// Everything that exists, on a virtual clock that only AdvanceTo() moves. Pure: no I/O, no real
// time. Threads: one at a time. Lifetime: pipelines and projects stay where they are until the
// World dies.
class World {
 public:
  // Runs older than this are gone from list and detail. Source: API limits page.
  static constexpr seconds kRetention = std::chrono::hours(24 * 90);

  explicit World(const WorldOptions& options);

  Timestamp now() const { return now_; }
  std::uint64_t seed() const { return options_.seed; }
  const std::string& domain_id() const { return domain_id_; }
  const std::vector<std::unique_ptr<Project>>& projects() const { return projects_; }

  // Moves the clock; a time in the past changes nothing.
  void AdvanceTo(Timestamp now);
  void Advance(Duration by) { AdvanceTo(now_ + by); }

  // Return nullptr if there is none. Deleted pipelines are found.
  Project* FindProject(std::string_view project_id);
  const Project* FindProject(std::string_view project_id) const;
  Pipeline* FindPipeline(std::string_view pipeline_id);
  // Returns the project that owns the pipeline, or nullptr.
  Project* ProjectOf(std::string_view pipeline_id);

  // Adds a project with `pipelines` pipelines.
  Project& AddProject(std::string name, int pipelines);
  // Hides the project from the API and ends its part in the truth.
  bool RemoveProject(std::string_view project_id);

  // Adds a pipeline; an empty name is drawn. It has no spontaneous runs if `interval` is 0.
  Pipeline& AddPipeline(Project& project, std::string name, PipelineTemplate definition,
                        seconds interval);

  // Controls of one pipeline, at the present moment. `StartRun` returns a copy; the others false or
  // nothing when there is no such pipeline or run.
  Run StartRun(std::string_view pipeline_id, const RunSpec& spec = {});
  bool EndRun(std::string_view pipeline_id, std::string_view run_id, Outcome outcome);
  bool RetryRun(std::string_view pipeline_id, std::string_view run_id, const RunSpec& spec = {});
  bool DeleteRun(std::string_view pipeline_id, std::string_view run_id);
  bool RenamePipeline(std::string_view pipeline_id, std::string name);
  bool SetInterval(std::string_view pipeline_id, seconds interval);

  // Whether list and detail still show the run.
  bool Visible(const Pipeline& pipeline, const Run& run) const;
  // Returns the visible run with the highest number, or nullptr.
  const Run* LatestRun(const Pipeline& pipeline) const;

 private:
  void Schedule(Pipeline& pipeline);
  std::string DrawName(Project& project, std::uint64_t seed) const;
  void AddGroups(Project& project) const;

  using Due = std::pair<Timestamp, Pipeline*>;
  struct Later {
    bool operator()(const Due& a, const Due& b) const { return a.first > b.first; }
  };

  WorldOptions options_;
  std::string domain_id_;
  Timestamp now_;
  bool populating_ = true;  // The world's beginning: things look as if they were old.
  int projects_made_ = 0;
  std::vector<std::unique_ptr<Project>> projects_;
  std::vector<std::unique_ptr<Project>> removed_;
  std::unordered_map<std::string, std::pair<Project*, Pipeline*>>
      by_id_;  // Pipelines that can be found.
  std::priority_queue<Due, std::vector<Due>, Later> due_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_WORLD_H_
