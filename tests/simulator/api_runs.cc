#include <algorithm>
#include <string>
#include <vector>

#include "simulator/api.h"
#include "simulator/replies.h"
#include "simulator/rng.h"
#include "simulator/run_facts.h"

namespace codearts::sim {
namespace {

constexpr std::int64_t kDefaultRuns = 10;

Timestamp StartOf(const Run& run) {
  return run.queued() ? run.created : run.start();
}

// Runs that have not ended come last in ascending order.
Timestamp EndOf(const Run& run, Timestamp now) {
  return run.EndedAt(now) ? run.attempts.back().end : kNever;
}

Timestamp UpdateOf(const Run& run, Timestamp now) {
  if (run.EndedAt(now)) return run.attempts.back().end;
  return run.queued() ? run.created : run.attempts.back().spec.start;
}

void Sort(std::vector<const Run*>& runs, const std::string& key, bool ascending, Timestamp now) {
  const auto value = [&](const Run& run) {
    if (key == "end_time") return EndOf(run, now);
    return key == "update_time" ? UpdateOf(run, now) : StartOf(run);
  };
  std::sort(runs.begin(), runs.end(), [&](const Run* a, const Run* b) {
    const auto left = std::pair(value(*a), a->number);
    const auto right = std::pair(value(*b), b->number);
    return ascending ? left < right : right < left;
  });
}

}  // namespace

Reply Api::ListRuns(const Pipeline& pipeline, const Request& request, PageTwist twist) {
  const JsonReader body(request.body.empty() ? "{}" : request.body);
  if (!body.is_object()) return BadParameter("body");
  const std::string sort_key = body.Text("sort_key").value_or("start_time");
  const std::string sort_dir = body.Text("sort_dir").value_or("desc");
  if (sort_key != "start_time" && sort_key != "update_time" && sort_key != "end_time") {
    return BadParameter("sort_key");
  }
  if (sort_dir != "asc" && sort_dir != "desc") return BadParameter("sort_dir");
  const std::int64_t offset = body.Integer("offset").value_or(0);
  const std::int64_t limit = body.Integer("limit").value_or(kDefaultRuns);
  if (offset < 0 || limit < 0) return BadParameter("offset, limit");

  const std::vector<std::string> statuses = body.Texts("status");
  const auto start = ParseFilterTime(body, "start_time");
  const auto end = ParseFilterTime(body, "end_time");
  const auto updated = ParseFilterTime(body, "update_time");
  const Timestamp now = world_.now();
  std::vector<const Run*> found;
  for (const Run& run : pipeline.runs()) {
    if (!world_.Visible(pipeline, run)) continue;
    if (start && StartOf(run) < *start) continue;
    if (end && StartOf(run) > *end) continue;
    if (updated && UpdateOf(run, now) < *updated) continue;
    if (!statuses.empty() &&
        std::find(statuses.begin(), statuses.end(), StateName(StatusOf(world_, pipeline, run))) ==
            statuses.end()) {
      continue;
    }
    found.push_back(&run);
  }
  Sort(found, sort_key, sort_dir == "asc", now);
  const Page page = CutPage(offset, limit, found.size(), twist);
  JsonWriter json;
  json.StartObject();
  json.Field("offset", page.offset);
  json.Field("limit", page.limit);
  json.Field("total", page.total);
  json.StartArray("pipeline_runs");
  for (std::size_t i = page.first; i < page.last; ++i) {
    WriteRunRecord(json, world_, pipeline, *found[i], StageIds::kWith);
  }
  json.EndArray();
  json.EndObject();
  return JsonReply(json.Take());
}

Reply Api::ShowRunDetail(const Project& project, const Pipeline& pipeline, const Route& route) {
  const auto run_id = route.query.find("pipeline_run_id");
  const auto run_number = route.query.find("pipeline_run_number");
  const Run* run = nullptr;
  if (run_id != route.query.end() && !run_id->second.empty()) {
    run = pipeline.FindRun(run_id->second);
  } else if (run_number != route.query.end()) {
    const auto number = QueryNumber(route, "pipeline_run_number").value_or(0);
    const auto size = static_cast<std::int64_t>(pipeline.runs().size());
    if (number >= 1 && number <= size) run = &pipeline.runs()[static_cast<std::size_t>(number - 1)];
  } else {
    run = world_.LatestRun(pipeline);
  }
  if (run == nullptr || !world_.Visible(pipeline, *run)) {
    return ServiceError(200, "DEVCP.00012002", "数据库中不存在该记录");
  }
  return JsonReply(RunDetailJson(world_, project, pipeline, *run));
}

Reply Api::ShowQueue(const Pipeline& pipeline, const Route& route, PageTwist twist) {
  const auto offset = QueryNumber(route, "offset");
  const auto limit = QueryNumber(route, "limit");
  if (!offset || !limit || *offset < 0 || *limit < 0) return BadParameter("offset, limit");
  std::vector<const Run*> queued;
  for (const Run& run : pipeline.runs()) {
    if (run.queued() && !run.deleted) queued.push_back(&run);
  }
  const Page page = CutPage(*offset, *limit, queued.size(), twist);
  JsonWriter json;
  json.StartObject();
  json.Field("offset", page.offset);
  json.Field("limit", page.limit);
  json.Field("total", page.total);
  json.StartArray("queuedPipelines");
  for (std::size_t i = page.first; i < page.last; ++i) {
    const Run& run = *queued[i];
    const RunFacts facts = FactsOf(run);
    json.StartObject();
    json.Field("id", DeriveSeed(run.seed, "queue") % 1'000'000);
    json.Field("pipeline_id", pipeline.id());
    json.Field("pipeline_run_id", run.id);
    json.Field("region", nullptr);
    json.Field("enqueue_time", run.created);
    json.Field("trigger_type", facts.trigger);
    json.Field("creator_id", facts.executor.id);
    json.Field("creator_name", facts.executor.name);
    json.Field("status", "QUEUED");
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return JsonReply(json.Take());
}

Reply Api::ShowFailedTriggers(const Route& route) {
  if (!QueryNumber(route, "offset") || !QueryNumber(route, "limit")) {
    return BadParameter("offset, limit");
  }
  return JsonReply(R"({"total":0,"triggerFailedRecordVOS":[]})");
}

}  // namespace codearts::sim
