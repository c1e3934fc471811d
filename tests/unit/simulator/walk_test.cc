// Walks the whole API as a client does and holds it against the truth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim_testing.h"

namespace codearts::sim {
namespace {

std::int64_t TimeAt(const rapidjson::Value& object, const char* key) {
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsInt64()) return 0;
  return member->value.GetInt64();
}

// A client of one simulator, in-process.
class Walker {
 public:
  explicit Walker(Simulator& simulator) : simulator_(simulator) {}

  std::vector<std::string> Projects() {
    const auto answer = Body(simulator_.Handle(Get("/v4/projects", "offset=0&limit=100")));
    std::vector<std::string> ids;
    for (const auto& project : answer["projects"].GetArray()) {
      ids.emplace_back(project["project_id"].GetString());
    }
    return ids;
  }

  // Calls `visit` with each element of a paged list.
  template <typename Visit>
  void Pages(const std::string& path, const char* key, Visit visit) {
    for (std::size_t offset = 0;;) {
      const auto page = Body(simulator_.Handle(
          Post(path, R"({"sort_dir":"asc","limit":7,"offset":)" + std::to_string(offset) + "}")));
      const auto& elements = page[key];
      if (elements.Empty()) {
        EXPECT_EQ(offset, page["total"].GetUint64());
        return;
      }
      for (const auto& element : elements.GetArray()) visit(element);
      offset += elements.Size();
    }
  }

  rapidjson::Document Detail(const std::string& project, const std::string& pipeline,
                             const std::string& run) {
    return Body(simulator_.Handle(
        Get("/v5/" + project + "/api/pipelines/" + pipeline + "/pipeline-runs/detail",
            "pipeline_run_id=" + run)));
  }

 private:
  Simulator& simulator_;
};

SimulatorOptions Lively(int projects, int pipelines) {
  SimulatorOptions options = QuietOptions(projects, pipelines);
  options.world.run_interval = minutes(10);
  options.world.history = hours(12);
  return options;
}

// The parts of a detail that ended in this attempt, in the truth's form.
void ExpectParts(const rapidjson::Value& detail, const AttemptTruth& truth) {
  std::size_t found = 0;
  for (const Occurrence& stage : truth.stages) {
    const auto& shown = detail["stages"][static_cast<rapidjson::SizeType>(stage.sequence)];
    EXPECT_EQ(shown["name"].GetString(), stage.name);
    EXPECT_EQ(shown["status"].GetString(), StateName(stage.state));
    EXPECT_EQ(TimeAt(shown, "start_time"), ToEpochMillis(stage.start));
    EXPECT_EQ(TimeAt(shown, "end_time"), ToEpochMillis(stage.end));
    for (const Occurrence& child : stage.children) {
      if (!child.task.empty()) continue;
      const auto& job = shown["jobs"][static_cast<rapidjson::SizeType>(child.sequence)];
      EXPECT_EQ(job["name"].GetString(), child.name);
      EXPECT_EQ(job["status"].GetString(), StateName(child.state));
      EXPECT_EQ(TimeAt(job, "end_time"), ToEpochMillis(child.end));
      for (const Occurrence& step : child.children) {
        const auto& shown_step = job["steps"][static_cast<rapidjson::SizeType>(step.sequence)];
        EXPECT_EQ(shown_step["task"].GetString(), step.task);
        EXPECT_EQ(TimeAt(shown_step, "end_time"), ToEpochMillis(step.end));
      }
    }
    ++found;
  }
  // What ended in this attempt and is not in the truth would be missed by it.
  std::size_t in_attempt = 0;
  for (const auto& stage : detail["stages"].GetArray()) {
    if (TimeAt(stage, "start_time") >= ToEpochMillis(truth.begin)) ++in_attempt;
  }
  EXPECT_EQ(found, in_attempt);
}

TEST(WalkTest, ListsAndDetailsShowWhatTheTruthCounts) {
  FakeClock clock;
  Simulator simulator(Lively(2, 3), clock);
  Walker walker(simulator);
  std::size_t ended = 0;
  for (const std::string& project : walker.Projects()) {
    walker.Pages("/v5/" + project + "/api/pipelines/list", "pipelines", [&](const auto& entry) {
      const std::string pipeline = entry["pipeline_id"].GetString();
      const PipelineTruth truth = simulator.With([&](World& world) {
        return TruthOf(world, *world.FindPipeline(pipeline), {.stages = true});
      });
      std::map<std::string, AttemptTruth> last;
      for (const AttemptTruth& attempt : truth.attempts) last[attempt.run_id] = attempt;
      const std::string runs = "/v5/" + project + "/api/pipelines/" + pipeline;
      walker.Pages(runs + "/pipeline-runs/list", "pipeline_runs", [&](const auto& record) {
        const std::string run = record["pipeline_run_id"].GetString();
        const auto detail = walker.Detail(project, pipeline, run);
        EXPECT_STREQ(detail["status"].GetString(), record["status"].GetString());
        EXPECT_EQ(TimeAt(detail, "end_time"), TimeAt(record, "end_time"));
        if (TimeAt(record, "end_time") == 0) return;
        ++ended;
        ASSERT_TRUE(last.contains(run));
        const AttemptTruth& attempt = last[run];
        EXPECT_EQ(detail["run_number"].GetInt(), attempt.run_number);
        EXPECT_EQ(detail["status"].GetString(), StateName(FinalState(attempt.outcome)));
        EXPECT_EQ(TimeAt(detail, "start_time"), ToEpochMillis(attempt.start));
        EXPECT_EQ(TimeAt(detail, "end_time"), ToEpochMillis(attempt.end));
        ExpectParts(detail, attempt);
      });
    });
  }
  EXPECT_GT(ended, 200u);
}

TEST(WalkTest, WatchingOftenEnoughSeesEveryAttempt) {
  FakeClock clock;
  SimulatorOptions options = Lively(1, 4);
  options.world.history = seconds(0);
  options.world.run_interval = minutes(3);
  Simulator simulator(options, clock);
  Walker walker(simulator);
  const std::vector<std::string> projects = walker.Projects();
  using Attempt = std::tuple<std::string, std::int64_t, std::string>;  // Run, end, status.
  std::set<Attempt> seen;
  // No retry begins within 30 seconds of an end.
  for (int i = 0; i < 7200 / 30; ++i) {
    simulator.Advance(seconds(30));
    for (const std::string& project : projects) {
      walker.Pages("/v5/" + project + "/api/pipelines/list", "pipelines", [&](const auto& entry) {
        const std::string runs = "/v5/" + project + "/api/pipelines/" +
                                 entry["pipeline_id"].GetString() + "/pipeline-runs/list";
        walker.Pages(runs, "pipeline_runs", [&](const auto& run) {
          const std::int64_t end = TimeAt(run, "end_time");
          if (end != 0) {
            seen.emplace(run["pipeline_run_id"].GetString(), end, run["status"].GetString());
          }
        });
      });
    }
  }
  std::set<Attempt> truth;
  simulator.With([&](World& world) {
    for (const auto& project : world.projects()) {
      for (const auto& pipeline : project->pipelines) {
        for (const AttemptTruth& attempt : TruthOf(world, *pipeline).attempts) {
          truth.emplace(attempt.run_id, ToEpochMillis(attempt.end),
                        std::string(StateName(FinalState(attempt.outcome))));
        }
      }
    }
  });
  EXPECT_EQ(seen, truth);
  EXPECT_GT(truth.size(), 100u);
}

TEST(WalkTest, EveryDocumentedFieldIsThere) {
  OnePipeline sim(1, 1);
  sim.Start({.duration = seconds(10)});
  sim.simulator.Advance(seconds(10));
  const rapidjson::Document detail = sim.Detail();

  const auto expect = [](const rapidjson::Value& object, const std::vector<const char*>& keys) {
    for (const char* key : keys) EXPECT_TRUE(object.HasMember(key)) << key;
  };
  expect(detail, {"id",
                  "pipeline_id",
                  "manifest_version",
                  "name",
                  "description",
                  "is_publish",
                  "executor_id",
                  "executor_name",
                  "status",
                  "trigger_type",
                  "run_number",
                  "start_time",
                  "end_time",
                  "stages",
                  "domain_id",
                  "project_id",
                  "region",
                  "component_id",
                  "language",
                  "sources",
                  "artifacts",
                  "subject_id",
                  "group_id",
                  "group_name",
                  "detail_url",
                  "current_system_time",
                  "pause_time"});
  expect(detail["stages"][0],
         {"id", "category", "name", "identifier", "run_always", "parallel", "is_select", "sequence",
          "depends_on", "condition", "status", "start_time", "end_time", "pre", "post", "jobs"});
  expect(detail["stages"][0]["jobs"][0],
         {"id", "category", "sequence", "async", "name", "identifier", "depends_on", "condition",
          "resource", "is_select", "timeout", "last_dispatch_id", "status", "message", "start_time",
          "end_time", "steps", "exec_id"});
  expect(detail["stages"][0]["jobs"][0]["steps"][0],
         {"name", "task", "business_type", "inputs", "sequence", "official_task_version",
          "identifier", "multi_step_editable", "id", "endpoint_ids", "last_dispatch_id", "status",
          "message", "start_time", "end_time"});
}

}  // namespace
}  // namespace codearts::sim
