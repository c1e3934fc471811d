#include "exporter/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <utility>

#include "base/logging.h"
#include "base/text.h"
#include "base/time_format.h"
#include "collect/sqlite_ledger_store.h"
#include "config/nearest.h"
#include "exporter/check_config.h"
#include "exporter/command_session.h"
#include "exporter/explain_format.h"
#include "exporter/survey.h"

namespace codearts {
namespace {

constexpr std::size_t kMostSuggestions = 5;

// Where explanations come from.
struct Sources {
  Survey survey;
  std::map<ProjectId, ProjectLedger> ledgers;
  std::map<ProjectId, ProjectReport> reports;
  std::string exporter;  // "answers", or why there are no reports.
};

void Warn(const std::string& text) {
  fmt::print(stderr, "warning: {}\n", EscapeControls(RepairUtf8(text)));
}

Sources ReadSources(CommandSession& session, const ExporterLogin& login) {
  Sources sources;
  const Config& config = session.config();
  sources.survey = MakeSurvey(session);
  for (const Status& failure : sources.survey.failures) Warn(failure.message());
  for (const SurveyedProject& project : sources.survey.projects) {
    if (!project.failure) continue;
    Warn(fmt::format("project {}: {}", project.plan->target.project.value,
                     project.failure->message()));
  }
  if (!config.state.path.empty()) {
    Result<std::map<ProjectId, ProjectLedger>> ledgers = ReadLedgers(config.state.path);
    if (ledgers.ok()) {
      sources.ledgers = std::move(*ledgers);
    } else {
      Warn(ledgers.status().message());
    }
  }
  Result<std::map<ProjectId, ProjectReport>> reports = ReadProjectReports(config.web, login);
  sources.exporter = reports.ok() ? "answers" : "gives no status: " + reports.status().message();
  if (reports.ok()) sources.reports = std::move(*reports);
  return sources;
}

Explanation BeginExplanation(const SurveyedProject& project, PipelineId id, std::string name) {
  Explanation explanation;
  explanation.id = std::move(id);
  explanation.name = std::move(name);
  explanation.project_id = project.plan->target.project;
  explanation.project = project.name;
  return explanation;
}

Explanation ExplainListed(const SurveyedProject& project, const Pipeline& pipeline) {
  Explanation explanation = BeginExplanation(project, pipeline.id, pipeline.name);
  explanation.rule =
      DescribeVerdict(JudgePipeline(*project.plan, pipeline), project.plan->shard.total);
  explanation.banned = pipeline.banned.value_or(false);
  explanation.latest = pipeline.latest_run;
  return explanation;
}

Explanation ExplainLedger(const SurveyedProject& project, const PipelineState& state) {
  Explanation explanation = BeginExplanation(project, state.id, state.name);
  explanation.api_failure = project.failure;
  return explanation;
}

std::shared_ptr<const PipelineState> FindState(const ProjectLedger& ledger, const PipelineId& id) {
  if (const auto found = ledger.pipelines.find(id); found != ledger.pipelines.end()) {
    return found->second;
  }
  const auto retired = ledger.retired.find(id);
  return retired == ledger.retired.end() ? nullptr : retired->second.state;
}

// Returns every pipeline that the API lists or the ledger knows.
std::vector<Explanation> ExplainAll(const Sources& sources) {
  std::vector<Explanation> all;
  for (const SurveyedProject& project : sources.survey.projects) {
    const auto ledger = sources.ledgers.find(project.plan->target.project);
    const std::size_t first = all.size();
    for (const Pipeline& pipeline : project.pipelines) {
      all.push_back(ExplainListed(project, pipeline));
    }
    if (ledger != sources.ledgers.end()) {
      for (std::size_t i = first; i < all.size(); ++i) {
        all[i].ledger = FindState(ledger->second, all[i].id);
      }
      std::map<PipelineId, std::shared_ptr<const PipelineState>> unlisted =
          ledger->second.pipelines;
      for (const auto& [id, entry] : ledger->second.retired) unlisted[id] = entry.state;
      for (std::size_t i = first; i < all.size(); ++i) unlisted.erase(all[i].id);
      for (const auto& [id, state] : unlisted) {
        all.push_back(ExplainLedger(project, *state));
        all.back().ledger = state;
      }
    }
    const auto report = sources.reports.find(project.plan->target.project);
    if (report == sources.reports.end()) continue;
    for (std::size_t i = first; i < all.size(); ++i) all[i].refresh = report->second;
  }
  return all;
}

void ExplainNothing(const std::string& wanted, const std::vector<Explanation>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Explanation& explanation : all) names.push_back(explanation.name);
  const std::vector<std::string> similar = SimilarNames(wanted, std::move(names));
  std::string text = fmt::format("no pipeline has the name or id \"{}\"", wanted);
  for (std::size_t i = 0; i < similar.size(); ++i) {
    text += fmt::format("{}\"{}\"", i == 0 ? "; did you mean " : ", ", similar[i]);
  }
  text += similar.empty() ? fmt::format("; {} pipelines are known", all.size()) : "?";
  fmt::print(stderr, "error: {}\n", EscapeControls(RepairUtf8(text)));
}

}  // namespace

std::vector<std::string> SimilarNames(const std::string& word, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::string> similar;
  const std::string wanted = ToLower(word);
  const auto take = [&](const std::string& name) {
    if (std::find(similar.begin(), similar.end(), name) == similar.end()) similar.push_back(name);
  };
  if (const std::string nearest = FindNearest(word, names); !nearest.empty()) take(nearest);
  for (const std::string& name : names) {
    if (similar.size() >= kMostSuggestions) break;
    if (!wanted.empty() && ToLower(name).find(wanted) != std::string::npos) take(name);
  }
  return similar;
}

int Explain(const CommandLine& line) {
  std::optional<Config> config = LoadOrExplain(line);
  if (!config) return 1;
  ConfigureLogging(LogLevel::kError, config->log.format);
  const ExplainRules rules{config->scrape.min_interval, config->history.recheck};
  const Result<std::unique_ptr<CommandSession>> session =
      CommandSession::Create(*std::move(config));
  if (!session.ok()) {
    fmt::print(stderr, "error: {}\n", session.status().message());
    return 1;
  }
  const Sources sources = ReadSources(**session, line.login);
  const std::vector<Explanation> all = ExplainAll(sources);
  std::vector<Explanation> matched;
  std::copy_if(all.begin(), all.end(), std::back_inserter(matched),
               [&line](const Explanation& explanation) {
                 return explanation.name == line.pipeline || explanation.id.value == line.pipeline;
               });
  if (matched.empty()) {
    ExplainNothing(line.pipeline, all);
    return 1;
  }
  const ExplainContext context{rules, sources.exporter, (*session)->clock().Now()};
  const std::string text = line.output == OutputFormat::kJson
                               ? FormatExplanationsAsJson(matched, context)
                               : FormatExplanations(matched, context);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace codearts
