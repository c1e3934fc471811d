#ifndef CODEARTS_WEB_SD_HANDLER_H_
#define CODEARTS_WEB_SD_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "web/http_handler.h"

namespace codearts {

// What the handler of /sd needs. Each is called from many threads at once.
struct SdSources {
  // As in MetricsSources. Called only when a discovery is due: nothing else would start it where
  // /sd is what tells Prometheus whom to scrape.
  std::function<std::shared_ptr<const Snapshot>(SteadyTime deadline)> scrape;
  std::function<std::shared_ptr<const Snapshot>()> current;
  std::function<ScrapeConfig()> config;
};

// GET /sd: 200 with one target per project for Prometheus' HTTP service discovery, to be scraped by
// /probe. The target is the address that the Host header names; 400 if that is no host. 503 while
// the projects are not known yet: Prometheus then keeps the targets that it has. Lifetime: `clock`
// must outlive the result.
// Source: Prometheus, "HTTP SD".
WebHandler MakeSdHandler(SdSources sources, const Clock& clock);

// Returns the document for targets at `address`.
std::string RenderTargets(const Snapshot& snapshot, std::string_view address);

}  // namespace codearts

#endif  // CODEARTS_WEB_SD_HANDLER_H_
