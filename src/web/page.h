#ifndef CODEARTS_WEB_PAGE_H_
#define CODEARTS_WEB_PAGE_H_

#include <string>
#include <string_view>

#include "web/http_handler.h"
#include "web/router.h"

namespace codearts {

// Returns `text` as HTML text that is also safe in a quoted attribute; invalid UTF-8 becomes
// U+FFFD.
std::string EscapeHtml(std::string_view text);

// An HTML page that people see.
struct HtmlPage {
  std::string_view title;     // Plain text.
  std::string_view language;  // BCP 47.
  std::string_view body;      // HTML.
};

// Returns the page, with the exporter's own style and script. Its headers forbid frames and every
// source but the exporter itself, inline styles and scripts too.
WebResponse PageResponse(const HtmlPage& page);

// Adds the paths of the files that pages use. They are part of the program; a page names them by
// their content, so that browsers may keep them.
void AddAssetRoutes(Router& router);

}  // namespace codearts

#endif  // CODEARTS_WEB_PAGE_H_
