#include "exporter/survey.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <set>
#include <utility>

#include "collect/discovery.h"
#include "collect/shard.h"
#include "exporter/progress.h"

namespace codearts {
namespace {

constexpr Duration kLongestSurvey = std::chrono::seconds(60);

void Take(Result<Listing<Pipeline>> listing, SurveyedProject& project) {
  if (!listing.ok()) {
    project.failure = listing.status();
    return;
  }
  std::set<PipelineId> seen;
  for (Pipeline& pipeline : listing->items) {
    if (!seen.insert(pipeline.id).second) continue;
    if (project.name.empty()) project.name = pipeline.project_name;
    project.pipelines.push_back(std::move(pipeline));
  }
  if (project.name.empty()) project.name = project.plan->target.project.value;
}

}  // namespace

FilterVerdict JudgePipeline(const ProjectPlan& plan, const Pipeline& pipeline) {
  FilterVerdict verdict;
  verdict.shard = ShardOf(pipeline.id, plan.shard.total);
  const auto find = [&pipeline](const std::shared_ptr<const NamePatterns>& patterns) {
    return patterns == nullptr ? nullptr : patterns->FindMatch(pipeline.name);
  };
  const std::string* included = find(plan.include);
  if (plan.include != nullptr && included == nullptr) {
    verdict.kind = FilterVerdict::Kind::kNotIncluded;
  } else if (const std::string* excluded = find(plan.exclude)) {
    verdict.kind = FilterVerdict::Kind::kExcluded;
    verdict.pattern = *excluded;
  } else {
    if (included != nullptr) verdict.pattern = *included;
    if (verdict.shard != plan.shard.ordinal) verdict.kind = FilterVerdict::Kind::kOtherShard;
  }
  return verdict;
}

std::string DescribeVerdict(const FilterVerdict& verdict, int total_shards) {
  switch (verdict.kind) {
    case FilterVerdict::Kind::kTaken:
      if (verdict.pattern.empty()) return "taken: the project has no filter";
      return fmt::format("taken: include \"{}\" matches its name, and no exclude does",
                         verdict.pattern);
    case FilterVerdict::Kind::kNotIncluded:
      return "dropped: no pattern of include matches its name";
    case FilterVerdict::Kind::kExcluded:
      return fmt::format("dropped: exclude \"{}\" matches its name", verdict.pattern);
    case FilterVerdict::Kind::kOtherShard:
      return fmt::format("dropped: it belongs to shard {} of {}", verdict.shard, total_shards);
  }
  return "";
}

Survey MakeSurvey(CommandSession& session) {
  Survey survey;
  const std::vector<std::shared_ptr<const ProjectPlan>> discovered =
      DiscoverProjects(session.api(), session.plan().discoveries,
                       [&survey](const Status& status) { survey.failures.push_back(status); });
  for (const auto& plan : JoinProjects(session.plan().projects, discovered)) {
    SurveyedProject project;
    project.plan = plan;
    project.name = plan->name;
    survey.projects.push_back(std::move(project));
  }
  Progress progress(stderr, "listed", "projects");
  progress.Expect(survey.projects.size());
  for (SurveyedProject& project : survey.projects) {
    ListReader<Pipeline>::Read(
        session.plan().rules->page_size,
        [&session, &project](PageRequest page, CodeArtsApi::Done<Page<Pipeline>> done) {
          ++project.calls;
          session.api().ListPipelines(project.plan->target, page, std::move(done));
        },
        [&project, &progress](Result<Listing<Pipeline>> listing) {
          Take(std::move(listing), project);
          progress.Advance();
        });
  }
  session.Run(kLongestSurvey);
  return survey;
}

}  // namespace codearts
