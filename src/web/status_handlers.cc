#include "web/status_handlers.h"

#include <utility>
#include <vector>

#include "metrics/compression.h"
#include "metrics/negotiation.h"
#include "web/page.h"
#include "web/query.h"
#include "web/status_page.h"
#include "web/status_rows.h"
#include "web/status_texts.h"

namespace codearts {
namespace {

std::string_view HeaderOf(const WebRequest& request, std::string_view name) {
  const std::string* value = FindHeader(request.headers, name);
  return value == nullptr ? std::string_view() : *value;
}

// Thousands of pipelines make megabytes of page, which compress well.
WebResponse Compress(WebResponse response, const WebRequest& request) {
  if (!AcceptsGzip(HeaderOf(request, "Accept-Encoding"))) return response;
  response.body = std::make_shared<const std::string>(CompressGzip(*response.body));
  response.headers.push_back({"Content-Encoding", "gzip"});
  return response;
}

}  // namespace

WebHandler MakeStatusPageHandler(StatusSources sources, const Clock& clock) {
  return [sources = std::move(sources), &clock](const WebRequest& request) {
    const std::vector<QueryParameter> parameters = ParseQuery(request.query);
    const std::vector<std::string_view> chosen = FindValues(parameters, "lang");
    const std::string configuration = sources.configuration();
    StatusPage page{.facts = sources.facts,
                    .query = ParseStatusQuery(request.query),
                    .configuration = configuration,
                    .now = clock.Now()};
    page.language_chosen = !chosen.empty();
    page.language = PreferredLanguage(page.language_chosen ? chosen.front()
                                                           : HeaderOf(request, "Accept-Language"));
    const std::shared_ptr<const Snapshot> snapshot = sources.current();
    const StatusTexts& texts = TextsOf(page.language);
    WebResponse response =
        PageResponse({texts.title, texts.code, RenderStatusPage(page, *snapshot)});
    response.headers.push_back({"Vary", "Accept-Language, Accept-Encoding"});
    return Compress(std::move(response), request);
  };
}

WebHandler MakeStatusDataHandler(StatusSources sources, const Clock& clock) {
  return [sources = std::move(sources), &clock](const WebRequest& request) {
    const std::shared_ptr<const Snapshot> snapshot = sources.current();
    const Timestamp now = clock.Now();
    std::vector<StatusRow> rows = MakeStatusRows(*snapshot, now);
    SortStatusRows(StatusQuery(), rows);
    WebResponse response = TextResponse(200, FormatStatusJson(sources.facts, *snapshot, rows, now));
    response.content_type = "application/json";
    response.headers = {{"Cache-Control", "no-store"}, {"Vary", "Accept-Encoding"}};
    return Compress(std::move(response), request);
  };
}

}  // namespace codearts
