#include "collect/run_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>

namespace codearts {
namespace {

template <typename T>
std::string OwnName(const T& item) {
  if (!item.name.empty()) return item.name;
  if (!item.identifier.empty()) return item.identifier;
  return fmt::format("#{}", item.sequence.value_or(0));
}

// A step without a name (those of `pre` have none) goes by its plug-in.
template <>
std::string OwnName(const StepRun& step) {
  if (!step.name.empty()) return step.name;
  if (!step.task.empty()) return step.task;
  return fmt::format("#{}", step.sequence.value_or(0));
}

template <typename T>
std::vector<std::string> UniqueNames(const std::vector<T>& items) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&items](std::size_t a, std::size_t b) {
    constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max();
    return items[a].sequence.value_or(kLast) < items[b].sequence.value_or(kLast);
  });
  std::vector<std::string> names(items.size());
  std::map<std::string, int> used;
  for (const std::size_t index : order) {
    const std::string own = OwnName(items[index]);
    if (own == kOverflowName) {
      names[index] = own;
      continue;
    }
    std::string name = own;
    // A loop, as "build #2" may be somebody's own name.
    for (int repeat = 2; !used.emplace(name, 1).second; ++repeat) {
      name = fmt::format("{} #{}", own, repeat);
    }
    names[index] = std::move(name);
  }
  return names;
}

template <typename View>
const View* FindByName(const std::vector<View>& views, const std::string& name) {
  const auto found = std::find_if(views.begin(), views.end(),
                                  [&name](const View& view) { return view.name == name; });
  return found == views.end() ? nullptr : &*found;
}

template <typename View>
bool IsShownOverflow(const std::string& name, const std::vector<View>& views) {
  return name == kOverflowName && FindByName(views, name) != nullptr;
}

std::vector<StepView> ViewSteps(const std::vector<StepRun>& steps) {
  const std::vector<std::string> names = StepNames(steps);
  std::vector<StepView> views;
  views.reserve(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    views.push_back(
        {names[i], steps[i].status, DurationOf(steps[i].start_time, steps[i].end_time)});
  }
  return views;
}

void AppendGateSteps(std::string_view name, const std::vector<StepRun>& steps,
                     std::vector<JobView>& jobs) {
  if (steps.empty()) return;
  jobs.push_back({std::string(name), std::nullopt, std::nullopt, ViewSteps(steps)});
}

std::vector<JobView> ViewJobs(const StageRun& stage) {
  const std::vector<std::string> names = JobNames(stage.jobs);
  std::vector<JobView> views;
  views.reserve(stage.jobs.size() + 2);
  AppendGateSteps(kPreJobName, stage.pre, views);
  for (std::size_t i = 0; i < stage.jobs.size(); ++i) {
    const JobRun& job = stage.jobs[i];
    if (IsShownOverflow(names[i], views)) continue;
    views.push_back(
        {names[i], job.status, DurationOf(job.start_time, job.end_time), ViewSteps(job.steps)});
  }
  AppendGateSteps(kPostJobName, stage.post, views);
  return views;
}

void CarryChildren(const StepView&, bool, StepView&) {}
void CarryChildren(const JobView& previous, bool run_is_active, JobView& view);
void CarryChildren(const StageView& previous, bool run_is_active, StageView& view);

void DropStatus(StepView& view) {
  view.status.reset();
}
void DropStatus(JobView& view) {
  view.status.reset();
  std::for_each(view.steps.begin(), view.steps.end(), [](StepView& step) { DropStatus(step); });
}
void DropStatus(StageView& view) {
  view.status.reset();
  std::for_each(view.jobs.begin(), view.jobs.end(), [](JobView& job) { DropStatus(job); });
}

template <typename View>
void CarryLevel(const std::vector<View>& previous, bool run_is_active, std::vector<View>& views) {
  for (View& view : views) {
    const View* earlier = FindByName(previous, view.name);
    if (earlier == nullptr) continue;
    if (!view.duration) view.duration = earlier->duration;
    CarryChildren(*earlier, run_is_active, view);
  }
  if (!run_is_active) return;
  for (const View& earlier : previous) {
    if (FindByName(views, earlier.name) != nullptr) continue;
    views.push_back(earlier);
    DropStatus(views.back());
  }
}

void CarryChildren(const JobView& previous, bool run_is_active, JobView& view) {
  CarryLevel(previous.steps, run_is_active, view.steps);
}
void CarryChildren(const StageView& previous, bool run_is_active, StageView& view) {
  CarryLevel(previous.jobs, run_is_active, view.jobs);
}

}  // namespace

std::vector<std::string> StageNames(const std::vector<StageRun>& stages) {
  return UniqueNames(stages);
}
std::vector<std::string> JobNames(const std::vector<JobRun>& jobs) {
  return UniqueNames(jobs);
}
std::vector<std::string> StepNames(const std::vector<StepRun>& steps) {
  return UniqueNames(steps);
}

std::optional<Duration> DurationOf(const std::optional<Timestamp>& start,
                                   const std::optional<Timestamp>& end) {
  if (!start || !end || *end < *start) return std::nullopt;
  return *end - *start;
}

std::vector<StageView> ViewStages(const PipelineRun& run) {
  const std::vector<std::string> names = StageNames(run.stages);
  std::vector<StageView> views;
  views.reserve(run.stages.size());
  for (std::size_t i = 0; i < run.stages.size(); ++i) {
    const StageRun& stage = run.stages[i];
    if (IsShownOverflow(names[i], views)) continue;
    views.push_back(
        {names[i], stage.status, DurationOf(stage.start_time, stage.end_time), ViewJobs(stage)});
  }
  return views;
}

void CarryOver(const std::vector<StageView>& previous, bool run_is_active,
               std::vector<StageView>& views) {
  CarryLevel(previous, run_is_active, views);
}

}  // namespace codearts
