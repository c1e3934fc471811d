#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "fmt/format.h"
#include "simulator/api.h"
#include "simulator/replies.h"
#include "simulator/rng.h"
#include "simulator/run_facts.h"

namespace codearts::sim {
namespace {

constexpr std::int64_t kDefaultPipelines = 10;

// The filters of ListPipelines. Source: api.md, 1.2.
class PipelineFilter {
 public:
  PipelineFilter(const World& world, const Project& project, const JsonReader& body)
      : world_(world),
        name_(ToLower(body.Text("name").value_or(""))),
        statuses_(AsSet(body.Texts("status"))),
        project_ids_(AsSet(body.Texts("project_ids"))),
        creator_ids_(AsSet(body.Texts("creator_ids"))),
        executor_ids_(AsSet(body.Texts("executor_ids"))),
        component_id_(body.Text("component_id").value_or("")),
        start_(ParseFilterTime(body, "start_time")),
        end_(ParseFilterTime(body, "end_time")),
        with_banned_(body.Flag("is_banned", false)),
        new_only_(body.Flag("query_new", true)),
        published_only_(body.Flag("is_publish", false)) {
    if (const auto creator = body.Text("creator_id")) creator_ids_.insert(*creator);
    if (!body.Flag("by_group", false)) return;
    const std::string path = body.Text("group_path_id").value_or("");
    for (const Group& group : project.groups) {
      if (group.path_id == path || group.path_id.starts_with(path + ".")) groups_.insert(group.id);
    }
    by_group_ = true;
  }

  bool TakesAll(const Project& project) const {
    return project_ids_.empty() || project_ids_.contains(project.id);
  }

  bool Takes(const Pipeline& pipeline) const {
    if (pipeline.deleted() || (pipeline.banned() && !with_banned_)) return false;
    if (new_only_ && pipeline.spec().manifest_version != "3.0") return false;
    if (published_only_ || !component_id_.empty()) return false;
    if (!name_.empty() && ToLower(pipeline.name()).find(name_) == std::string::npos) return false;
    if (by_group_ && !groups_.contains(pipeline.spec().group_id)) return false;
    if (!creator_ids_.empty() && !creator_ids_.contains(CreatorOf(pipeline).id)) return false;
    const bool about_run = !statuses_.empty() || !executor_ids_.empty() || start_ || end_;
    if (!about_run) return true;
    const Run* latest = world_.LatestRun(pipeline);
    return latest != nullptr && TakesRun(pipeline, *latest);
  }

 private:
  static std::set<std::string> AsSet(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
  }

  bool TakesRun(const Pipeline& pipeline, const Run& run) const {
    if (!statuses_.empty() &&
        !statuses_.contains(std::string(StateName(StatusOf(world_, pipeline, run))))) {
      return false;
    }
    if (!executor_ids_.empty() && !executor_ids_.contains(FactsOf(run).executor.id)) return false;
    const Timestamp start = run.queued() ? run.created : run.start();
    return (!start_ || start >= *start_) && (!end_ || start <= *end_);
  }

  const World& world_;
  std::string name_;
  std::set<std::string> statuses_;
  std::set<std::string> project_ids_;
  std::set<std::string> creator_ids_;
  std::set<std::string> executor_ids_;
  std::set<std::string> groups_;
  std::string component_id_;
  std::optional<Timestamp> start_;
  std::optional<Timestamp> end_;
  bool with_banned_;
  bool new_only_;
  bool published_only_;
  bool by_group_ = false;
};

// `pipelines` comes in order of creation; that order breaks ties whatever the direction.
void Sort(std::vector<const Pipeline*>& pipelines, const std::string& key, bool ascending) {
  const auto sort = [&](auto less) {
    std::stable_sort(pipelines.begin(), pipelines.end(), [&](const auto* a, const auto* b) {
      return ascending ? less(*a, *b) : less(*b, *a);
    });
  };
  if (key == "name") {
    sort([](const Pipeline& a, const Pipeline& b) { return a.name() < b.name(); });
  } else if (key == "update_time") {
    sort([](const Pipeline& a, const Pipeline& b) { return a.update_time() < b.update_time(); });
  } else if (!ascending) {
    sort([](const Pipeline& a, const Pipeline& b) {
      return a.spec().create_time < b.spec().create_time;
    });
  }
}

void WriteGroup(JsonWriter& json, const World& world, const Project& project, const Group& group) {
  json.StartObject();
  json.Field("id", group.id);
  json.Field("domain_id", world.domain_id());
  json.Field("project_id", project.id);
  json.Field("name", group.name);
  json.Field("parent_id", group.parent_id);
  json.Field("path_id", group.path_id);
  json.Field("ordinal", group.ordinal);
  json.Field("creator", MakeId(project.seed));
  json.Field("updater", nullptr);
  json.Field("create_time", project.create_time);
  json.Field("update_time", project.create_time);
  json.StartArray("children");
  for (const Group& child : project.groups) {
    if (child.parent_id == group.id) WriteGroup(json, world, project, child);
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

Reply Api::ListPipelines(const Project& project, const Request& request, PageTwist twist) {
  const JsonReader body(request.body.empty() ? "{}" : request.body);
  if (!body.is_object()) return BadParameter("body");
  const std::string sort_key = body.Text("sort_key").value_or("create_time");
  const std::string sort_dir = body.Text("sort_dir").value_or("desc");
  if (sort_key != "name" && sort_key != "create_time" && sort_key != "update_time") {
    return BadParameter("sort_key");
  }
  if (sort_dir != "asc" && sort_dir != "desc") return BadParameter("sort_dir");
  const std::int64_t offset = body.Integer("offset").value_or(0);
  const std::int64_t limit = body.Integer("limit").value_or(kDefaultPipelines);
  if (offset < 0 || limit < 0) return BadParameter("offset, limit");

  const PipelineFilter filter(world_, project, body);
  std::vector<const Pipeline*> found;
  for (const auto& pipeline : project.pipelines) {
    if (filter.TakesAll(project) && filter.Takes(*pipeline)) found.push_back(pipeline.get());
  }
  Sort(found, sort_key, sort_dir == "asc");
  const Page page = CutPage(offset, limit, found.size(), twist);
  // By hand, not by a writer: the entries are ready-made text.
  std::string json = fmt::format(R"({{"offset":{},"limit":{},"total":{},"pipelines":[)",
                                 page.offset, page.limit, page.total);
  for (std::size_t i = page.first; i < page.last; ++i) {
    if (i > page.first) json += ',';
    json += entries_.Get(world_, project, *found[i]);
  }
  json += "]}";
  return JsonReply(std::move(json));
}

Reply Api::LatestStatus(const Project& project, const Request& request) {
  const JsonReader body(request.body);
  if (!body.is_array()) return BadParameter("body");
  JsonWriter json;
  json.StartArray();
  for (const std::string& id : JsonReader::TextsOf(body.document())) {
    const Pipeline* pipeline = world_.FindPipeline(id);
    if (pipeline == nullptr || world_.ProjectOf(id) != &project) continue;
    const Run* latest = world_.LatestRun(*pipeline);
    if (latest != nullptr) WriteRunRecord(json, world_, *pipeline, *latest, StageIds::kWithout);
  }
  json.EndArray();
  return JsonReply(json.Take());
}

Reply Api::ShowGroups(const Project& project) {
  JsonWriter json;
  json.StartArray();
  for (const Group& group : project.groups) {
    if (group.parent_id == "0") WriteGroup(json, world_, project, group);
  }
  json.EndArray();
  return JsonReply(json.Take());
}

}  // namespace codearts::sim
