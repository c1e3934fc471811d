#include "simulator/control_world.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "simulator/json_reader.h"
#include "simulator/json_writer.h"
#include "simulator/replies.h"

namespace codearts::sim {
namespace {

using Path = std::vector<std::string_view>;

Reply Ok() {
  return JsonReply("{}");
}
Reply NotFound() {
  return ControlError(404, "no such thing");
}
Reply OkIf(bool done) {
  return done ? Ok() : NotFound();
}

Reply OneField(std::string_view key, std::string_view value) {
  JsonWriter json;
  json.StartObject();
  json.Field(key, value);
  json.EndObject();
  return JsonReply(json.Take());
}

std::optional<seconds> SecondsAt(const JsonReader& body, const char* key) {
  const auto number = body.Integer(key);
  if (!number) return std::nullopt;
  return seconds(*number);
}

// Reads the body of a new run; nullopt if its outcome is unknown.
std::optional<RunSpec> ReadRunSpec(const JsonReader& body) {
  RunSpec spec;
  if (const auto name = body.Text("outcome")) {
    const std::optional<Outcome> outcome = ParseOutcome(*name);
    if (!outcome) return std::nullopt;
    spec.outcome = *outcome;
  }
  spec.duration = SecondsAt(body, "duration_seconds");
  spec.pause = SecondsAt(body, "pause_seconds");
  spec.queued = SecondsAt(body, "queued_seconds").value_or(seconds(0));
  if (const auto stage = body.Integer("stage")) spec.stage = static_cast<int>(*stage);
  spec.hold = body.Flag("hold", false);
  spec.trigger = body.Text("trigger");
  spec.branch = body.Text("branch");
  return spec;
}

PipelineTemplate ReadDefinition(const JsonReader& body) {
  PipelineTemplate definition =
      MakePlainTemplate(static_cast<int>(body.Integer("stages").value_or(2)),
                        static_cast<int>(body.Integer("jobs").value_or(2)));
  const rapidjson::Value& root = body.document();
  const auto stages = root.FindMember("stages");
  if (stages != root.MemberEnd() && stages->value.IsArray()) {
    definition.stages.clear();
    for (const rapidjson::Value& stage : stages->value.GetArray()) {
      if (!stage.IsObject() || !stage.HasMember("name") || !stage["name"].IsString()) continue;
      const auto names = stage.HasMember("jobs") ? JsonReader::TextsOf(stage["jobs"])
                                                 : std::vector<std::string>{"job-1"};
      StageTemplate plain = MakePlainTemplate(1, static_cast<int>(names.size())).stages[0];
      plain.name = stage["name"].GetString();
      plain.identifier = std::to_string(definition.stages.size());
      for (std::size_t i = 0; i < names.size(); ++i) plain.jobs[i].name = names[i];
      definition.stages.push_back(std::move(plain));
    }
  }
  if (body.Flag("deploy", false) && !definition.stages.empty() &&
      !definition.stages.back().jobs.empty()) {
    definition.stages.back().jobs.back().steps.back().business_type = "Deploy";
  }
  return definition;
}

Reply ControlProjects(World& world, const Request& request, const Path& path) {
  if (request.method == "DELETE" && path.size() == 4) return OkIf(world.RemoveProject(path[3]));
  if (request.method != "POST" || path.size() != 3) return NotFound();
  const JsonReader body(request.body);
  const std::string name = body.Text("name").value_or("project");
  const auto pipelines = static_cast<int>(body.Integer("pipelines").value_or(0));
  return OneField("id", world.AddProject(name, pipelines).id);
}

Reply CreatePipeline(World& world, const Request& request) {
  const JsonReader body(request.body);
  if (!body.is_object()) return ControlError(400, "the body is no JSON object");
  Project* project = world.FindProject(body.Text("project").value_or(""));
  if (project == nullptr) return NotFound();
  Pipeline& pipeline =
      world.AddPipeline(*project, body.Text("name").value_or(""), ReadDefinition(body),
                        SecondsAt(body, "interval_seconds").value_or(seconds(0)));
  if (const auto version = body.Text("manifest_version")) pipeline.SetManifestVersion(*version);
  return OneField("pipeline_id", pipeline.id());
}

// Finds a run by its id, its number or "latest".
const Run* FindRun(const World& world, const Pipeline& pipeline, std::string_view name) {
  if (name == "latest") return world.LatestRun(pipeline);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool is_number = error == std::errc() && end == name.data() + name.size();
  if (is_number && number >= 1 && number <= pipeline.runs().size()) {
    return &pipeline.runs()[number - 1];
  }
  return pipeline.FindRun(name);
}

Reply StartRun(World& world, const Pipeline& pipeline, const Request& request) {
  const auto spec = ReadRunSpec(JsonReader(request.body));
  if (!spec) return ControlError(400, "unknown outcome");
  const Run run = world.StartRun(pipeline.id(), *spec);
  JsonWriter json;
  json.StartObject();
  json.Field("run_id", run.id);
  json.Field("run_number", run.number);
  json.EndObject();
  return JsonReply(json.Take());
}

Reply ControlRun(World& world, const Pipeline& pipeline, const Request& request, const Path& path) {
  const Run* run = FindRun(world, pipeline, path[5]);
  if (run == nullptr) return NotFound();
  const std::string_view action = path[6];
  if (action == "delete") return OkIf(world.DeleteRun(pipeline.id(), run->id));
  if (action == "retry") {
    const auto spec = ReadRunSpec(JsonReader(request.body));
    if (!spec) return ControlError(400, "unknown outcome");
    return world.RetryRun(pipeline.id(), run->id, *spec) ? Ok()
                                                         : ControlError(409, "it has not ended");
  }
  std::optional<Outcome> outcome;
  if (action == "finish") outcome = Outcome::kSuccess;
  if (action == "fail") outcome = Outcome::kFailure;
  if (action == "cancel") outcome = Outcome::kCancellation;
  if (action == "skip") outcome = Outcome::kSkip;
  if (!outcome) return NotFound();
  return world.EndRun(pipeline.id(), run->id, *outcome) ? Ok() : ControlError(409, "it has ended");
}

Reply ControlPipeline(World& world, Pipeline& pipeline, const Request& request,
                      std::string_view action) {
  const JsonReader body(request.body);
  if (action == "runs") return StartRun(world, pipeline, request);
  if (action == "rename") {
    const auto name = body.Text("name");
    if (!name) return ControlError(400, "\"name\" is missing");
    return OkIf(world.RenamePipeline(pipeline.id(), *name));
  }
  if (action == "interval") {
    const auto interval = SecondsAt(body, "seconds");
    if (!interval) return ControlError(400, "\"seconds\" is missing");
    return OkIf(world.SetInterval(pipeline.id(), *interval));
  }
  if (action == "ban" || action == "unban") {
    pipeline.SetBanned(action == "ban");
  } else if (action == "delete" || action == "restore") {
    pipeline.SetDeleted(action == "delete");
  } else if (action == "never_run") {
    pipeline.MakeNeverRun();
  } else {
    return NotFound();
  }
  return Ok();
}

}  // namespace

Reply ControlWorld(World& world, const Request& request) {
  const Path path = Split(request.path, '/');  // "", "_sim", "pipelines", ...
  if (path.size() < 3) return NotFound();
  if (path[2] == "projects") return ControlProjects(world, request, path);
  if (path[2] != "pipelines" || request.method != "POST") return NotFound();
  if (path.size() == 3) return CreatePipeline(world, request);
  Pipeline* pipeline = world.FindPipeline(path[3]);
  if (pipeline == nullptr) return NotFound();
  if (path.size() == 5) return ControlPipeline(world, *pipeline, request, path[4]);
  if (path.size() == 7 && path[4] == "runs") return ControlRun(world, *pipeline, request, path);
  return NotFound();
}

}  // namespace codearts::sim
