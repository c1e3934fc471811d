#ifndef CODEARTS_WEB_STATUS_PAGE_H_
#define CODEARTS_WEB_STATUS_PAGE_H_

#include <string>
#include <string_view>

#include "base/clock.h"
#include "collect/snapshot.h"
#include "web/status_json.h"
#include "web/status_rows.h"
#include "web/status_texts.h"

namespace codearts {

// What a status page is made from, beside the snapshot.
struct StatusPage {
  const ProgramFacts& facts;
  StatusQuery query = {};
  Language language = Language::kEnglish;
  bool language_chosen = false;         // By the query, so that links must keep it.
  std::string_view configuration = {};  // In effect, secrets hidden.
  Timestamp now = {};
};

// Returns the HTML of the page's body. It works without scripts: filter and order are part of the
// query. All that comes from the API is escaped.
std::string RenderStatusPage(const StatusPage& page, const Snapshot& snapshot);

// Returns the time span in its one or two largest units: "<1s", "42s", "7m 12s", "3d 4h", in the
// language of the texts. The script of the page writes the same form.
std::string FormatSpan(Duration span, const StatusTexts& texts);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_PAGE_H_
