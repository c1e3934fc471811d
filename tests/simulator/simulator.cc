#include "simulator/simulator.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/time_format.h"
#include "fmt/format.h"
#include "simulator/json_writer.h"
#include "simulator/replies.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

// The start is settled once, so that the virtual clock and the world agree on it.
SimulatorOptions WithStart(SimulatorOptions options, const Clock& clock) {
  if (!options.start) options.start = clock.Now();
  options.world.start = *options.start;
  return options;
}

// IAM's `GET /v3/projects?name=`: it knows one project, named like the region.
Reply IamProjects(const Route& route, const std::string& region, const std::string& domain_id) {
  const auto name = route.query.find("name");
  JsonWriter json;
  json.StartObject();
  json.StartArray("projects");
  if (name == route.query.end() || name->second == region) {
    json.StartObject();
    json.Field("id", MakeId(DeriveSeed(5, region)));
    json.Field("name", region);
    json.Field("domain_id", domain_id);
    json.Field("enabled", true);
    json.Field("is_domain", false);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return JsonReply(json.Take());
}

}  // namespace

Simulator::Simulator(const SimulatorOptions& options, const Clock& clock)
    : options_(WithStart(options, clock)),
      clock_(clock),
      virtual_clock_(clock, *options_.start, options.time_scale),
      world_(options_.world),
      api_(world_),
      tokens_(options.iam),
      access_(tokens_),
      metadata_(options.metadata, access_),
      budget_(std::max(options.requests_per_second, 1.0)),
      refilled_(clock.SteadyNow()) {
  for (const auto& [access_key, secret_key] : options.keys) access_.AddKey(access_key, secret_key);
  for (const std::string& token : options.auth_tokens) access_.AddStaticToken(token);
  if (options.metadata.mode != MetadataService::Mode::kOff) access_.RequireCredential();
  api_.SetMaxLimit(options.max_limit);
}

Timestamp Simulator::ServerNow() const {
  const Timestamp now = options_.server_time_is_virtual ? virtual_clock_.Now() : clock_.Now();
  return now + options_.clock_skew;
}

Reply Simulator::Handle(const Request& request) {
  const std::lock_guard lock(mutex_);
  Tick();
  if (request.path.starts_with("/_sim/")) return HandleControl(request);
  const Route route = RouteOf(request);
  Reply reply = Answer(route, request);
  Finish(reply);
  const bool reset = reply.delivery.manner == Delivery::Manner::kReset;
  log_.Add(EndpointName(route.endpoint), reset ? "reset" : std::to_string(reply.status),
           fmt::format("{} {}{}{}", request.method, request.path, request.query.empty() ? "" : "?",
                       request.query));
  return reply;
}

Reply Simulator::Answer(const Route& route, const Request& request) {
  if (Throttled()) return ThrottlingError();
  const std::optional<Fault> fault = faults_.Take(route);
  if (!fault) return AnswerRight(route, request, PageTwist::kNone);
  if (std::optional<Reply> replacement = ReplacementOf(*fault)) return *std::move(replacement);
  Reply reply = AnswerRight(route, request, TwistOf(fault));
  Spoil(*fault, reply);
  return reply;
}

Reply Simulator::AnswerRight(const Route& route, const Request& request, PageTwist twist) {
  const Timestamp server_now = ServerNow();
  if (route.endpoint == Endpoint::kMetadataToken) return metadata_.IssueToken(request, server_now);
  if (route.endpoint == Endpoint::kMetadataKey) return metadata_.ShowKey(request, server_now);
  if (route.endpoint == Endpoint::kIam && request.method == "POST") {
    return tokens_.Issue(request, server_now);
  }
  if (const auto reason = access_.Refuse(request, server_now)) return AuthenticationError(*reason);
  if (route.endpoint == Endpoint::kIam) return tokens_.Show(request, server_now);
  if (route.endpoint == Endpoint::kIamProjects) {
    return IamProjects(route, tokens_.region(), world_.domain_id());
  }
  return api_.Handle(route, request, twist);
}

// A token bucket of one second.
bool Simulator::Throttled() {
  const double rate = options_.requests_per_second;
  if (rate <= 0) return false;
  const SteadyTime now = clock_.SteadyNow();
  const std::chrono::duration<double> elapsed = now - refilled_;
  refilled_ = now;
  budget_ = std::min(std::max(rate, 1.0), budget_ + elapsed.count() * rate);
  if (budget_ < 1) return true;
  budget_ -= 1;
  return false;
}

void Simulator::Finish(Reply& reply) {
  const std::string id = MakeId(DeriveSeed(world_.seed(), "request", ++requests_));
  reply.headers.push_back({"X-Request-Id", id});
  const std::time_t date = std::chrono::system_clock::to_time_t(ServerNow());
  reply.headers.push_back({"Date", fmt::format("{:%a, %d %b %Y %T} GMT", fmt::gmtime(date))});
  const std::size_t mark =
      reply.body.size() < 4096 ? reply.body.find(kRequestIdMark) : std::string::npos;
  if (mark != std::string::npos) reply.body.replace(mark, kRequestIdMark.size(), id);
  reply.delivery.delay += options_.latency;
  reply.delivery.chunked = reply.delivery.chunked || options_.chunked;
}

void Simulator::Advance(Duration by) {
  const std::lock_guard lock(mutex_);
  virtual_clock_.Advance(by);
  Tick();
}

Status Simulator::AddFault(Fault fault) {
  const std::lock_guard lock(mutex_);
  return faults_.Add(std::move(fault));
}

void Simulator::ClearFaults() {
  const std::lock_guard lock(mutex_);
  faults_.Clear();
}

RequestCounts Simulator::Counts() const {
  const std::lock_guard lock(mutex_);
  return log_.counts();
}

void Simulator::ResetCounts() {
  const std::lock_guard lock(mutex_);
  log_.Reset();
}

void Simulator::SetConnectionSource(std::function<ConnectionCounts()> source) {
  const std::lock_guard lock(mutex_);
  connections_ = std::move(source);
}

void Simulator::SetClockSkew(Duration skew) {
  const std::lock_guard lock(mutex_);
  options_.clock_skew = skew;
}

void Simulator::RevokeTokens() {
  const std::lock_guard lock(mutex_);
  tokens_.RevokeAll();
}

void Simulator::AddKey(const std::string& access_key, const std::string& secret_key) {
  const std::lock_guard lock(mutex_);
  access_.AddKey(access_key, secret_key);
}

bool Simulator::RemoveKey(const std::string& access_key) {
  const std::lock_guard lock(mutex_);
  return access_.RemoveKey(access_key);
}

void Simulator::SetLatency(Duration latency) {
  const std::lock_guard lock(mutex_);
  options_.latency = latency;
}

void Simulator::SetRequestsPerSecond(double rate) {
  const std::lock_guard lock(mutex_);
  options_.requests_per_second = rate;
}

void Simulator::SetMaxLimit(std::int64_t limit) {
  const std::lock_guard lock(mutex_);
  api_.SetMaxLimit(limit);
}

}  // namespace codearts::sim
