#include "exporter/plan.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/logging.h"
#include "exporter/check_config.h"
#include "exporter/command_session.h"
#include "exporter/progress.h"

namespace codearts {
namespace {

// Enough to tell typical pipelines from odd ones.
constexpr std::size_t kSamples = 10;
constexpr Duration kLongestSampling = std::chrono::seconds(30);

SampledRuns ReadSamples(CommandSession& session, const std::vector<SampleChoice>& choices) {
  SampledRuns runs;
  Progress progress(stderr, "read", "runs");
  progress.Expect(choices.size());
  for (const SampleChoice& choice : choices) {
    const PipelineId& id = choice.pipeline->id;
    session.api().ShowPipelineRunDetail(choice.project->plan->target, id,
                                        choice.pipeline->latest_run->id,
                                        [&runs, &progress, id](Result<PipelineRun> detail) {
                                          progress.Advance();
                                          if (detail.ok()) runs[id] = std::move(*detail);
                                        });
  }
  session.Run(kLongestSampling);
  return runs;
}

std::int64_t CountCalls(const Survey& survey, std::size_t samples) {
  auto calls = static_cast<std::int64_t>(samples);
  for (const SurveyedProject& project : survey.projects) calls += project.calls;
  return calls;
}

// Run numbers tell how many there were since the pipeline was made.
std::int64_t CountPastRuns(const Survey& survey) {
  std::int64_t runs = 0;
  for (const SurveyedProject& project : survey.projects) {
    for (const Pipeline& pipeline : project.pipelines) {
      if (!pipeline.latest_run || !IsMatched(*project.plan, pipeline)) continue;
      runs += pipeline.latest_run->run_number;
    }
  }
  return runs;
}

// Whether everything could be listed; says what could not.
bool IsComplete(const Survey& survey) {
  bool complete = survey.failures.empty();
  for (const Status& failure : survey.failures) {
    fmt::print(stderr, "error: {}\n", failure.message());
  }
  for (const SurveyedProject& project : survey.projects) complete &= !project.failure;
  return complete;
}

}  // namespace

int PlanScrapes(const CommandLine& line) {
  std::optional<Config> config = LoadOrExplain(line);
  if (!config) return 1;
  ConfigureLogging(LogLevel::kError, config->log.format);
  const Result<std::unique_ptr<CommandSession>> created =
      CommandSession::Create(*std::move(config));
  if (!created.ok()) {
    fmt::print(stderr, "error: {}\n", created.status().message());
    return 1;
  }
  CommandSession& session = **created;
  const Survey survey = MakeSurvey(session);
  const std::vector<SampleChoice> choices = ChooseSamples(survey, kSamples);
  const SampledRuns samples = ReadSamples(session, choices);
  const PlanEstimate estimate =
      EstimatePlan(survey, samples, session.plan(),
                   {session.config().metrics, session.metrics(), session.clock().Now()});
  PlanContext context;
  context.requests_per_second = session.config().api.requests_per_second;
  context.calls_made = CountCalls(survey, choices.size());
  if (!std::holds_alternative<SinceFirstSeen>(session.config().history.since)) {
    context.past_runs = CountPastRuns(survey);
  }
  const std::string text = line.output == OutputFormat::kJson ? FormatPlanAsJson(estimate, context)
                                                              : FormatPlan(estimate, context);
  std::fputs(text.c_str(), stdout);
  return IsComplete(survey) ? 0 : 1;
}

}  // namespace codearts
