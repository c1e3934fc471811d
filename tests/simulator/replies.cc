#include "simulator/replies.h"

#include <utility>

#include "fmt/format.h"
#include "simulator/json_writer.h"

namespace codearts::sim {

Reply JsonReply(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

Reply ServiceError(int status, std::string_view code, std::string_view message) {
  JsonWriter json;
  json.StartObject();
  json.Field("error_code", code);
  json.Field("error_msg", message);
  json.EndObject();
  Reply reply = JsonReply(json.Take());
  reply.status = status;
  return reply;
}

Reply BadParameter(std::string_view what) {
  return ServiceError(400, "DEVCP.00021400", fmt::format("参数错误: {}", what));
}

Reply NestedError(int status, std::string_view code, std::string_view message) {
  JsonWriter json;
  json.StartObject();
  json.StartObject("error");
  json.Field("code", code);
  json.Field("message", message);
  json.EndObject();
  json.Field("result", nullptr);
  json.Field("status", "error");
  json.EndObject();
  Reply reply = JsonReply(json.Take());
  reply.status = status;
  return reply;
}

Reply GatewayError(int status, std::string_view code, std::string_view message) {
  JsonWriter json;
  json.StartObject();
  json.Field("error_msg", message);
  json.Field("error_code", code);
  json.Field("request_id", kRequestIdMark);
  json.EndObject();
  Reply reply = JsonReply(json.Take());
  reply.status = status;
  reply.headers.push_back({"Server", "api-gateway"});
  return reply;
}

Reply AuthenticationError(std::string_view reason) {
  return GatewayError(401, "APIGW.0301",
                      "Incorrect IAM authentication information: " + std::string(reason));
}

Reply ThrottlingError() {
  return GatewayError(429, "APIGW.0308",
                      "The throttling threshold has been reached: policy user over "
                      "ratelimit,limit:200,time:5 minute");
}

Reply ControlError(int status, std::string_view message) {
  JsonWriter json;
  json.StartObject();
  json.Field("error", message);
  json.EndObject();
  Reply reply = JsonReply(json.Take());
  reply.status = status;
  return reply;
}

}  // namespace codearts::sim
