#ifndef CODEARTS_TESTS_UNIT_SIMULATOR_SIM_TESTING_H_
#define CODEARTS_TESTS_UNIT_SIMULATOR_SIM_TESTING_H_

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/simulator.h"
#include "simulator/truth.h"
#include "support/fake_clock.h"

namespace codearts::sim {

using std::chrono::hours;
using std::chrono::minutes;
using testing::FakeClock;
using testing::kTestStart;

// gtest prints statuses with it.
inline void PrintTo(State state, std::ostream* out) {
  *out << StateName(state);
}

inline Request Get(std::string path, std::string query = "") {
  return {"GET", std::move(path), std::move(query), {}, ""};
}

inline Request Post(std::string path, std::string body) {
  return {"POST", std::move(path), "", {{"Content-Type", "application/json"}}, std::move(body)};
}

inline Request Delete(std::string path) {
  return {"DELETE", std::move(path), "", {}, ""};
}

inline rapidjson::Document Parse(const std::string& json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  EXPECT_FALSE(document.HasParseError()) << json.substr(0, 500);
  return document;
}

inline rapidjson::Document Body(const Reply& reply) {
  return Parse(reply.content());
}

// A frozen world without life of its own, an hour long quiet.
inline SimulatorOptions QuietOptions(int projects = 1, int pipelines = 0) {
  SimulatorOptions options;
  options.start = kTestStart;
  options.time_scale = 0;
  options.world.projects = projects;
  options.world.pipelines = pipelines;
  options.world.run_interval = seconds(0);
  return options;
}

// A simulator of one project with one plain pipeline, whose life the test directs.
class OnePipeline {
 public:
  explicit OnePipeline(int stages = 2, int jobs = 2,
                       const SimulatorOptions& options = QuietOptions())
      : simulator(options, clock) {
    simulator.With([&](World& world) {
      Project& project = *world.projects().front();
      project_id = project.id;
      pipeline_id =
          world.AddPipeline(project, "p", MakePlainTemplate(stages, jobs), seconds(0)).id();
    });
  }

  Run Start(const RunSpec& spec = {}) {
    return simulator.With([&](World& world) { return world.StartRun(pipeline_id, spec); });
  }
  bool End(const Run& run, Outcome outcome) {
    return simulator.With([&](World& world) { return world.EndRun(pipeline_id, run.id, outcome); });
  }
  bool Retry(const Run& run, const RunSpec& spec = {}) {
    return simulator.With([&](World& world) { return world.RetryRun(pipeline_id, run.id, spec); });
  }
  rapidjson::Document Detail(const std::string& query = "") {
    return Body(simulator.Handle(Get(Path("/pipeline-runs/detail"), query)));
  }
  rapidjson::Document DetailOf(const Run& run) { return Detail("pipeline_run_id=" + run.id); }
  rapidjson::Document ListRuns(const std::string& body = R"({"offset":0,"limit":100})") {
    return Body(simulator.Handle(Post(Path("/pipeline-runs/list"), body)));
  }
  rapidjson::Document ListPipelines(const std::string& body = R"({"offset":0,"limit":100})") {
    return Body(simulator.Handle(Post("/v5/" + project_id + "/api/pipelines/list", body)));
  }
  PipelineTruth Truth(const TruthQuery& query = {}) {
    return simulator.With(
        [&](World& world) { return TruthOf(world, *world.FindPipeline(pipeline_id), query); });
  }
  std::string Path(const std::string& rest) const {
    return "/v5/" + project_id + "/api/pipelines/" + pipeline_id + rest;
  }

  FakeClock clock;
  Simulator simulator;
  std::string project_id;
  std::string pipeline_id;
};

}  // namespace codearts::sim

#endif  // CODEARTS_TESTS_UNIT_SIMULATOR_SIM_TESTING_H_
