#include "simulator/flags.h"

#include <charconv>
#include <chrono>
#include <limits>
#include <string_view>

#include "base/time_format.h"
#include "fmt/format.h"

namespace codearts::sim {
namespace {

Status Bad(std::string_view flag, std::string_view value, std::string_view wanted) {
  return Status(StatusCode::kInvalidArgument, fmt::format("--{}={}: not {}", flag, value, wanted));
}

Status ReadDuration(std::string_view flag, const std::string& text, Duration& into) {
  const auto value = ParseDuration(text);
  if (!value || *value < Duration(0)) return Bad(flag, text, "a duration such as 30m");
  into = *value;
  return {};
}

Status ReadSeconds(std::string_view flag, const std::string& text, seconds& into) {
  Duration value{0};
  const Status read = ReadDuration(flag, text, value);
  into = std::chrono::duration_cast<seconds>(value);
  return read;
}

Status ReadListen(const std::string& text, HttpServerOptions& into) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return Bad("listen", text, "HOST:PORT");
  into.host = text.substr(0, colon);
  if (into.host.size() > 2 && into.host.front() == '[' && into.host.back() == ']') {
    into.host = into.host.substr(1, into.host.size() - 2);
  }
  const char* begin = text.data() + colon + 1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, into.port);
  if (error != std::errc() || stop != end) return Bad("listen", text, "HOST:PORT");
  return {};
}

Status ReadDurations(const Flags& flags, SimulatorOptions& into) {
  const struct {
    std::string_view flag;
    const std::string& text;
    seconds& value;
  } all[] = {
      {"history", flags.history, into.world.history},
      {"run-interval", flags.run_interval, into.world.run_interval},
      {"token-lifetime", flags.token_lifetime, into.iam.lifetime},
      {"metadata-lifetime", flags.metadata_lifetime, into.metadata.lifetime},
  };
  for (const auto& one : all) {
    Status read = ReadSeconds(one.flag, one.text, one.value);
    if (!read.ok()) return read;
  }
  return ReadDuration("latency", flags.latency, into.latency);
}

void CopyPlain(const Flags& flags, SimulatorServer::Options& into) {
  into.http.tls_certificate = flags.tls_cert;
  into.http.tls_key = flags.tls_key;
  SimulatorOptions& simulator = into.simulator;
  simulator.world.seed = simulator.iam.seed = simulator.metadata.seed = flags.seed;
  simulator.world.projects = flags.projects;
  simulator.world.pipelines = flags.pipelines;
  simulator.time_scale = flags.time_scale;
  simulator.server_time_is_virtual = flags.server_clock == "virtual";
  if (!flags.access_key.empty()) {
    simulator.keys.emplace_back(flags.access_key, flags.secret_key);
  }
  simulator.auth_tokens = flags.auth_tokens;
  if (!flags.iam_user.empty()) {
    simulator.iam.users.push_back({flags.iam_domain, flags.iam_user, flags.iam_password});
  }
  simulator.iam.region = flags.region;
  using Mode = MetadataService::Mode;
  simulator.metadata.mode = flags.metadata == "token"  ? Mode::kToken
                            : flags.metadata == "open" ? Mode::kOpen
                                                       : Mode::kOff;
  simulator.requests_per_second = flags.requests_per_second;
  simulator.max_limit = flags.max_limit;
  simulator.chunked = flags.chunked;
}

}  // namespace

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "HOST:PORT, loopback only; port 0: any free one");
  app.add_option("--tls-cert", flags.tls_cert, "PEM certificate chain: serve HTTPS");
  app.add_option("--tls-key", flags.tls_key, "PEM key of --tls-cert");
  app.add_option("--seed", flags.seed, "the same seed gives the same history");
  app.add_option("--projects", flags.projects, "number of projects");
  app.add_option("--pipelines", flags.pipelines, "number of pipelines of each project");
  app.add_option("--history", flags.history, "so much has happened before the start, e.g. 24h");
  app.add_option("--run-interval", flags.run_interval,
                 "mean time between two runs of a pipeline; 0s: nothing happens by itself");
  app.add_option("--start", flags.start,
                 "first reading of the virtual clock, e.g. 2026-01-01T00:00:00Z; default: now");
  app.add_option("--time-scale", flags.time_scale,
                 "virtual seconds per second; 0: only POST /_sim/advance moves the clock");
  app.add_option("--server-clock", flags.server_clock,
                 "what signatures and tokens are checked against")
      ->check(CLI::IsMember({"real", "virtual"}));
  app.add_option("--access-key", flags.access_key,
                 "accepted access key; without any key, token or "
                 "user every request passes");
  app.add_option("--secret-key", flags.secret_key, "its secret key");
  app.add_option("--auth-token", flags.auth_tokens, "accepted X-Auth-Token; repeatable");
  app.add_option("--iam-user", flags.iam_user, "IAM user that can get tokens");
  app.add_option("--iam-password", flags.iam_password, "its password");
  app.add_option("--iam-domain", flags.iam_domain, "its account");
  app.add_option("--token-lifetime", flags.token_lifetime, "life of IAM tokens");
  app.add_option("--region", flags.region, "name of the only IAM project");
  app.add_option("--metadata", flags.metadata, "ECS metadata service: token, or open (no token)")
      ->check(CLI::IsMember({"off", "token", "open"}));
  app.add_option("--metadata-lifetime", flags.metadata_lifetime, "life of its temporary keys");
  app.add_option("--latency", flags.latency, "wait before each answer, e.g. 50ms");
  app.add_option("--requests-per-second", flags.requests_per_second, "beyond it 429; 0: no limit");
  app.add_option("--max-limit", flags.max_limit, "clamps `limit` of lists; 0: no maximum");
  app.add_flag("--chunked", flags.chunked, "answer without Content-Length");
}

Result<SimulatorServer::Options> MakeOptions(const Flags& flags) {
  SimulatorServer::Options options;
  CopyPlain(flags, options);
  Status read = ReadListen(flags.listen, options.http);
  if (read.ok()) read = ReadDurations(flags, options.simulator);
  if (!read.ok()) return read;
  if (!flags.start.empty()) {
    options.simulator.start = ParseIso8601(flags.start);
    if (!options.simulator.start) return Bad("start", flags.start, "a time");
  }
  if (flags.tls_cert.empty() != flags.tls_key.empty()) {
    return Bad("tls-cert", flags.tls_cert, "without --tls-key, nor the other way round");
  }
  if (flags.projects < 0 || flags.pipelines < 0) {
    return Bad("pipelines", std::to_string(flags.pipelines), "a number of pipelines");
  }
  return options;
}

}  // namespace codearts::sim
