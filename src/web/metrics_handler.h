#ifndef CODEARTS_WEB_METRICS_HANDLER_H_
#define CODEARTS_WEB_METRICS_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/text_parts.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "web/http_handler.h"

namespace codearts {

// A page of metrics in the form that the client asked for.
struct RenderedPage {
  std::string content_type;
  std::string content_encoding;  // Empty: identity.
  TextParts body;
};

// What the handler of /metrics needs. Each is called from many threads at once.
struct MetricsSources {
  // Refreshes and returns the newest snapshot by `deadline` at the latest; never null.
  std::function<std::shared_ptr<const Snapshot>(SteadyTime deadline)> scrape;
  // Takes the values of Accept and Accept-Encoding; empty means that there was none.
  std::function<RenderedPage(const Snapshot& snapshot, std::string_view accept,
                             std::string_view accept_encoding)>
      render;
  // Asked at each request, so that a reload takes effect.
  std::function<ScrapeConfig()> config;
};

// Returns how long the exporter may take for a scrape: what the scraper gives it
// (X-Prometheus-Scrape-Timeout-Seconds), or else the configured timeout, less the offset for the
// way back; 100 ms at least and 5 minutes at most. A header that is not a positive number counts as
// none.
Duration ScrapeBudget(const WebRequest& request, const ScrapeConfig& config);

// Returns the values of a list header, which may come in several lines (RFC 9110, section 5.3),
// joined by commas.
std::string JoinHeader(const WebRequest& request, std::string_view name);

// Returns the answer that brings the page.
WebResponse MetricsResponse(RenderedPage page);

// Answers 200 with the page of metrics. Lifetime: `clock` must outlive the result.
WebHandler MakeMetricsHandler(MetricsSources sources, const Clock& clock);

}  // namespace codearts

#endif  // CODEARTS_WEB_METRICS_HANDLER_H_
