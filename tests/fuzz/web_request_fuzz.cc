// A request as text: "METHOD PATH?QUERY VERSION" and a line for each header.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "support/fake_clock.h"
#include "web/admin_handlers.h"
#include "web/basic_credentials.h"
#include "web/listen_address.h"
#include "web/metrics_handler.h"
#include "web/page.h"
#include "web/query.h"
#include "web/reply.h"
#include "web/router.h"
#include "web/status_handlers.h"

namespace codearts {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

WebRequest ReadRequest(std::string_view text) {
  WebRequest request;
  const std::vector<std::string_view> lines = Split(text, '\n');
  const std::vector<std::string_view> words = Split(lines.front(), ' ');
  request.method = words.front();
  if (words.size() > 1) {
    request.path = words[1].substr(0, words[1].find('?'));
    request.query = words[1].substr(std::min(request.path.size() + 1, words[1].size()));
  }
  if (words.size() > 2) request.http_version = words[2];
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    request.headers.push_back(
        {std::string(lines[i].substr(0, colon)), std::string(lines[i].substr(colon + 1))});
  }
  return request;
}

Router MakeRouter(const Clock& clock) {
  MetricsSources sources;
  sources.scrape = [&clock](SteadyTime deadline) {
    const auto budget = deadline - clock.SteadyNow();
    Require(budget >= std::chrono::milliseconds(100) && budget <= std::chrono::minutes(5));
    return std::make_shared<const Snapshot>();
  };
  sources.render = [](const Snapshot&, std::string_view, std::string_view) {
    return RenderedPage{"text/plain", "", TextParts("up 1\n")};
  };
  sources.config = [] { return ScrapeConfig(); };
  Router router;
  router.Add({"GET"}, "/metrics", MakeMetricsHandler(sources, clock));
  router.Add({"POST", "PUT"}, "/-/reload", MakeReloadHandler([] { return Status(); }));
  const StatusSources status{
      {}, [] { return std::make_shared<const Snapshot>(); }, [] { return std::string(); }};
  router.Add({"GET"}, "/", MakeStatusPageHandler(status, clock));
  router.Add({"GET"}, "/api/v1/status", MakeStatusDataHandler(status, clock));
  return router;
}

void CheckReply(const WebRequest& request) {
  static const testing::FakeClock clock;
  static const Router router = MakeRouter(clock);
  const Reply reply = MakeReply([](const WebRequest& r) { return router.Handle(r); }, request,
                                /*allow_keep_alive=*/true, clock.Now());
  Require(reply.head.starts_with("HTTP/1.1 "));
  Require(reply.head.find("\r\n\r\n") == reply.head.size() - 4);
  Require(reply.head.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  if (request.method == "HEAD") Require(reply.body == nullptr && reply.parts.size() == 0);
}

// What was decoded and is encoded again decodes to the same.
void CheckQuery(std::string_view query) {
  const std::vector<QueryParameter> parameters = ParseQuery(query);
  std::string encoded;
  for (const QueryParameter& parameter : parameters) {
    encoded += PercentEncode(parameter.name) + "=" + PercentEncode(parameter.value) + "&";
  }
  Require(ParseQuery(encoded) == parameters);
}

}  // namespace
}  // namespace codearts

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace codearts;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const WebRequest request = ReadRequest(text);
  CheckReply(request);
  CheckQuery(request.query);
  if (const auto credentials = FindBasicCredentials(request)) {
    Require(credentials->user.find(':') == std::string::npos);
  }
  const std::string escaped = EscapeHtml(text);
  Require(escaped.find_first_of("<>\"'") == std::string::npos && IsValidUtf8(escaped));
  const Result<ListenAddress> address = ParseListenAddress(text);
  if (address.ok()) Require(*ParseListenAddress(FormatListenAddress(*address)) == *address);
  return 0;
}
