#include "simulator/api.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include "base/time_format.h"
#include "simulator/replies.h"

namespace codearts::sim {

Reply Api::Handle(const Route& route, const Request& request, PageTwist twist) {
  switch (route.endpoint) {
    case Endpoint::kProjects:
      return ListProjects(route, twist);
    case Endpoint::kProject:
      return ShowProject(route);
    case Endpoint::kRelatedProjects:
      return ListRelatedProjects(route);
    case Endpoint::kListPipelines:
    case Endpoint::kLatestStatus:
    case Endpoint::kGroups:
    case Endpoint::kListRuns:
    case Endpoint::kDetail:
    case Endpoint::kPipeline:
    case Endpoint::kQueue:
    case Endpoint::kFailedTriggers:
      break;
    case Endpoint::kIam:
    case Endpoint::kIamProjects:
    case Endpoint::kMetadataToken:
    case Endpoint::kMetadataKey:
    case Endpoint::kWrite:
    case Endpoint::kUnknown:
      return GatewayError(404, "APIGW.0101",
                          "The API does not exist or has not been published in the environment");
  }
  const Project* project = world_.FindProject(route.project_id);
  if (project == nullptr) return ServiceError(400, "DEVPIPE.30021001", "项目不存在");
  if (route.endpoint == Endpoint::kListPipelines) return ListPipelines(*project, request, twist);
  if (route.endpoint == Endpoint::kLatestStatus) return LatestStatus(*project, request);
  if (route.endpoint == Endpoint::kGroups) return ShowGroups(*project);
  return OfPipeline(*project, route, request, twist);
}

Reply Api::OfPipeline(const Project& project, const Route& route, const Request& request,
                      PageTwist twist) {
  const Pipeline* pipeline = world_.FindPipeline(route.pipeline_id);
  const bool owned = pipeline != nullptr && world_.ProjectOf(route.pipeline_id) == &project;
  // An error that comes with HTTP 200.
  if (!owned || pipeline->deleted()) return ServiceError(200, "DEVPIPE.00011401", "流水线不存在");
  if (route.endpoint == Endpoint::kListRuns) return ListRuns(*pipeline, request, twist);
  if (route.endpoint == Endpoint::kDetail) return ShowRunDetail(project, *pipeline, route);
  if (route.endpoint == Endpoint::kQueue) return ShowQueue(*pipeline, route, twist);
  if (route.endpoint == Endpoint::kFailedTriggers) return ShowFailedTriggers(route);
  return JsonReply(PipelineDetailJson(world_, project, *pipeline));
}

Page Api::CutPage(std::int64_t offset, std::int64_t limit, std::size_t size,
                  PageTwist twist) const {
  Page page;
  page.offset = offset;
  page.limit = max_limit_ > 0 ? std::min(limit, max_limit_) : limit;
  page.total = static_cast<std::int64_t>(size);
  std::int64_t from = offset;
  if (twist == PageTwist::kEndless) {
    from = 0;
    page.total = 1'000'000'000;
  } else if (twist == PageTwist::kShift && offset > 0) {
    ++from;
    --page.total;
  }
  page.first = std::min(static_cast<std::size_t>(from), size);
  page.last = page.first + std::min(static_cast<std::size_t>(page.limit), size - page.first);
  return page;
}

std::optional<Timestamp> ParseFilterTime(const JsonReader& body, const char* key) {
  if (const auto number = body.Integer(key)) return FromEpochMillis(*number);
  const std::optional<std::string> text = body.Text(key);
  if (!text || text->empty()) return std::nullopt;
  std::int64_t millis = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), millis);
  if (error == std::errc() && end == text->data() + text->size()) return FromEpochMillis(millis);
  if (text->size() != 19 || (*text)[10] != ' ') return std::nullopt;
  return ParseIso8601(text->substr(0, 10) + "T" + text->substr(11) + "+08:00");
}

std::optional<std::int64_t> QueryNumber(const Route& route, std::string_view key) {
  const auto found = route.query.find(key);
  if (found == route.query.end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace codearts::sim
