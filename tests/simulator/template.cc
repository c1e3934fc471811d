#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "simulator/model.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

struct Plugin {
  std::string_view task;
  std::string_view name;
  std::string_view business_type;  // "" stands for null.
};

constexpr std::array<Plugin, 9> kPlugins = {{
    {"official_devcloud_codebuild", "Build构建", "Build"},
    {"official_devcloud_maven", "Maven构建", "Build"},
    {"official_devcloud_dockerBuild", "制作镜像", "Build"},
    {"official_devcloud_codeCheck", "代码检查", "Check"},
    {"official_devcloud_apitest", "接口测试", "Test"},
    {"official_devcloud_shell", "执行Shell", "Normal"},
    {"official_devcloud_deploy", "部署", "Deploy"},
    {"official_devcloud_cceDeploy", "CCE deploy", "Deploy"},
    {"official_devcloud_subPipeline", "子流水线", ""},
}};

constexpr std::array<std::string_view, 9> kStageNames = {
    "阶段_2",           "阶段_3",       "构建和检查",      "部署测试环境", "Build",
    "Test (unit, e2e)", "部署（生产）", "staging: deploy", "安全扫描"};

constexpr std::array<std::string_view, 9> kJobNames = {"新建任务",    "新建任务",    "新建任务",
                                                       "单元测试",    "build image", "代码检查",
                                                       "deploy-prod", "通知",        "API test"};

StepTemplate MakeStep(Rng& rng) {
  const Plugin& plugin = rng.Pick(kPlugins);
  StepTemplate step;
  step.name = std::string(plugin.name);
  step.task = plugin.task;
  if (!plugin.business_type.empty()) step.business_type = std::string(plugin.business_type);
  step.identifier = MakeId(rng.Next());
  return step;
}

StepTemplate MakeGate(std::string_view task) {
  StepTemplate step;
  step.task = task;
  return step;
}

JobTemplate MakeJob(Rng& rng, bool first) {
  JobTemplate job;
  job.name = rng.Pick(kJobNames);
  job.identifier = fmt::format("{}{}", 1674207161661 + rng.Between(0, 1'000'000'000),
                               MakeId(rng.Next()).substr(0, 24));
  // A job without steps is the API's own oddity; as the first of a stage it would be the only one
  // that can fail.
  const int steps = !first && rng.Chance(0.05) ? 0 : rng.Between(1, 4);
  for (int i = 0; i < steps; ++i) job.steps.push_back(MakeStep(rng));
  const double typical = 5.0 * std::exp(rng.Unit() * 4.5);
  job.typical = seconds(static_cast<std::int64_t>(typical));
  if (first) return job;
  job.after_previous = rng.Chance(0.4);
  job.async = rng.Chance(0.04);
  job.optional = rng.Chance(0.06);
  job.conditional = rng.Chance(0.04);
  return job;
}

StageTemplate MakeStage(Rng& rng, int index) {
  StageTemplate stage;
  stage.name = rng.Chance(0.6) ? fmt::format("阶段_{}", index + 1) : rng.Pick(kStageNames);
  stage.identifier = index == 0 ? "0" : MakeId(rng.Next());
  stage.pre.push_back(MakeGate("official_devcloud_autoTrigger"));
  if (index > 0 && rng.Chance(0.2)) {
    stage.review = true;
    stage.pre.push_back(MakeGate("official_devcloud_checkpoint"));
  }
  if (rng.Chance(0.05)) stage.pre.clear();
  stage.review = stage.review && !stage.pre.empty();
  if (rng.Chance(0.1)) stage.post.push_back(MakeGate("official_devcloud_autoTrigger"));
  const int jobs = rng.Chance(0.5) ? rng.Between(1, 2) : rng.Between(1, 6);
  for (int i = 0; i < jobs; ++i) stage.jobs.push_back(MakeJob(rng, i == 0));
  return stage;
}

Style MakeStyle(Rng& rng) {
  Style style;
  style.not_yet = rng.Pick(std::array{NotYet::kNull, NotYet::kZero, NotYet::kAbsent});
  style.latest_run_absent = rng.Chance(0.5);
  style.queued_visible = rng.Chance(0.6);
  style.queued_as_init = rng.Chance(0.3);
  style.extra_fields = rng.Chance(0.7);
  style.async_as_bool = rng.Chance(0.3);
  style.pause_state = rng.Chance(0.5) ? State::kPaused : State::kSuspend;
  return style;
}

}  // namespace

PipelineTemplate MakeTemplate(std::uint64_t seed) {
  Rng rng(DeriveSeed(seed, "template"));
  PipelineTemplate result;
  const int stages = rng.Between(1, 5);
  for (int i = 0; i < stages; ++i) result.stages.push_back(MakeStage(rng, i));
  result.concurrency = rng.Between(1, 4);
  result.failure = 0.04 + 0.2 * rng.Unit();
  result.style = MakeStyle(rng);
  result.never_run = rng.Chance(0.05);
  return result;
}

PipelineTemplate MakePlainTemplate(int stages, int jobs) {
  PipelineTemplate result;
  for (int s = 0; s < stages; ++s) {
    StageTemplate& stage = result.stages.emplace_back();
    stage.name = fmt::format("stage-{}", s + 1);
    stage.identifier = std::to_string(s);
    for (int j = 0; j < jobs; ++j) {
      JobTemplate& job = stage.jobs.emplace_back();
      job.name = fmt::format("job-{}", j + 1);
      job.identifier = fmt::format("{}-{}", s, j);
      job.steps.push_back({"shell", "official_devcloud_shell", "Normal", "step"});
    }
  }
  result.failure = result.cancellation = result.skip = result.retry = 0;
  return result;
}

}  // namespace codearts::sim
