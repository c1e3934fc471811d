#include "web/status_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "api/json_writer.h"
#include "base/text.h"
#include "base/time_format.h"
#include "web/page.h"

namespace codearts {
namespace {

struct Column {
  std::string_view StatusTexts::*title;
  StatusOrder order;
  bool sortable = true;
};

constexpr std::array kColumns = {
    Column{&StatusTexts::pipeline, StatusOrder::kPipeline},
    Column{&StatusTexts::status, StatusOrder::kStatus},
    Column{&StatusTexts::run, StatusOrder::kUrgency, false},
    Column{&StatusTexts::when, StatusOrder::kWhen},
    Column{&StatusTexts::duration, StatusOrder::kDuration},
    Column{&StatusTexts::where, StatusOrder::kUrgency, false},
    Column{&StatusTexts::broken_since, StatusOrder::kBrokenSince},
    Column{&StatusTexts::active_runs, StatusOrder::kUrgency, false},
};

struct Look {
  std::string_view css;
  std::string_view symbol;
};

Look LookOf(ExecutionStatus status) {
  if (IsActive(status, std::nullopt) && status != ExecutionStatus::kUnknown) {
    switch (ActivityOf(status)) {
      case ActivityState::kQueued:
        return {"soft", "…"};
      case ActivityState::kPaused:
        return {"wait", "‖"};
      case ActivityState::kRunning:
        return {"busy", "▶"};
    }
  }
  const RunResult result = ResultOf(status);
  if (result == RunResult::kSuccess) return {"good", "✓"};
  if (result == RunResult::kFailure) return {"bad", "✗"};
  return {"soft", "–"};
}

// All statuses by the API's words, for the script.
void WriteStatuses(Language language, JsonWriter& json) {
  json.Key("statuses");
  json.BeginObject();
  for (int i = 0; i <= static_cast<int>(ExecutionStatus::kUnknown); ++i) {
    const auto status = static_cast<ExecutionStatus>(i);
    const Look look = LookOf(status);
    json.Key(ExecutionStatusName(status));
    json.BeginArray();
    json.String(look.css);
    json.String(look.symbol);
    json.String(StatusText(status, language));
    json.EndArray();
  }
  json.EndObject();
}

// What failed refreshes mean, by the reason's name, for the script.
void WriteReasons(Language language, JsonWriter& json) {
  json.Key("reasons");
  json.BeginObject();
  for (int i = 1; i <= static_cast<int>(StatusCode::kInternal); ++i) {
    const auto code = static_cast<StatusCode>(i);
    json.Key(StatusCodeName(code));
    json.String(ReasonText(code, language));
  }
  json.EndObject();
}

// The words that the script needs.
std::string ScriptTexts(const StatusTexts& texts, Language language) {
  const std::array<std::pair<std::string_view, std::string_view>, 21> words = {
      {{"ago", texts.ago},
       {"found", texts.found},
       {"up", texts.up},
       {"failing", texts.failing},
       {"waiting", texts.waiting},
       {"none", texts.none},
       {"never", texts.never},
       {"took", texts.took},
       {"days", texts.days},
       {"hours", texts.hours},
       {"minutes", texts.minutes},
       {"seconds", texts.seconds},
       {"underSecond", texts.under_second},
       {"usual", texts.usual},
       {"failures", texts.failures},
       {"shown", texts.shown},
       {"queued", texts.queued_runs},
       {"running", texts.running_runs},
       {"paused", texts.paused_runs},
       {"refreshFailed", texts.refresh_failed},
       {"neverRun", texts.never_run}}};
  JsonWriter json;
  json.BeginObject();
  for (const auto& [key, text] : words) {
    json.Key(key);
    json.String(text);
  }
  json.Key("labels");
  json.BeginArray();
  for (const Column& column : kColumns) json.String(texts.*column.title);
  json.EndArray();
  json.Key("projectLabels");
  json.BeginArray();
  for (const std::string_view label : ProjectColumns(texts)) json.String(label);
  json.EndArray();
  WriteReasons(language, json);
  WriteStatuses(language, json);
  json.EndObject();
  return json.Take();
}

void AppendHead(const StatusPage& page, const StatusTexts& texts, std::string& out) {
  out += "<thead><tr role=\"row\">";
  for (const Column& column : kColumns) {
    const std::string_view title = texts.*column.title;
    if (!column.sortable) {
      fmt::format_to(std::back_inserter(out), "<th scope=\"col\" role=\"columnheader\">{}</th>",
                     title);
      continue;
    }
    const bool sorted = page.query.order == column.order;
    StatusQuery query = page.query;
    query.order = column.order;
    query.descending = sorted && !page.query.descending;
    const std::string_view direction = page.query.descending ? "descending" : "ascending";
    fmt::format_to(
        std::back_inserter(out),
        "<th scope=\"col\" role=\"columnheader\"{}><a href=\"{}\" data-sort=\"{}\">{}</a></th>",
        sorted ? fmt::format(" aria-sort=\"{}\"", direction) : "",
        EscapeHtml(QueryLink(query, page)), StatusOrderName(column.order), title);
  }
  out += "</tr></thead>\n";
}

std::string StatusCell(const StatusRow& row, const StatusPage& page, const StatusTexts& texts) {
  if (!row.pipeline->latest) return fmt::format("<span class=\"soft\">{}</span>", texts.never_run);
  const ExecutionStatus status = row.pipeline->latest->status;
  const Look look = LookOf(status);
  return fmt::format(
      "<span class=\"status {}\" title=\"{}\"><span aria-hidden=\"true\">{}</span> {}</span>",
      look.css, ExecutionStatusName(status), look.symbol, StatusText(status, page.language));
}

std::string RunCell(const StatusRow& row) {
  if (!row.pipeline->latest) return {};
  const RunFacts& run = *row.pipeline->latest;
  const std::string_view url = LinkableUrl(run.url);
  std::string cell = url.empty() ? fmt::format("#{}", run.number)
                                 : fmt::format("<a href=\"{}\" rel=\"noreferrer\">#{}</a>",
                                               EscapeHtml(url), run.number);
  if (!run.branch.empty()) cell += fmt::format("<small>{}</small>", EscapeHtml(run.branch));
  return cell;
}

std::string DurationCell(const StatusRow& row, const StatusTexts& texts) {
  std::string cell;
  if (row.duration) cell = EscapeHtml(FormatSpan(*row.duration, texts));
  if (row.usual) {
    cell += fmt::format("<small>{}</small>",
                        EscapeHtml(Fill(texts.usual, FormatSpan(*row.usual, texts))));
  }
  return cell;
}

std::string WhereCell(const StatusRow& row) {
  std::string cell = EscapeHtml(row.stage);
  if (!row.job.empty()) cell += fmt::format("<small>{}</small>", EscapeHtml(row.job));
  return cell;
}

std::string BrokenCell(const StatusRow& row, const StatusPage& page, const StatusTexts& texts) {
  if (!row.broken()) return {};
  std::string cell = AgeElement(*row.pipeline->broken_since, page.now, texts);
  if (row.pipeline->consecutive_failures > 1) {
    cell += fmt::format("<small>{}</small>",
                        Fill(texts.failures, std::to_string(row.pipeline->consecutive_failures)));
  }
  return cell;
}

std::string ActiveCell(const StatusRow& row, const StatusTexts& texts) {
  const std::array<std::pair<std::string_view, std::int64_t>, 3> states = {
      {{texts.queued_runs, row.queued.count},
       {texts.running_runs, row.running.count},
       {texts.paused_runs, row.paused.count}}};
  std::string cell;
  for (const auto& [text, count] : states) {
    if (count == 0) continue;
    if (!cell.empty()) cell += ", ";
    cell += Fill(text, std::to_string(count));
  }
  return cell;
}

void AppendRow(const StatusRow& row, const StatusPage& page, const StatusTexts& texts,
               std::string& out) {
  std::string_view css;
  if (row.paused.count > 0) css = "paused";
  if (row.broken()) css = "broken";
  fmt::format_to(std::back_inserter(out),
                 "<tr class=\"{}\" data-id=\"{}\" role=\"row\"><th scope=\"row\" "
                 "role=\"rowheader\">{}<small>{}</small></th>",
                 css, EscapeHtml(row.pipeline->id.value), EscapeHtml(row.pipeline->name),
                 EscapeHtml(row.project->name));
  const std::array<std::string, kColumns.size() - 1> cells = {
      StatusCell(row, page, texts),
      RunCell(row),
      row.when ? AgeElement(*row.when, page.now, texts) : std::string(),
      DurationCell(row, texts),
      WhereCell(row),
      BrokenCell(row, page, texts),
      ActiveCell(row, texts),
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "<td role=\"cell\" data-label=\"{}\">{}</td>",
                   texts.*kColumns[i + 1].title, cells[i]);
  }
  out += "</tr>\n";
}

}  // namespace

std::array<std::string_view, 6> ProjectColumns(const StatusTexts& texts) {
  return {texts.project,   texts.state,        texts.region,
          texts.pipelines, texts.last_refresh, texts.last_error};
}

std::string Fill(std::string_view text, std::string_view value) {
  return fmt::format(fmt::runtime(text), value);
}

std::string FormatSpan(Duration span, const StatusTexts& texts) {
  const std::array<std::pair<std::int64_t, std::string_view>, 4> units = {
      {{86400, texts.days}, {3600, texts.hours}, {60, texts.minutes}, {1, texts.seconds}}};
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(span).count();
  if (seconds < 1) return std::string(texts.under_second);
  for (std::size_t i = 0; i + 1 < units.size(); ++i) {
    const auto& [size, form] = units[i];
    if (seconds < size) continue;
    const auto& [next_size, next_form] = units[i + 1];
    return Fill(form, std::to_string(seconds / size)) + " " +
           Fill(next_form, std::to_string(seconds % size / next_size));
  }
  return Fill(texts.seconds, std::to_string(seconds));
}

std::string AgeElement(Timestamp time, Timestamp now, const StatusTexts& texts) {
  const std::string instant = FormatIso8601(std::chrono::floor<std::chrono::seconds>(time));
  return fmt::format("<time datetime=\"{0}\" title=\"{0}\">{1}</time>", instant,
                     EscapeHtml(Fill(texts.ago, FormatSpan(now - time, texts))));
}

std::string QueryLink(const StatusQuery& query, const StatusPage& page) {
  std::string link = "?show=" + std::string(StatusFilterName(query.filter));
  if (!query.name.empty()) link += "&q=" + PercentEncode(query.name);
  if (query.order != StatusOrder::kUrgency) {
    link += "&sort=" + std::string(StatusOrderName(query.order));
  }
  if (query.descending) link += "&desc=1";
  if (query.all) link += "&all=1";
  if (page.language_chosen) {
    link += page.language == Language::kChinese ? "&lang=zh" : "&lang=en";
  }
  return link;
}

void AppendPipelineTable(const StatusPage& page, const StatusTexts& texts,
                         const std::vector<StatusRow>& rows, std::string& out) {
  std::vector<const StatusRow*> shown;
  for (const StatusRow& row : rows) {
    if (Matches(row, page.query)) shown.push_back(&row);
  }
  const bool cut = !page.query.all && shown.size() > kShownRows;
  if (cut) shown.resize(kShownRows);
  fmt::format_to(std::back_inserter(out),
                 "<p class=\"soft\" id=\"count\" role=\"status\">{}</p>\n"
                 "<table id=\"table\" role=\"table\" aria-labelledby=\"pipelines\" "
                 "data-limit=\"{}\" data-texts=\"{}\">\n",
                 fmt::format(fmt::runtime(texts.shown), shown.size(), rows.size()), kShownRows,
                 EscapeHtml(ScriptTexts(texts, page.language)));
  AppendHead(page, texts, out);
  out += "<tbody>\n";
  for (const StatusRow* row : shown) AppendRow(*row, page, texts, out);
  StatusQuery all = page.query;
  all.all = true;
  fmt::format_to(std::back_inserter(out),
                 "</tbody>\n</table>\n<p id=\"more\"{}><a href=\"{}\">{}</a></p>\n",
                 cut ? "" : " hidden", EscapeHtml(QueryLink(all, page)), texts.show_all);
}

}  // namespace codearts
