#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/faults.h"
#include "simulator/replies.h"

namespace codearts::sim {
namespace {

constexpr std::size_t kHugeBytes = 64u << 20;
constexpr std::size_t kDeepLevels = 1'000'000;

struct StatusFault {
  std::string_view kind;
  int status;
  std::string_view code;
  std::string_view message;
  bool of_gateway;
};

// Source: api.md, 6.2 and 6.3.
constexpr std::array<StatusFault, 11> kStatusFaults = {{
    {"400", 400, "DEVCP.00021400", "参数错误", false},
    {"401", 401, "APIGW.0301", "Incorrect IAM authentication information: decrypt token fail",
     true},
    {"403", 403, "APIGW.0302", "The IAM user is not authorized to access the API", true},
    {"404", 404, "APIGW.0101",
     "The API does not exist or has not been published in the environment", true},
    {"429", 429, "APIGW.0308",
     "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 "
     "minute",
     true},
    {"500", 500, "DEVCP.00010000", "未知的服务错误", false},
    {"502", 502, "APIGW.0201", "Backend unavailable", true},
    {"503", 503, "APIGW.0613", "IAM unavailable", true},
    {"504", 504, "APIGW.0201", "Backend timeout", true},
    {"error200", 200, "DEVCP.00012002", "数据库中不存在该记录", false},
    {"error200nested", 200, "DEVCP.00012002", "数据库中不存在该记录", false},
}};

std::shared_ptr<const std::string> HugeBody() {
  static const auto body = std::make_shared<const std::string>(
      "{\"padding\":\"" + std::string(kHugeBytes - 14, 'x') + "\"}");
  return body;
}

std::shared_ptr<const std::string> DeepBody() {
  static const auto body = std::make_shared<const std::string>(kDeepLevels, '[');
  return body;
}

Reply Text(const Fault& fault, std::string content_type, std::string body) {
  Reply reply;
  reply.status = fault.status.value_or(200);
  reply.content_type = std::move(content_type);
  reply.body = std::move(body);
  return reply;
}

Reply BigReply(const Fault& fault) {
  Reply reply;
  reply.status = fault.status.value_or(200);
  reply.shared_body = fault.kind == "deep" ? DeepBody() : HugeBody();
  reply.delivery.chunked = fault.kind == "huge_chunked";
  return reply;
}

std::optional<Reply> StatusReply(const Fault& fault) {
  for (const StatusFault& known : kStatusFaults) {
    if (known.kind != fault.kind) continue;
    const std::string_view code = fault.code.empty() ? known.code : std::string_view(fault.code);
    if (fault.kind == "error200nested") return NestedError(known.status, code, known.message);
    return known.of_gateway ? GatewayError(known.status, code, known.message)
                            : ServiceError(known.status, code, known.message);
  }
  return std::nullopt;
}

// Puts `inserted` behind every `mark`.
std::string InsertAfter(const std::string& body, std::string_view mark, std::string_view inserted) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = body.find(mark); at != std::string::npos; at = body.find(mark, from)) {
    result.append(body, from, at + mark.size() - from);
    result += inserted;
    from = at + mark.size();
  }
  result.append(body, from);
  return result;
}

// Numbers become texts, texts become numbers, and so on; arrays of objects stay what they are.
void SpoilValue(rapidjson::Value& value) {
  if (value.IsObject()) {
    // Not a range-based loop: clang finds 1.1.0's mutable member iterators ambiguous to compare.
    const rapidjson::SizeType count = value.MemberCount();
    for (rapidjson::SizeType i = 0; i < count; ++i) SpoilValue((value.MemberBegin() + i)->value);
  } else if (value.IsArray()) {
    for (rapidjson::Value& element : value.GetArray()) SpoilValue(element);
  } else if (value.IsString()) {
    value.SetInt(42);
  } else if (value.IsNumber()) {
    value.SetString("not a number");
  } else if (value.IsBool()) {
    value.SetArray();
  } else {
    value.SetObject();
  }
}

std::string SpoilTypes(const std::string& body) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  if (document.HasParseError()) return body;
  SpoilValue(document);
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

Duration Millis(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

std::optional<Reply> ReplacementOf(const Fault& fault) {
  std::optional<Reply> reply = StatusReply(fault);
  if (fault.kind == "html") {
    reply = Text(fault, "text/html; charset=utf-8",
                 "<!DOCTYPE html><html><head><title>Bad gateway</title></head>"
                 "<body><h1>proxy error</h1></body></html>");
  } else if (fault.kind == "garbage") {
    reply =
        Text(fault, "application/json", std::string("{\"pipelines\": \x01\xff\x00nonsense]", 26));
  } else if (fault.kind == "empty") {
    reply = Text(fault, "application/json", "");
  } else if (fault.kind == "deep" || fault.kind == "huge" || fault.kind == "huge_chunked") {
    reply = BigReply(fault);
  } else if (fault.kind == "redirect") {
    reply = Text(fault, "text/html", "");
    reply->status = 302;
    reply->headers.push_back(
        {"Location", fault.location.empty() ? "http://127.0.0.1:1/" : fault.location});
  } else if (fault.kind == "reset") {
    reply = Reply();
    reply->delivery.manner = Delivery::Manner::kReset;
  }
  if (reply && fault.retry_after) {
    reply->headers.push_back({"Retry-After", std::to_string(*fault.retry_after)});
  }
  return reply;
}

void Spoil(const Fault& fault, Reply& reply) {
  if (fault.kind == "truncate") {
    reply.delivery.manner = Delivery::Manner::kTruncate;
  } else if (fault.kind == "slow") {
    reply.delivery.delay += Millis(fault.seconds.value_or(5));
  } else if (fault.kind == "trickle") {
    reply.delivery.manner = Delivery::Manner::kTrickle;
    reply.delivery.trickle_interval = Millis(fault.seconds.value_or(0.02));
  } else if (fault.kind == "badutf8") {
    // No UTF-8 in any name.
    reply.body = InsertAfter(reply.body, "\"name\":\"", "\xff\xfe\xc3");
  } else if (fault.kind == "unknown_status") {
    reply.body = InsertAfter(reply.body, "\"status\":\"", "NEW_");
  } else if (fault.kind == "wrongtypes") {
    reply.body = SpoilTypes(reply.body);
  }
}

}  // namespace codearts::sim
