#ifndef CODEARTS_WEB_STATUS_TABLE_H_
#define CODEARTS_WEB_STATUS_TABLE_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "web/status_page.h"
#include "web/status_rows.h"
#include "web/status_texts.h"

namespace codearts {

// Parts of the status page. Results are HTML.

// Appends the table of the rows that match the page's query.
void AppendPipelineTable(const StatusPage& page, const StatusTexts& texts,
                         const std::vector<StatusRow>& rows, std::string& out);

// The titles of the columns of the table of projects.
std::array<std::string_view, 6> ProjectColumns(const StatusTexts& texts);

// "5m ago", with the instant for machines and as a tooltip.
std::string AgeElement(Timestamp time, Timestamp now, const StatusTexts& texts);

// Returns a relative reference to the page with this query.
std::string QueryLink(const StatusQuery& query, const StatusPage& page);

// Puts `value` into the "{}" of `text`.
std::string Fill(std::string_view text, std::string_view value);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_TABLE_H_
