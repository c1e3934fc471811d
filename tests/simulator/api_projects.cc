#include <string>
#include <vector>

#include "fmt/format.h"
#include "simulator/api.h"
#include "simulator/json_writer.h"
#include "simulator/replies.h"
#include "simulator/rng.h"
#include "simulator/run_facts.h"

namespace codearts::sim {
namespace {

// ProjectMan has its own codes.
Reply BadProjectParameter(std::string_view what) {
  return ServiceError(400, "PM.00000400", fmt::format("invalid parameter: {}", what));
}

void WriteProject(JsonWriter& json, const World& world, const Project& project) {
  json.StartObject();
  json.Field("project_num_id", 3'180'000 + project.number);
  json.Field("project_id", project.id);
  json.Field("project_name", project.name);
  json.Field("description", "");
  json.Field("created_time", project.create_time);
  json.Field("updated_time", project.create_time);
  json.Field("project_type", project.number % 2 == 0 ? "xboard" : "scrum");
  json.StartObject("creator");
  json.Field("user_id", MakeId(project.seed));
  json.Field("user_num_id", 1000 + project.number);
  json.Field("user_name", "alice");
  json.Field("nick_name", "alice");
  json.Field("domain_id", world.domain_id());
  json.EndObject();
  json.EndObject();
}

}  // namespace

Reply Api::ListProjects(const Route& route, PageTwist twist) {
  const auto offset = QueryNumber(route, "offset");
  const auto limit = QueryNumber(route, "limit");
  if (!offset || *offset < 0) return BadProjectParameter("offset");
  if (!limit || *limit < 1 || *limit > 1000) return BadProjectParameter("limit");
  const auto search = route.query.find("search");
  std::vector<const Project*> found;
  for (const auto& project : world_.projects()) {
    if (search != route.query.end() && project->name.find(search->second) == std::string::npos) {
      continue;
    }
    found.push_back(project.get());
  }
  const Page page = CutPage(*offset, *limit, found.size(), twist);
  JsonWriter json;
  json.StartObject();
  json.StartArray("projects");
  for (std::size_t i = page.first; i < page.last; ++i) WriteProject(json, world_, *found[i]);
  json.EndArray();
  json.Field("total", page.total);
  json.EndObject();
  return JsonReply(json.Take());
}

Reply Api::ShowProject(const Route& route) {
  const Project* project = world_.FindProject(route.project_id);
  if (project == nullptr) return ServiceError(404, "PM.02177404", "project not found");
  JsonWriter json;
  json.StartObject();
  json.Key("project");
  WriteProject(json, world_, *project);
  json.EndObject();
  return JsonReply(json.Take());
}

Reply Api::ListRelatedProjects(const Route& route) {
  const auto index = QueryNumber(route, "page_index").value_or(1);
  const auto size = QueryNumber(route, "page_size").value_or(10);
  if (index < 1 || size < 1) return ServiceError(400, "DEVCP.00021400", "参数错误: page_index");
  // Pages of the older documentation name two fields in camel case.
  const bool camel_case = world_.seed() % 2 == 0;
  const Page page = CutPage((index - 1) * size, size, world_.projects().size(), PageTwist::kNone);
  JsonWriter json;
  json.StartObject();
  json.Field("total", page.total);
  json.StartArray(camel_case ? "projectInfoList" : "project_info_list");
  for (std::size_t i = page.first; i < page.last; ++i) {
    const Project& project = *world_.projects()[i];
    json.StartObject();
    json.Field("id", 3'180'000 + project.number);
    json.Field("identifier", project.id);
    json.Field("name", project.name);
    json.Field("type", "scrum");
    json.Field("status", 0);
    json.Field(camel_case ? "enableCreatePipeline" : "enable_create_pipeline", true);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return JsonReply(json.Take());
}

std::string PipelineDetailJson(const World& world, const Project& project,
                               const Pipeline& pipeline) {
  const Person creator = CreatorOf(pipeline);
  const CodeSource source = SourceOf(pipeline);
  JsonWriter json;
  json.StartObject();
  json.Field("id", pipeline.id());
  json.Field("name", pipeline.name());
  json.Field("description", "");
  json.Field("manifest_version", pipeline.spec().manifest_version);
  json.Field("region", "region01");
  json.Field("domain_id", world.domain_id());
  json.Field("project_id", project.id);
  json.Field("component_id", "");
  json.Field("is_publish", false);
  json.Field("creator_id", creator.id);
  json.Field("creator_name", creator.name);
  json.Field("updater_id", creator.id);
  json.Field("create_time", pipeline.spec().create_time);
  json.Field("update_time", pipeline.update_time());
  json.Field("is_collect", false);
  json.StartArray("sources");
  json.StartObject();
  json.Field("type", "code");
  json.StartObject("params");
  json.Field("git_type", source.git_type);
  json.Field("git_url", source.git_url);
  json.Field("repo_name", source.repo_name);
  json.Field("default_branch", source.default_branch);
  json.EndObject();
  json.EndObject();
  json.EndArray();
  json.StartArray("variables");
  json.EndArray();
  json.StartArray("schedules");
  json.EndArray();
  json.StartArray("triggers");
  json.StartObject();
  json.Field("git_url", source.git_url);
  json.Field("git_type", source.git_type);
  json.Field("security_token", kLeakSentinel);
  json.EndObject();
  json.EndArray();
  json.Field("group_id", pipeline.spec().group_id);
  json.Field("definition", "{\"stages\":[]}");
  json.Field("security_level", 0);
  json.Field("banned", pipeline.banned());
  json.EndObject();
  return json.Take();
}

}  // namespace codearts::sim
