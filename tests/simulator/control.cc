#include <chrono>
#include <string>
#include <utility>

#include "simulator/control_world.h"
#include "simulator/json_reader.h"
#include "simulator/json_writer.h"
#include "simulator/replies.h"
#include "simulator/simulator.h"
#include "simulator/truth.h"

namespace codearts::sim {
namespace {

Duration SecondsToDuration(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}

Fault ReadFault(const JsonReader& body) {
  Fault fault;
  fault.endpoint = body.Text("endpoint").value_or("*");
  fault.kind = body.Text("kind").value_or("");
  // A status may come as a number.
  if (const auto status = body.Integer("kind")) fault.kind = std::to_string(*status);
  fault.count = static_cast<int>(body.Integer("count").value_or(-1));
  fault.after = static_cast<int>(body.Integer("after").value_or(0));
  fault.project = body.Text("project").value_or("");
  fault.pipeline = body.Text("pipeline").value_or("");
  fault.code = body.Text("code").value_or("");
  fault.location = body.Text("location").value_or("");
  if (const auto wait = body.Integer("retry_after")) fault.retry_after = static_cast<int>(*wait);
  if (const auto status = body.Integer("status")) fault.status = static_cast<int>(*status);
  fault.seconds = body.Number("seconds");
  return fault;
}

std::string FaultsJson(const FaultTable& table) {
  JsonWriter json;
  json.StartObject();
  json.StartArray("faults");
  for (const Fault& fault : table.faults()) {
    json.StartObject();
    json.Field("endpoint", fault.endpoint);
    json.Field("kind", fault.kind);
    json.Field("count", fault.count);
    json.Field("after", fault.after);
    json.Field("project", fault.project);
    json.Field("pipeline", fault.pipeline);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

bool Is(const Request& request, std::string_view method, std::string_view path) {
  return request.method == method && request.path == path;
}

}  // namespace

Reply Simulator::HandleControl(const Request& request) {
  if (Is(request, "GET", "/_sim/truth")) return ShowTruth(request);
  if (Is(request, "GET", "/_sim/status")) return ShowStatus();
  if (Is(request, "POST", "/_sim/advance")) return ControlAdvance(request);
  if (request.path == "/_sim/faults") return ControlFaults(request);
  if (Is(request, "POST", "/_sim/settings")) return ControlSettings(request);
  if (request.path.starts_with("/_sim/keys")) return ControlKeys(request);
  if (Is(request, "GET", "/_sim/requests")) {
    return JsonReply(log_.Json(connections_ ? connections_() : ConnectionCounts()));
  }
  if (Is(request, "POST", "/_sim/requests/reset")) {
    log_.Reset();
    return JsonReply("{}");
  }
  if (Is(request, "POST", "/_sim/tokens/revoke")) {
    tokens_.RevokeAll();
    return JsonReply("{}");
  }
  return ControlWorld(world_, request);
}

Reply Simulator::ControlAdvance(const Request& request) {
  const auto seconds_given = JsonReader(request.body).Number("seconds");
  if (!seconds_given || *seconds_given < 0) return ControlError(400, "\"seconds\" is missing");
  virtual_clock_.Advance(SecondsToDuration(*seconds_given));
  Tick();
  return ShowStatus();
}

Reply Simulator::ControlFaults(const Request& request) {
  if (request.method == "DELETE") {
    faults_.Clear();
  } else if (request.method == "POST") {
    const JsonReader body(request.body);
    if (!body.is_object()) return ControlError(400, "the body is no JSON object");
    const Status added = faults_.Add(ReadFault(body));
    if (!added.ok()) return ControlError(400, added.message());
  } else if (request.method != "GET") {
    return ControlError(405, "GET, POST or DELETE");
  }
  return JsonReply(FaultsJson(faults_));
}

Reply Simulator::ControlSettings(const Request& request) {
  const JsonReader body(request.body);
  if (!body.is_object()) return ControlError(400, "the body is no JSON object");
  if (const auto latency = body.Number("latency_ms")) {
    options_.latency = SecondsToDuration(*latency / 1000);
  }
  if (const auto rate = body.Number("requests_per_second")) options_.requests_per_second = *rate;
  if (const auto limit = body.Integer("max_limit")) api_.SetMaxLimit(*limit);
  if (const auto skew = body.Number("clock_skew_seconds")) {
    options_.clock_skew = SecondsToDuration(*skew);
  }
  if (const auto lifetime = body.Integer("token_lifetime_seconds")) {
    tokens_.SetLifetime(seconds(*lifetime));
  }
  options_.chunked = body.Flag("chunked", options_.chunked);
  return JsonReply("{}");
}

Reply Simulator::ControlKeys(const Request& request) {
  constexpr std::string_view kPath = "/_sim/keys";
  if (request.method == "DELETE" && request.path.size() > kPath.size() + 1) {
    const bool removed = access_.RemoveKey(request.path.substr(kPath.size() + 1));
    return removed ? JsonReply("{}") : ControlError(404, "no such key");
  }
  const JsonReader body(request.body);
  const auto access_key = body.Text("access_key");
  const auto secret_key = body.Text("secret_key");
  if (request.method != "POST" || !access_key || !secret_key) {
    return ControlError(400, "POST with \"access_key\" and \"secret_key\"");
  }
  access_.AddKey(*access_key, *secret_key);
  return JsonReply("{}");
}

Reply Simulator::ShowTruth(const Request& request) const {
  const Route route = RouteOf(request);
  const auto text = [&](std::string_view key) {
    const auto found = route.query.find(key);
    return found == route.query.end() ? std::string() : found->second;
  };
  TruthFilter filter;
  if (const auto since = QueryNumber(route, "since")) filter.query.since = FromEpochMillis(*since);
  filter.query.stages = text("stages") == "1" || text("stages") == "true";
  filter.attempts = text("attempts") != "0" && text("attempts") != "false";
  filter.project_id = text("project");
  filter.pipeline_id = text("pipeline");
  return JsonReply(TruthJson(world_, filter));
}

Reply Simulator::ShowStatus() const {
  std::size_t pipelines = 0;
  std::size_t runs = 0;
  for (const auto& project : world_.projects()) {
    pipelines += project->pipelines.size();
    for (const auto& pipeline : project->pipelines) runs += pipeline->runs().size();
  }
  JsonWriter json;
  json.StartObject();
  json.Field("now", world_.now());
  json.Field("server_time", ServerNow());
  json.Field("projects", world_.projects().size());
  json.Field("pipelines", pipelines);
  json.Field("runs", runs);
  json.EndObject();
  return JsonReply(json.Take());
}

}  // namespace codearts::sim
