#include "exporter/explain_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string_view>

#include "api/json_writer.h"
#include "base/text.h"
#include "base/time_format.h"
#include "model/execution_status.h"

namespace codearts {
namespace {

// As a refresh decides: pipelines that were quiet for longer are not compared again.
constexpr Duration kActiveLately = std::chrono::hours(24 * 7);

std::string Ago(Timestamp then, Timestamp now) {
  const Duration age = std::chrono::floor<std::chrono::seconds>(now - then);
  return age < Duration(0) ? FormatIso8601(then)
                           : fmt::format("{} ({} ago)", FormatIso8601(then), FormatDuration(age));
}

void AddLine(std::string& text, std::string_view key, const std::string& value) {
  text += fmt::format("  {:<12} {}\n", key, EscapeControls(RepairUtf8(value)));
}

std::string DescribeRun(const RunSummary& run, Timestamp now) {
  std::string text = fmt::format("number {}, {}", run.run_number, ExecutionStatusName(run.status));
  if (run.start_time) text += ", started " + Ago(*run.start_time, now);
  if (run.start_time && run.end_time) {
    text += ", took " + FormatDuration(*run.end_time - *run.start_time);
  }
  return text;
}

std::string DescribeRefresh(const Explanation& explanation, const ExplainContext& context) {
  if (!explanation.refresh) {
    return context.exporter == "answers"
               ? "the running exporter does not know this project: it has another configuration"
               : "the exporter " + context.exporter;
  }
  const ProjectReport& report = *explanation.refresh;
  if (!report.last_refresh) return "none has succeeded yet";
  std::string text = Ago(*report.last_refresh, context.now);
  if (report.duration) text += ", took " + FormatDuration(*report.duration);
  return text;
}

std::string DescribeOpen(const PipelineState& state) {
  std::string text;
  for (const auto& [number, run] : state.open) {
    text += fmt::format("{}{} ({}{})", text.empty() ? "" : ", ", number,
                        ExecutionStatusName(run.status), IsUnread(run) ? ", to be read" : "");
  }
  return text.empty() ? "none" : text;
}

std::string DescribeCounted(const PipelineState& state) {
  std::map<RunResult, std::uint64_t> counts;
  for (const auto& [labels, totals] : state.runs) counts[labels.result] += totals.count;
  std::string text;
  for (const auto& [result, count] : counts) {
    if (count > 0) text += fmt::format("{} {}, ", RunResultName(result), count);
  }
  const std::uint64_t missed =
      std::accumulate(state.missed.begin(), state.missed.end(), std::uint64_t{0});
  return text + fmt::format("retries {}, missed {}", state.retries, missed);
}

// When the newest runs are compared with the ledger again.
std::optional<Timestamp> NextRecheck(const PipelineState& state, const ExplainContext& context) {
  if (context.rules.recheck == Duration(0)) return std::nullopt;
  if (context.now - state.last_activity >= kActiveLately) return std::nullopt;
  return state.last_recheck + context.rules.recheck;
}

std::string DescribeDue(const Explanation& explanation, const ExplainContext& context) {
  std::string text = fmt::format("listed at every scrape, at most every {}",
                                 FormatDuration(context.rules.min_interval));
  if (explanation.refresh && explanation.refresh->last_refresh) {
    text += fmt::format(", not before {}", FormatIso8601(*explanation.refresh->last_refresh +
                                                         context.rules.min_interval));
  }
  if (explanation.ledger == nullptr) return text;
  const PipelineState& state = *explanation.ledger;
  if (!state.open.empty()) text += "; its open runs are read then";
  if (state.history_unread) text += "; its past runs are read then";
  if (const std::optional<Timestamp> recheck = NextRecheck(state, context)) {
    text += "; its newest runs are compared again from " + FormatIso8601(*recheck);
  }
  return text;
}

std::string DescribeRule(const Explanation& explanation) {
  if (explanation.rule) return *explanation.rule;
  return explanation.api_failure ? "unknown: the API does not list the project now"
                                 : "gone: the API lists it no more";
}

void AddLedger(const Explanation& explanation, const ExplainContext& context, std::string& text) {
  if (explanation.ledger == nullptr) {
    AddLine(text, "ledger", "the state file does not have it");
    return;
  }
  const PipelineState& state = *explanation.ledger;
  AddLine(text, "ledger",
          fmt::format("settled up to run {}; first seen {}", state.mark,
                      Ago(state.first_seen, context.now)));
  AddLine(text, "open runs", DescribeOpen(state));
  AddLine(text, "counted", DescribeCounted(state));
}

std::string FormatExplanation(const Explanation& explanation, const ExplainContext& context) {
  std::string text = EscapeControls(
      RepairUtf8(fmt::format("pipeline {} ({})", explanation.name, explanation.id.value)));
  text += "\n";
  AddLine(text, "project",
          fmt::format("{} ({})", explanation.project, explanation.project_id.value));
  AddLine(text, "rule", DescribeRule(explanation));
  if (explanation.banned) AddLine(text, "banned", "yes: it can't be started");
  if (explanation.rule) {
    AddLine(text, "latest run",
            explanation.latest ? DescribeRun(*explanation.latest, context.now) : "none");
  }
  AddLine(text, "last refresh", DescribeRefresh(explanation, context));
  if (explanation.refresh) {
    const std::string& error = explanation.refresh->last_error;
    AddLine(text, "last error", error.empty() ? "none" : error);
  }
  AddLedger(explanation, context, text);
  AddLine(text, "due", DescribeDue(explanation, context));
  return text;
}

void WriteInteger(JsonWriter& json, std::string_view key, std::int64_t value) {
  json.Key(key);
  json.Integer(value);
}

void WriteTime(JsonWriter& json, std::string_view key, const std::optional<Timestamp>& time) {
  json.Key(key);
  if (time) {
    json.String(FormatIso8601(*time));
  } else {
    json.Null();
  }
}

void WriteLatest(JsonWriter& json, const std::optional<RunSummary>& run) {
  json.Key("latest_run");
  if (!run) {
    json.Null();
    return;
  }
  json.BeginObject();
  json.Field("id", run->id.value);
  WriteInteger(json, "number", run->run_number);
  json.Field("status", ExecutionStatusName(run->status));
  WriteTime(json, "start", run->start_time);
  WriteTime(json, "end", run->end_time);
  json.EndObject();
}

void WriteRefresh(JsonWriter& json, const std::optional<ProjectReport>& report) {
  json.Key("refresh");
  if (!report) {
    json.Null();
    return;
  }
  json.BeginObject();
  json.Key("up");
  json.Bool(report->up);
  WriteTime(json, "last", report->last_refresh);
  json.Field("last_error", report->last_error);
  json.EndObject();
}

void WriteLedger(JsonWriter& json, const Explanation& explanation, const ExplainContext& context) {
  json.Key("ledger");
  if (explanation.ledger == nullptr) {
    json.Null();
    return;
  }
  const PipelineState& state = *explanation.ledger;
  json.BeginObject();
  WriteInteger(json, "settled_up_to", state.mark);
  WriteTime(json, "first_seen", state.first_seen);
  json.Key("open_runs");
  json.BeginArray();
  for (const auto& [number, run] : state.open) {
    json.BeginObject();
    WriteInteger(json, "number", number);
    json.Field("id", run.id.value);
    json.Field("status", ExecutionStatusName(run.status));
    json.EndObject();
  }
  json.EndArray();
  json.Key("runs_total");
  json.BeginObject();
  std::map<RunResult, std::uint64_t> counts;
  for (const auto& [labels, totals] : state.runs) counts[labels.result] += totals.count;
  for (const auto& [result, count] : counts) {
    WriteInteger(json, RunResultName(result), static_cast<std::int64_t>(count));
  }
  json.EndObject();
  WriteInteger(json, "retries_total", static_cast<std::int64_t>(state.retries));
  json.Key("missed_total");
  json.BeginObject();
  for (std::size_t i = 0; i < state.missed.size(); ++i) {
    WriteInteger(json, MissedReasonName(static_cast<MissedReason>(i)),
                 static_cast<std::int64_t>(state.missed[i]));
  }
  json.EndObject();
  WriteTime(json, "next_recheck", NextRecheck(state, context));
  json.EndObject();
}

}  // namespace

std::string FormatExplanations(const std::vector<Explanation>& explanations,
                               const ExplainContext& context) {
  std::string text;
  for (const Explanation& explanation : explanations) {
    if (!text.empty()) text += "\n";
    text += FormatExplanation(explanation, context);
  }
  return text;
}

std::string FormatExplanationsAsJson(const std::vector<Explanation>& explanations,
                                     const ExplainContext& context) {
  JsonWriter json(JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Field("exporter", context.exporter);
  json.Key("pipelines");
  json.BeginArray();
  for (const Explanation& explanation : explanations) {
    json.BeginObject();
    json.Field("id", explanation.id.value);
    json.Field("name", explanation.name);
    json.Field("project", explanation.project);
    json.Field("project_id", explanation.project_id.value);
    json.Field("rule", DescribeRule(explanation));
    json.Key("taken");
    json.Bool(explanation.rule && explanation.rule->starts_with("taken"));
    json.Key("banned");
    json.Bool(explanation.banned);
    WriteLatest(json, explanation.latest);
    WriteRefresh(json, explanation.refresh);
    WriteLedger(json, explanation, context);
    json.Field("due", DescribeDue(explanation, context));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace codearts
