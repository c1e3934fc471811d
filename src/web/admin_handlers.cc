#include "web/admin_handlers.h"

#include <string>
#include <utility>

#include "base/text.h"

namespace codearts {
namespace {

// A page of another site must not command the exporter through a browser that reaches it.
bool IsFromOtherSite(const WebRequest& request) {
  const std::string* site = FindHeader(request.headers, "Sec-Fetch-Site");
  return site != nullptr && !EqualsIgnoreCase(*site, "none") &&
         !EqualsIgnoreCase(*site, "same-origin");
}

WebHandler LifecycleHandler(bool enabled, std::function<WebResponse()> act) {
  return [enabled, act = std::move(act)](const WebRequest& request) {
    if (!enabled) {
      return TextResponse(403, "Lifecycle API is not enabled; --web.enable-lifecycle does that.\n");
    }
    if (IsFromOtherSite(request)) return TextResponse(403, "request of another site refused\n");
    return act();
  };
}

}  // namespace

WebHandler MakeHealthyHandler() {
  return [](const WebRequest&) {
    return TextResponse(200, "codearts_pipeline_exporter is healthy.\n");
  };
}

WebHandler MakeReadyHandler(std::function<std::shared_ptr<const Snapshot>()> current) {
  return [current = std::move(current)](const WebRequest&) {
    if (current()->ready) return TextResponse(200, "codearts_pipeline_exporter is ready.\n");
    return TextResponse(503, "not ready: the first refresh has not ended; a scrape starts it\n");
  };
}

WebHandler MakeReloadHandler(std::function<Status()> reload) {
  const bool enabled = reload != nullptr;
  return LifecycleHandler(enabled, [reload = std::move(reload)] {
    const Status status = reload();
    if (status.ok()) return TextResponse(200, "configuration reloaded\n");
    return TextResponse(500, "failed to reload the configuration: " + status.message() + "\n");
  });
}

WebHandler MakeQuitHandler(std::function<void()> quit) {
  const bool enabled = quit != nullptr;
  return LifecycleHandler(enabled, [quit = std::move(quit)] {
    quit();
    return TextResponse(200, "stopping\n");
  });
}

}  // namespace codearts
