#include "simulator/world.h"

#include <algorithm>
#include <array>

#include "fmt/format.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

constexpr std::array<std::string_view, 8> kProjectNames = {"payments", "订单中心", "mobile-app",
                                                           "数据平台", "platform", "网关（公共）",
                                                           "search",   "iot_edge"};
constexpr std::array<std::string_view, 8> kVerbs = {"deploy", "build",   "构建", "发布",
                                                    "test",   "nightly", "部署", "release"};
constexpr std::array<std::string_view, 10> kSubjects = {
    "api",      "web",    "支付服务", "gateway", "order-service",
    "用户中心", "worker", "ios",      "报表",    "infra"};

}  // namespace

World::World(const WorldOptions& options)
    : options_(options),
      domain_id_(MakeId(DeriveSeed(options.seed, "domain"))),
      now_(options.start - options.history) {
  for (int i = 0; i < options.projects; ++i) {
    const auto index = static_cast<std::size_t>(i);
    std::string name(kProjectNames.at(index % kProjectNames.size()));
    if (index >= kProjectNames.size()) name += fmt::format("-{}", i + 1);
    AddProject(std::move(name), options.pipelines);
  }
  AdvanceTo(options.start);
  populating_ = false;
}

void World::AdvanceTo(Timestamp now) {
  if (now <= now_) return;
  now_ = now;
  while (!due_.empty() && due_.top().first <= now) {
    const Due due = due_.top();
    due_.pop();
    // A pipeline that was changed meanwhile has other entries too.
    if (due.second->NextEvent() != due.first) continue;
    due.second->AdvanceTo(now);
    Schedule(*due.second);
  }
}

void World::Schedule(Pipeline& pipeline) {
  if (pipeline.NextEvent() != kNever) due_.emplace(pipeline.NextEvent(), &pipeline);
}

Project* World::FindProject(std::string_view project_id) {
  const auto found = std::find_if(projects_.begin(), projects_.end(),
                                  [&](const auto& project) { return project->id == project_id; });
  return found == projects_.end() ? nullptr : found->get();
}

const Project* World::FindProject(std::string_view project_id) const {
  const auto found = std::find_if(projects_.begin(), projects_.end(),
                                  [&](const auto& project) { return project->id == project_id; });
  return found == projects_.end() ? nullptr : found->get();
}

Project* World::ProjectOf(std::string_view pipeline_id) {
  const auto found = by_id_.find(std::string(pipeline_id));
  return found == by_id_.end() ? nullptr : found->second.first;
}

Pipeline* World::FindPipeline(std::string_view pipeline_id) {
  const auto found = by_id_.find(std::string(pipeline_id));
  return found == by_id_.end() ? nullptr : found->second.second;
}

Project& World::AddProject(std::string name, int pipelines) {
  Project& project = *projects_.emplace_back(std::make_unique<Project>());
  project.number = ++projects_made_;
  project.seed = DeriveSeed(options_.seed, "project", static_cast<std::uint64_t>(project.number));
  project.id = MakeId(project.seed);
  project.name = std::move(name);
  project.create_time = Timestamp(std::chrono::floor<seconds>(now_.time_since_epoch())) -
                        std::chrono::hours(24 * 800);
  AddGroups(project);
  for (int i = 0; i < pipelines; ++i) {
    const std::uint64_t seed = DeriveSeed(project.seed, "pipeline", project.pipelines.size());
    AddPipeline(project, "", MakeTemplate(seed), options_.run_interval);
  }
  return project;
}

bool World::RemoveProject(std::string_view project_id) {
  const auto found = std::find_if(projects_.begin(), projects_.end(),
                                  [&](const auto& project) { return project->id == project_id; });
  if (found == projects_.end()) return false;
  for (const auto& pipeline : (*found)->pipelines) by_id_.erase(pipeline->id());
  // Its events may still be due.
  removed_.push_back(std::move(*found));
  projects_.erase(found);
  return true;
}

Pipeline& World::AddPipeline(Project& project, std::string name, PipelineTemplate definition,
                             seconds interval) {
  const auto index = project.pipelines.size();
  Pipeline::Spec spec;
  spec.seed = DeriveSeed(project.seed, "pipeline", index);
  spec.name = name.empty() ? DrawName(project, spec.seed) : std::move(name);
  spec.definition = std::move(definition);
  spec.interval = interval;
  Rng rng(DeriveSeed(spec.seed, "place"));
  if (rng.Chance(0.7)) spec.group_id = project.groups[rng.Below(project.groups.size())].id;
  // Pairs share a creation time, so that a sort by it has ties.
  spec.create_time = populating_ ? project.create_time + seconds(60 * (index / 2))
                                 : Timestamp(std::chrono::floor<seconds>(now_.time_since_epoch()));
  Pipeline& pipeline =
      *project.pipelines.emplace_back(std::make_unique<Pipeline>(std::move(spec), now_));
  by_id_.emplace(pipeline.id(), std::pair(&project, &pipeline));
  Schedule(pipeline);
  return pipeline;
}

std::string World::DrawName(Project& project, std::uint64_t seed) const {
  Rng rng(DeriveSeed(seed, "name"));
  // Names need not be unique within a project.
  if (!project.pipelines.empty() && rng.Chance(0.04)) return project.pipelines.back()->name();
  const std::string_view verb = rng.Pick(kVerbs);
  const std::string_view subject = rng.Pick(kSubjects);
  const auto index = project.pipelines.size();
  if (rng.Chance(0.05)) return fmt::format("{}（{}）: v{}.x, /{}", verb, subject, index, index);
  return fmt::format("{}-{}-{}", verb, subject, index + 1);
}

void World::AddGroups(Project& project) const {
  constexpr std::array<std::string_view, 3> kNames = {"后端", "frontend", "后端/子分组"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    Group group;
    group.id = MakeId(DeriveSeed(project.seed, "group", i));
    group.name = kNames.at(i);
    group.ordinal = static_cast<int>(i);
    group.parent_id = i == 2 ? project.groups[0].id : "0";
    group.path_id = i == 2 ? project.groups[0].id + "." + group.id : group.id;
    project.groups.push_back(std::move(group));
  }
}

Run World::StartRun(std::string_view pipeline_id, const RunSpec& spec) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  if (pipeline == nullptr) return {};
  Run run = pipeline->StartRun(spec, now_);
  Schedule(*pipeline);
  return run;
}

bool World::EndRun(std::string_view pipeline_id, std::string_view run_id, Outcome outcome) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  if (pipeline == nullptr || !pipeline->EndRun(run_id, outcome, now_)) return false;
  Schedule(*pipeline);
  return true;
}

bool World::RetryRun(std::string_view pipeline_id, std::string_view run_id, const RunSpec& spec) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  if (pipeline == nullptr || !pipeline->RetryRun(run_id, spec, now_)) return false;
  Schedule(*pipeline);
  return true;
}

bool World::DeleteRun(std::string_view pipeline_id, std::string_view run_id) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  return pipeline != nullptr && pipeline->DeleteRun(run_id);
}

bool World::RenamePipeline(std::string_view pipeline_id, std::string name) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  if (pipeline == nullptr) return false;
  pipeline->Rename(std::move(name), now_);
  return true;
}

bool World::SetInterval(std::string_view pipeline_id, seconds interval) {
  Pipeline* pipeline = FindPipeline(pipeline_id);
  if (pipeline == nullptr) return false;
  pipeline->SetInterval(interval, now_);
  Schedule(*pipeline);
  return true;
}

bool World::Visible(const Pipeline& pipeline, const Run& run) const {
  if (run.deleted || pipeline.deleted()) return false;
  if (run.queued()) return pipeline.definition().style.queued_visible;
  return run.attempts.back().end == kNever || now_ - run.attempts.back().end <= kRetention;
}

const Run* World::LatestRun(const Pipeline& pipeline) const {
  for (auto run = pipeline.runs().rbegin(); run != pipeline.runs().rend(); ++run) {
    if (Visible(pipeline, *run)) return &*run;
  }
  return nullptr;
}

}  // namespace codearts::sim
