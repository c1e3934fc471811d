#include "web/sd_handler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/json_writer.h"
#include "base/url.h"
#include "web/metrics_handler.h"
#include "web/probe_handler.h"

namespace codearts {
namespace {

// What a client names may end in a scraper's configuration: only "host" and "host:port" pass.
std::optional<std::string> AddressOf(const WebRequest& request) {
  const std::string* host = FindHeader(request.headers, "Host");
  if (host == nullptr) return std::nullopt;
  const std::optional<Url> url = ParseUrl("http://" + *host);
  if (!url || !url->path.empty() || !url->query.empty() || host->back() == '?') return std::nullopt;
  return *host;
}

// Why the projects are not all known, nullopt if they are as far as that can be.
std::optional<std::string> Incomplete(const Snapshot& snapshot) {
  for (const DiscoveryHealth& discovery : snapshot.discoveries) {
    if (!discovery.attempted) return discovery.label + " has not ended yet; try again\n";
    if (snapshot.projects.empty() && discovery.last_error) {
      return discovery.label + " failed and no project is known; the log says why\n";
    }
  }
  return std::nullopt;
}

void WriteTarget(const ProjectSnapshot& project, std::string_view address, JsonWriter& json) {
  const bool by_api = project.region.empty() && !project.pipelines.empty();
  json.BeginObject();
  json.Key("targets");
  json.BeginArray();
  json.String(address);
  json.EndArray();
  json.Key("labels");
  json.BeginObject();
  const auto label = [&json](std::string_view name, std::string_view value) {
    json.Key(name);
    json.String(value);
  };
  label("__metrics_path__", "/probe");
  label("__param_project", project.id.value);
  label("project", project.name);
  label("project_id", project.id.value);
  label("region", by_api ? project.pipelines.front()->region : project.region);
  json.EndObject();
  json.EndObject();
}

}  // namespace

std::string RenderTargets(const Snapshot& snapshot, std::string_view address) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& project : snapshot.projects) WriteTarget(*project, address, json);
  json.EndArray();
  return json.Take() + "\n";
}

WebHandler MakeSdHandler(SdSources sources, const Clock& clock) {
  return [sources = std::move(sources), &clock](const WebRequest& request) {
    const std::optional<std::string> address = AddressOf(request);
    if (!address) return TextResponse(400, "the Host header must be host or host:port\n");
    const SteadyTime now = clock.SteadyNow();
    std::shared_ptr<const Snapshot> snapshot = sources.current();
    if (IsDiscoveryDue(*snapshot, now)) {
      snapshot = sources.scrape(now + ScrapeBudget(request, sources.config()));
    }
    if (std::optional<std::string> reason = Incomplete(*snapshot)) {
      return TextResponse(503, std::move(*reason));
    }
    WebResponse response;
    response.content_type = "application/json";
    // Another client may name the exporter differently.
    response.headers = {{"Cache-Control", "no-store"}};
    response.body = std::make_shared<const std::string>(RenderTargets(*snapshot, *address));
    return response;
  };
}

}  // namespace codearts
