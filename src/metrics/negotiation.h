#ifndef CODEARTS_METRICS_NEGOTIATION_H_
#define CODEARTS_METRICS_NEGOTIATION_H_

#include <string_view>

#include "metrics/exposition.h"

namespace codearts {

// Picks the format that an `Accept` header likes best: OpenMetrics only where version 1.0.0 is
// named, or none. Text 0.0.4 where both are liked the same, and where neither is: a scraper rather
// gets what it may read than nothing. Several headers are joined by commas. Source: RFC 9110,
// section 12.5.1; Prometheus, "Content negotiation".
TextFormat NegotiateFormat(std::string_view accept);

// Returns the Content-Type of a page. Lifetime: that of the program.
std::string_view ContentTypeOf(TextFormat format);

// Whether an `Accept-Encoding` header wants gzip: it allows it and does not like the plain form
// better. Source: RFC 9110, section 12.5.3.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace codearts

#endif  // CODEARTS_METRICS_NEGOTIATION_H_
