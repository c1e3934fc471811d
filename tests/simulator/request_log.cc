#include "simulator/request_log.h"

#include <utility>

#include "fmt/format.h"
#include "simulator/json_writer.h"

namespace codearts::sim {
namespace {

constexpr std::size_t kRemembered = 200;

void WriteCounts(JsonWriter& json, const std::map<std::string, std::int64_t>& counts) {
  json.StartObject();
  for (const auto& [key, count] : counts) json.Field(key, count);
  json.EndObject();
}

}  // namespace

std::int64_t RequestCounts::Of(std::string_view endpoint) const {
  std::int64_t sum = 0;
  const auto found = by_endpoint.find(std::string(endpoint));
  if (found == by_endpoint.end()) return 0;
  for (const auto& [status, count] : found->second) sum += count;
  return sum;
}

std::int64_t RequestCounts::Of(std::string_view endpoint, std::string_view status) const {
  const auto found = by_endpoint.find(std::string(endpoint));
  if (found == by_endpoint.end()) return 0;
  const auto count = found->second.find(std::string(status));
  return count == found->second.end() ? 0 : count->second;
}

void RequestLog::Add(std::string_view endpoint, std::string status, std::string target) {
  ++counts_.total;
  ++counts_.by_endpoint[std::string(endpoint)][status];
  ++counts_.by_status[status];
  recent_.push_back(fmt::format("{} {}", status, target));
  if (recent_.size() > kRemembered) recent_.pop_front();
}

void RequestLog::Reset() {
  counts_ = {};
  recent_.clear();
}

std::string RequestLog::Json(const ConnectionCounts& connections) const {
  JsonWriter json;
  json.StartObject();
  json.Field("total", counts_.total);
  json.StartObject("by_endpoint");
  for (const auto& [endpoint, statuses] : counts_.by_endpoint) {
    json.StartObject(endpoint);
    json.Field("total", counts_.Of(endpoint));
    json.Key("status");
    WriteCounts(json, statuses);
    json.EndObject();
  }
  json.EndObject();
  json.Key("by_status");
  WriteCounts(json, counts_.by_status);
  json.StartObject("connections");
  json.Field("accepted", connections.accepted);
  json.Field("open", connections.open);
  json.Field("most_open", connections.most_open);
  json.Field("most_in_flight", connections.most_in_flight);
  json.EndObject();
  json.StartArray("recent");
  for (const std::string& request : recent_) json.Value(request);
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace codearts::sim
