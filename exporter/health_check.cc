#include "exporter/health_check.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "base/status.h"
#include "config/web_config.h"
#include "exporter/running_exporter.h"
#include "http/curl_transport.h"
#include "web/tls_probe.h"

namespace codearts {
namespace {

Status CheckPlain(const std::string& host) {
  const Status status = AskExporter({"http://" + host, "", {}}, "/-/healthy").status();
  return status.code() == StatusCode::kUnauthenticated ? Status() : status;
}

// Whether the exporter lives, also if its web configuration would not let us in.
Status CheckHealth(const WebFlags& web) {
  const Result<std::string> host = FindLocalHost(web);
  if (!host.ok()) return host.status();
  if (web.config_file.empty()) return CheckPlain(*host);
  const WebConfigResult loaded = LoadWebConfig(web.config_file);
  if (loaded.config)
    return loaded.config->tls ? ProbeTls(*host, kAnswerTimeout) : CheckPlain(*host);
  // An exporter outlives the damage of its file, and goes on as it was.
  const Status status = CheckPlain(*host);
  return status.ok() ? status : ProbeTls(*host, kAnswerTimeout);
}

}  // namespace

int HealthCheck(const CommandLine& line) {
  const CurlGlobal curl;
  const Status status = CheckHealth(line.flags.web);
  if (status.ok()) return 0;
  fmt::print(stderr, "unhealthy: {}\n", status.message());
  return 1;
}

}  // namespace codearts
