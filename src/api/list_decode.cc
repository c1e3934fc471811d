#include "api/list_decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "api/json_document.h"
#include "api/json_fields.h"
#include "api/run_fields.h"

namespace codearts {
namespace {

// Where a page's list is; the services mix snake_case and camelCase.
using ListNames = std::initializer_list<const char*>;

// Returns the list, nullptr for an empty one. Errors: kInvalidResponse if there is none.
Result<const JsonValue*> FindList(const JsonValue& root, const ListNames& names,
                                  const std::optional<std::int64_t>& total) {
  if (root.IsArray()) return &root;
  if (!root.IsObject()) return InvalidField(*names.begin());
  bool named = false;
  for (const char* name : names) {
    if (const JsonValue* list = FindArray(root, name)) return list;
    if (FindField(root, name) != nullptr) return InvalidField(name);
    named = named || root.HasMember(name);
  }
  if (!named && !total) return InvalidField(*names.begin());
  return nullptr;
}

template <typename T>
Result<Page<T>> DecodePage(std::string body, const ListNames& names,
                           Result<T> (*decode)(const JsonValue& item)) {
  JsonDocument document;
  if (Status parsed = document.Parse(std::move(body)); !parsed.ok()) return parsed;
  const JsonValue& root = document.root();

  Page<T> page;
  if (root.IsObject()) {
    page.total = ReadInteger(root, "total", 0, std::numeric_limits<std::int64_t>::max());
  }
  const Result<const JsonValue*> list = FindList(root, names, page.total);
  if (!list.ok()) return list.status();
  if (*list == nullptr) return page;

  const JsonValue& items = **list;
  page.items.reserve(std::min(items.Size(), kMaxReserve));
  for (rapidjson::SizeType i = 0; i < items.Size(); ++i) {
    Result<T> item =
        items[i].IsObject()
            ? decode(items[i])
            : Result<T>(Status(StatusCode::kInvalidResponse, "the item is not an object"));
    if (item.ok()) {
      page.items.push_back(*std::move(item));
      continue;
    }
    if (page.skipped == 0) {
      page.skip_reason = fmt::format("{}[{}]: {}", *names.begin(), i, item.status().message());
    }
    ++page.skipped;
  }
  return page;
}

StageSummary DecodeStage(const JsonValue& object) {
  std::int32_t unknown = 0;
  StageSummary stage;
  stage.id = ReadText(object, "id");
  stage.name = ReadText(object, "name");
  stage.sequence = ReadSequence(object, "sequence");
  stage.status = ReadStatus(object, "status", unknown).value_or(ExecutionStatus::kUnknown);
  stage.start_time = ReadTime(object, "start_time");
  stage.end_time = ReadTime(object, "end_time");
  return stage;
}

std::string ReadBranch(const JsonValue& build_params) {
  for (const std::string_view name : {"target_branch", "source_branch", "tag"}) {
    std::string branch = ReadText(build_params, name);
    if (!branch.empty()) return branch;
  }
  return "";
}

Result<RunSummary> DecodeRun(const JsonValue& object) {
  std::int32_t unknown = 0;
  Result<RunKey> key = ReadRunKey(object, "pipeline_run_id", unknown);
  if (!key.ok()) return key.status();
  RunSummary run;
  run.id = std::move(key->id);
  run.run_number = key->run_number;
  run.status = key->status;
  run.trigger_type = ReadText(object, "trigger_type");
  run.executor_name = ReadText(object, "executor_name");
  if (const JsonValue* build_params = FindObject(object, "build_params")) {
    run.branch = ReadBranch(*build_params);
    run.commit_id = ReadText(*build_params, "commit_id");
  }
  run.detail_url = ReadText(object, "detail_url");
  run.start_time = ReadTime(object, "start_time");
  run.end_time = ReadTime(object, "end_time");
  run.stages = ReadObjects<StageSummary>(object, "stage_status_list", DecodeStage);
  return run;
}

// Whether nothing in `run` says that there was a run.
bool IsBlank(const JsonValue& run) {
  if (!run.IsObject()) return run.IsString() && run.GetStringLength() == 0;
  return ReadText(run, "pipeline_run_id").empty() && ReadText(run, "status").empty() &&
         !ReadInteger(run, "run_number", 1, std::numeric_limits<std::int64_t>::max());
}

Result<Pipeline> DecodePipeline(const JsonValue& object) {
  std::optional<std::string> id = ReadId(object, "pipeline_id");
  if (!id) return InvalidField("pipeline_id");
  Pipeline pipeline;
  pipeline.id.value = *std::move(id);
  pipeline.name = ReadText(object, "name");
  pipeline.project_id.value = ReadText(object, "project_id");
  pipeline.project_name = ReadText(object, "project_name");
  pipeline.component_id = ReadText(object, "component_id");
  pipeline.is_publish = ReadBool(object, "is_publish");
  pipeline.manifest_version = ReadText(object, "manifest_version");
  pipeline.create_time = ReadTime(object, "create_time");
  pipeline.banned = ReadBool(object, "banned");
  const JsonValue* latest = FindField(object, "latest_run");
  if (latest == nullptr || IsBlank(*latest)) return pipeline;
  if (!latest->IsObject()) return InvalidField("latest_run");
  Result<RunSummary> run = DecodeRun(*latest);
  if (!run.ok()) {
    return Status(run.status().code(), "latest_run." + run.status().message());
  }
  pipeline.latest_run = *std::move(run);
  return pipeline;
}

Result<Project> DecodeProject(const JsonValue& object) {
  std::optional<std::string> id = ReadId(object, "project_id");
  if (!id) return InvalidField("project_id");
  return Project{ProjectId{*std::move(id)}, ReadText(object, "project_name")};
}

// An entry and whether it still waits.
struct QueueEntry {
  QueuedRun run;
  bool waiting = true;
};

Result<QueueEntry> DecodeQueueEntry(const JsonValue& object) {
  QueueEntry entry;
  entry.run.run_id.value = ReadId(object, "pipeline_run_id").value_or("");
  entry.run.enqueue_time = ReadTime(object, "enqueue_time");
  entry.waiting = ReadText(object, "status") != "QUEUED_TIME_OUT";
  return entry;
}

}  // namespace

Result<Page<Pipeline>> DecodePipelines(std::string body) {
  return DecodePage<Pipeline>(std::move(body), {"pipelines"}, DecodePipeline);
}

Result<Page<RunSummary>> DecodeRuns(std::string body) {
  return DecodePage<RunSummary>(std::move(body), {"pipeline_runs", "pipelineRuns"}, DecodeRun);
}

Result<Page<QueuedRun>> DecodeQueue(std::string body) {
  Result<Page<QueueEntry>> entries = DecodePage<QueueEntry>(
      std::move(body), {"queuedPipelines", "queued_pipelines"}, DecodeQueueEntry);
  if (!entries.ok()) return entries.status();
  Page<QueuedRun> page;
  page.total = entries->total;
  page.skipped = entries->skipped;
  page.skip_reason = std::move(entries->skip_reason);
  for (QueueEntry& entry : entries->items) {
    if (entry.waiting) {
      page.items.push_back(std::move(entry.run));
    } else if (page.total && *page.total > 0) {
      --*page.total;
    }
  }
  std::stable_sort(page.items.begin(), page.items.end(),
                   [](const QueuedRun& a, const QueuedRun& b) {
                     return a.enqueue_time.value_or(Timestamp::max()) <
                            b.enqueue_time.value_or(Timestamp::max());
                   });
  return page;
}

Result<Page<Project>> DecodeProjects(std::string body) {
  return DecodePage<Project>(std::move(body), {"projects"}, DecodeProject);
}

}  // namespace codearts
