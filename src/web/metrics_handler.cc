#include "web/metrics_handler.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace codearts {
namespace {

constexpr Duration kMinBudget = std::chrono::milliseconds(100);
// A scraper that waits longer holds a thread here for nothing.
constexpr Duration kMaxTimeout = std::chrono::minutes(5);

std::optional<Duration> ParseTimeoutSeconds(std::string_view text) {
  text = TrimWhitespace(text);
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || stop != end || !std::isfinite(seconds) || seconds <= 0) {
    return std::nullopt;
  }
  const double capped = std::min(seconds, ToSeconds(kMaxTimeout));
  return std::chrono::round<Duration>(std::chrono::duration<double>(capped));
}

}  // namespace

Duration ScrapeBudget(const WebRequest& request, const ScrapeConfig& config) {
  const std::string* header = FindHeader(request.headers, "X-Prometheus-Scrape-Timeout-Seconds");
  const std::optional<Duration> asked =
      header == nullptr ? std::nullopt : ParseTimeoutSeconds(*header);
  return std::max(asked.value_or(config.timeout) - config.timeout_offset, kMinBudget);
}

std::string JoinHeader(const WebRequest& request, std::string_view name) {
  std::string joined;
  for (const HttpHeader& header : request.headers) {
    if (!EqualsIgnoreCase(header.name, name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += header.value;
  }
  return joined;
}

WebResponse MetricsResponse(RenderedPage page) {
  WebResponse response;
  response.content_type = std::move(page.content_type);
  response.parts = std::move(page.body);
  if (!page.content_encoding.empty()) {
    response.headers.push_back({"Content-Encoding", std::move(page.content_encoding)});
  }
  response.headers.push_back({"Vary", "Accept, Accept-Encoding"});
  return response;
}

WebHandler MakeMetricsHandler(MetricsSources sources, const Clock& clock) {
  return [sources = std::move(sources), &clock](const WebRequest& request) {
    const SteadyTime deadline = clock.SteadyNow() + ScrapeBudget(request, sources.config());
    const std::shared_ptr<const Snapshot> snapshot = sources.scrape(deadline);
    RenderedPage page = sources.render(*snapshot, JoinHeader(request, "Accept"),
                                       JoinHeader(request, "Accept-Encoding"));
    return MetricsResponse(std::move(page));
  };
}

}  // namespace codearts
