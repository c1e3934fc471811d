#include <fmt/core.h>

#include <numeric>
#include <string_view>

#include "api/json_writer.h"
#include "base/text.h"
#include "exporter/plan.h"

namespace codearts {
namespace {

std::int64_t TotalOf(const CallCounts& calls) {
  return std::accumulate(calls.begin(), calls.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
}

std::int64_t CallsOf(const CallCounts& calls, const std::string& endpoint) {
  const auto found = calls.find(endpoint);
  return found == calls.end() ? 0 : found->second;
}

std::string OneLine(const std::string& text) {
  return EscapeControls(RepairUtf8(text));
}

void AppendProject(const ProjectCounts& project, std::string& text) {
  text += project.name.empty()
              ? fmt::format("project {}\n", project.id)
              : fmt::format("project {} ({})\n", OneLine(project.name), project.id);
  if (!project.failure.empty()) {
    text += fmt::format("  can't be listed: {}\n", OneLine(project.failure));
    return;
  }
  text += fmt::format("  {} pipelines, {} matched: {} in progress, {} never ran\n",
                      project.pipelines, project.matched, project.active, project.never_ran);
  for (const auto& [rule, count] : project.dropped) {
    text += fmt::format("  {} {}\n", count, OneLine(rule));
  }
}

void AppendCalls(const PlanEstimate& estimate, const PlanContext& context, std::string& text) {
  text += fmt::format("\n{:<24}{:>15}{:>10}{:>8}{:>8}{:>8}{:>9}\n", "API calls of a scrape",
                      "list_pipelines", "list_runs", "detail", "queue", "total", "seconds");
  const auto row = [&](std::string_view name, const CallCounts& calls) {
    text += fmt::format("  {:<22}{:>15}{:>10}{:>8}{:>8}{:>8}{:>9.1f}\n", name,
                        CallsOf(calls, "list_pipelines"), CallsOf(calls, "list_runs"),
                        CallsOf(calls, "detail"), CallsOf(calls, "queue"), TotalOf(calls),
                        static_cast<double>(TotalOf(calls)) / context.requests_per_second);
  };
  row("cold", estimate.cold);
  row("quiet", estimate.quiet);
  row("busy", estimate.busy);
  if (context.past_runs > 0) {
    text += fmt::format(
        "  history.since reaches back: at most {} past runs are read besides, a call each and one "
        "per page\n",
        context.past_runs);
  }
}

void AppendSeries(const PlanEstimate& estimate, std::string& text) {
  text += fmt::format("\n{:<64}{:>10}{:>10}\n", "Series of a scrape", "first", "grown");
  for (const auto& [family, count] : estimate.grown.series) {
    const auto first = estimate.first.series.find(family);
    text += fmt::format("  {:<62}{:>10}{:>10}\n", family,
                        first == estimate.first.series.end() ? 0 : first->second, count);
  }
  text += fmt::format("  {:<62}{:>10}{:>10}\n", "all", estimate.first.total_series,
                      estimate.grown.total_series);
  text += fmt::format("\n{:<64}{:>10}{:>10}\n", "Bytes of a scrape", "first", "grown");
  text +=
      fmt::format("  {:<62}{:>10}{:>10}\n", "as text", estimate.first.bytes, estimate.grown.bytes);
  text += fmt::format("  {:<62}{:>10}{:>10}\n", "with gzip", estimate.first.gzip_bytes,
                      estimate.grown.gzip_bytes);
}

void WriteCalls(JsonWriter& json, std::string_view key, const CallCounts& calls,
                double requests_per_second) {
  json.Key(key);
  json.BeginObject();
  for (const auto& [endpoint, count] : calls) {
    json.Key(endpoint);
    json.Integer(count);
  }
  json.Key("total");
  json.Integer(TotalOf(calls));
  json.Key("seconds");
  json.Number(static_cast<double>(TotalOf(calls)) / requests_per_second);
  json.EndObject();
}

void WritePage(JsonWriter& json, std::string_view key, const PageSize& size) {
  json.Key(key);
  json.BeginObject();
  json.Key("series");
  json.BeginObject();
  for (const auto& [family, count] : size.series) {
    json.Key(family);
    json.Integer(count);
  }
  json.EndObject();
  for (const auto& [name, value] :
       {std::pair{"total_series", size.total_series}, std::pair{"bytes", size.bytes},
        std::pair{"gzip_bytes", size.gzip_bytes}}) {
    json.Key(name);
    json.Integer(value);
  }
  json.EndObject();
}

void WriteProject(JsonWriter& json, const ProjectCounts& project) {
  json.BeginObject();
  for (const auto& [name, value] : {std::pair{"id", &project.id}, std::pair{"name", &project.name},
                                    std::pair{"error", &project.failure}}) {
    json.Key(name);
    json.String(*value);
  }
  for (const auto& [name, value] :
       {std::pair{"pipelines", project.pipelines}, std::pair{"matched", project.matched},
        std::pair{"active", project.active}, std::pair{"never_ran", project.never_ran}}) {
    json.Key(name);
    json.Integer(value);
  }
  json.Key("dropped");
  json.BeginObject();
  for (const auto& [rule, count] : project.dropped) {
    json.Key(rule);
    json.Integer(count);
  }
  json.EndObject();
  json.EndObject();
}

}  // namespace

std::string FormatPlan(const PlanEstimate& estimate, const PlanContext& context) {
  std::string text;
  for (const ProjectCounts& project : estimate.projects) AppendProject(project, text);
  AppendCalls(estimate, context, text);
  AppendSeries(estimate, text);
  text += fmt::format(
      "\nMeasured, by {} calls: pipelines, rules, stages of latest runs; jobs and steps of {} "
      "runs.\nEstimated: jobs and steps of the other pipelines, as those of the runs that were "
      "read.\ncold: an empty state file; older runs still in progress are read besides. quiet: "
      "nothing happened. busy: a run of every pipeline "
      "changed.\nfirst: the page after a cold scrape. grown: when each pipeline has had a success "
      "and a failure.\nseconds: at api.requests_per_second = {}; what a scrape can't wait for "
      "comes "
      "with the next.\n",
      context.calls_made, estimate.sampled, context.requests_per_second);
  return text;
}

std::string FormatPlanAsJson(const PlanEstimate& estimate, const PlanContext& context) {
  JsonWriter json(JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("projects");
  json.BeginArray();
  for (const ProjectCounts& project : estimate.projects) WriteProject(json, project);
  json.EndArray();
  json.Key("calls");
  json.BeginObject();
  WriteCalls(json, "cold", estimate.cold, context.requests_per_second);
  WriteCalls(json, "quiet", estimate.quiet, context.requests_per_second);
  WriteCalls(json, "busy", estimate.busy, context.requests_per_second);
  json.Key("past_runs_at_most");
  json.Integer(context.past_runs);
  json.EndObject();
  json.Key("page");
  json.BeginObject();
  WritePage(json, "first", estimate.first);
  WritePage(json, "grown", estimate.grown);
  json.EndObject();
  json.Key("calls_made");
  json.Integer(context.calls_made);
  json.Key("runs_sampled");
  json.Integer(estimate.sampled);
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace codearts
