#include "web/status_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "web/page.h"
#include "web/status_table.h"

namespace codearts {
namespace {

void AppendHeader(const StatusPage& page, const StatusTexts& texts, std::string& out) {
  std::string facts = Fill(texts.version, page.facts.version);
  if (page.facts.shard.total > 1) {
    facts += ", " + fmt::format(fmt::runtime(texts.shard), page.facts.shard.ordinal,
                                page.facts.shard.total);
  }
  fmt::format_to(std::back_inserter(out),
                 "<a class=\"skip\" href=\"#pipelines\">{}</a>\n<header>\n<h1>{}</h1>\n"
                 "<span class=\"soft\">{}</span>\n<nav aria-label=\"{}\">\n<ul>\n",
                 texts.skip, texts.title, EscapeHtml(facts), texts.endpoints);
  // Relative, so that the page works behind a proxy that gives it a prefix.
  std::string_view metrics = page.facts.telemetry_path;
  metrics.remove_prefix(1);
  const std::array<std::pair<std::string_view, std::string_view>, 5> links = {
      {{metrics, texts.metrics},
       {"sd", texts.discovery},
       {"api/v1/status", texts.data},
       {"-/healthy", texts.healthy},
       {"-/ready", texts.ready}}};
  for (const auto& [path, text] : links) {
    fmt::format_to(std::back_inserter(out), "<li><a href=\"{}\">{}</a></li>\n", EscapeHtml(path),
                   text);
  }
  fmt::format_to(std::back_inserter(out),
                 "<li><a href=\"?lang={0}\" hreflang=\"{0}\" lang=\"{0}\">{1}</a></li>\n"
                 "</ul>\n</nav>\n</header>\n",
                 texts.other_language_query, texts.other_language);
}

std::string_view FilterText(StatusFilter filter, const StatusTexts& texts) {
  switch (filter) {
    case StatusFilter::kAll:
      break;
    case StatusFilter::kBroken:
      return texts.broken;
    case StatusFilter::kActive:
      return texts.active;
    case StatusFilter::kPaused:
      return texts.paused;
    case StatusFilter::kHealthy:
      return texts.healthy_pipelines;
    case StatusFilter::kNeverRun:
      return texts.never_run;
  }
  return texts.all;
}

void AppendTiles(const StatusPage& page, const StatusTexts& texts,
                 const std::vector<StatusRow>& rows, std::string& out) {
  out += "<ul class=\"tiles\">\n";
  for (const StatusFilter filter : kStatusFilters) {
    const auto count = std::count_if(rows.begin(), rows.end(),
                                     [&](const StatusRow& row) { return Matches(row, filter); });
    StatusQuery query = page.query;
    query.filter = filter;
    fmt::format_to(std::back_inserter(out),
                   "<li><a href=\"{}\" data-show=\"{}\"{}><strong{}>{}</strong> {}</a></li>\n",
                   EscapeHtml(QueryLink(query, page)), StatusFilterName(filter),
                   filter == page.query.filter ? " aria-current=\"true\"" : "",
                   filter == StatusFilter::kBroken && count > 0 ? " class=\"bad\"" : "", count,
                   FilterText(filter, texts));
  }
  out += "</ul>\n";
}

void AppendForm(const StatusPage& page, const StatusTexts& texts, std::string& out) {
  fmt::format_to(
      std::back_inserter(out),
      "<form method=\"get\" role=\"search\">\n<div><label for=\"q\">{}</label>"
      "<input id=\"q\" name=\"q\" type=\"search\" autocomplete=\"off\" value=\"{}\"></div>\n"
      "<div><label for=\"show\">{}</label><select id=\"show\" name=\"show\">",
      texts.find, EscapeHtml(page.query.name), texts.show);
  for (const StatusFilter filter : kStatusFilters) {
    fmt::format_to(std::back_inserter(out), "<option value=\"{}\"{}>{}</option>",
                   StatusFilterName(filter), filter == page.query.filter ? " selected" : "",
                   FilterText(filter, texts));
  }
  out += "</select></div>\n";
  if (page.language_chosen) {
    fmt::format_to(std::back_inserter(out), "<input type=\"hidden\" name=\"lang\" value=\"{}\">\n",
                   texts.code.substr(0, 2));
  }
  fmt::format_to(std::back_inserter(out),
                 "<div><button type=\"submit\">{}</button></div>\n"
                 "<div hidden id=\"keep\"><label><input type=\"checkbox\" checked> {}</label></div>"
                 "\n</form>\n",
                 texts.apply, texts.keep_current);
}

std::string ErrorText(const SourceRow& row, const StatusPage& page, const StatusTexts& texts) {
  if (row.last_error == nullptr) return std::string(texts.none);
  std::string cell =
      fmt::format("{}<small>{}</small>", ReasonText(row.last_error->code(), page.language),
                  EscapeHtml(row.last_error->message()));
  if (row.last_error_time) cell += AgeElement(*row.last_error_time, page.now, texts);
  return cell;
}

std::string RefreshText(const SourceRow& row, const StatusPage& page, const StatusTexts& texts) {
  if (!row.last_success) return std::string(texts.never);
  std::string cell = AgeElement(*row.last_success, page.now, texts);
  if (row.duration) {
    cell += fmt::format("<small>{}</small>",
                        EscapeHtml(Fill(texts.took, FormatSpan(*row.duration, texts))));
  }
  return cell;
}

std::string StateText(const SourceRow& row, const StatusTexts& texts) {
  if (row.up) return fmt::format("<span class=\"status good\">{}</span>", texts.up);
  if (row.failing()) return fmt::format("<span class=\"status bad\">{}</span>", texts.failing);
  return fmt::format("<span class=\"status\">{}</span>", texts.waiting);
}

void AppendSource(const SourceRow& row, const StatusPage& page, const StatusTexts& texts,
                  std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "<tr class=\"{}\" role=\"row\"><th scope=\"row\" role=\"rowheader\">{}"
                 "<small>{}</small></th>",
                 row.failing() ? "broken" : "", EscapeHtml(row.name), EscapeHtml(row.id));
  const std::string count = std::to_string(row.count);
  const std::array<std::string, 5> cells = {StateText(row, texts), EscapeHtml(row.region),
                                            row.discovery ? Fill(texts.found, count) : count,
                                            RefreshText(row, page, texts),
                                            ErrorText(row, page, texts)};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "<td role=\"cell\" data-label=\"{}\">{}</td>",
                   ProjectColumns(texts)[i + 1], cells[i]);
  }
  out += "</tr>\n";
}

void AppendProjects(const StatusPage& page, const StatusTexts& texts, const Snapshot& snapshot,
                    std::string& out) {
  fmt::format_to(std::back_inserter(out), "<section id=\"projects\">\n<h2>{}</h2>\n",
                 texts.projects);
  if (snapshot.projects.empty()) {
    fmt::format_to(std::back_inserter(out), "<p>{}</p>\n", texts.no_project);
  }
  out += "<table role=\"table\">\n<thead><tr role=\"row\">";
  for (const std::string_view column : ProjectColumns(texts)) {
    fmt::format_to(std::back_inserter(out), "<th scope=\"col\" role=\"columnheader\">{}</th>",
                   column);
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const SourceRow& row : MakeSourceRows(snapshot)) AppendSource(row, page, texts, out);
  out += "</tbody>\n</table>\n</section>\n";
}
}  // namespace

std::string RenderStatusPage(const StatusPage& page, const Snapshot& snapshot) {
  const StatusTexts& texts = TextsOf(page.language);
  std::vector<StatusRow> rows = MakeStatusRows(snapshot, page.now);
  SortStatusRows(page.query, rows);
  std::string out;
  AppendHeader(page, texts, out);
  fmt::format_to(std::back_inserter(out),
                 "<main>\n<p class=\"notice\" id=\"trouble\" role=\"alert\"{}>{}</p>\n",
                 snapshot.ready ? " hidden" : "", snapshot.ready ? "" : texts.not_ready);
  AppendTiles(page, texts, rows, out);
  fmt::format_to(std::back_inserter(out), "<h2 id=\"pipelines\">{}</h2>\n", texts.pipelines);
  AppendForm(page, texts, out);
  AppendPipelineTable(page, texts, rows, out);
  AppendProjects(page, texts, snapshot, out);
  fmt::format_to(std::back_inserter(out),
                 "<h2>{}</h2>\n<details>\n<summary>{}</summary>\n"
                 "<pre tabindex=\"0\">{}</pre>\n</details>\n</main>\n"
                 "<footer class=\"soft\">{}</footer>\n",
                 texts.configuration, texts.show, EscapeHtml(page.configuration),
                 texts.unchanged_until_scrape);
  return out;
}

}  // namespace codearts
