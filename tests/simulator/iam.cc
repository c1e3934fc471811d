#include "simulator/iam.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "base/time_format.h"
#include "fmt/format.h"
#include "simulator/json_writer.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

Reply KeystoneError(int status, std::string_view title, std::string_view message) {
  JsonWriter json;
  json.StartObject();
  json.StartObject("error");
  json.Field("code", status);
  json.Field("message", message);
  json.Field("title", title);
  json.EndObject();
  json.EndObject();
  Reply reply;
  reply.status = status;
  reply.body = json.Take();
  return reply;
}

// IAM's form: microseconds and a Z.
std::string IamTime(Timestamp t) {
  const Timestamp whole(std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()));
  const std::string date = FormatIso8601(whole);
  return fmt::format("{}.{:06}Z", date.substr(0, date.size() - 1), (t - whole).count() * 1000);
}

// Follows the keys down; returns nullptr where one is missing.
const rapidjson::Value* Descend(const rapidjson::Value& root,
                                std::initializer_list<const char*> keys) {
  const rapidjson::Value* value = &root;
  for (const char* key : keys) {
    if (!value->IsObject() || !value->HasMember(key)) return nullptr;
    value = &(*value)[key];
  }
  return value;
}

std::string TextAt(const rapidjson::Value& root, std::initializer_list<const char*> keys) {
  const rapidjson::Value* value = Descend(root, keys);
  return value != nullptr && value->IsString() ? value->GetString() : "";
}

std::string TokenBody(const TokenService& service, const IamUser& user, Timestamp issued,
                      Timestamp expires) {
  JsonWriter json;
  json.StartObject();
  json.StartObject("token");
  json.Field("expires_at", IamTime(expires));
  json.Field("issued_at", IamTime(issued));
  json.StartArray("methods");
  json.Value("password");
  json.EndArray();
  json.StartObject("project");
  json.Field("name", service.region());
  json.Field("id", MakeId(DeriveSeed(5, service.region())));
  json.EndObject();
  json.StartArray("roles");
  json.EndArray();
  json.StartObject("user");
  json.Field("name", user.name);
  json.StartObject("domain");
  json.Field("name", user.domain);
  json.EndObject();
  json.EndObject();
  json.EndObject();
  json.EndObject();
  return json.Take();
}

}  // namespace

Reply TokenService::Issue(const Request& request, Timestamp server_now) {
  rapidjson::Document body;
  body.Parse<rapidjson::kParseIterativeFlag>(request.body.data(), request.body.size());
  const rapidjson::Value* methods =
      body.HasParseError() ? nullptr : Descend(body, {"auth", "identity", "methods"});
  if (methods == nullptr || !methods->IsArray() || methods->Empty() || !(*methods)[0].IsString()) {
    return KeystoneError(400, "Bad Request", "The request body is invalid.");
  }
  const std::string name = TextAt(body, {"auth", "identity", "password", "user", "name"});
  const std::string password = TextAt(body, {"auth", "identity", "password", "user", "password"});
  const std::string domain =
      TextAt(body, {"auth", "identity", "password", "user", "domain", "name"});
  const auto user =
      std::find_if(options_.users.begin(), options_.users.end(), [&](const IamUser& candidate) {
        return candidate.name == name && candidate.password == password &&
               candidate.domain == domain;
      });
  if (user == options_.users.end()) {
    return KeystoneError(401, "Unauthorized", "The username or password is wrong.");
  }
  if (TextAt(body, {"auth", "scope", "project", "name"}) != options_.region) {
    return KeystoneError(401, "Unauthorized", "The project scope is not accessible.");
  }
  std::string token = "MIIsim";
  ++issued_;
  for (std::uint64_t block = 0; token.size() < options_.token_length; ++block) {
    token += MakeId(DeriveSeed(options_.seed, "token", issued_ * 10'000 + block));
  }
  token.resize(options_.token_length);
  const Timestamp expires = server_now + options_.lifetime;
  tokens_.emplace(token, expires);
  Reply reply;
  reply.status = 201;
  reply.headers.push_back({"X-Subject-Token", std::move(token)});
  reply.body = TokenBody(*this, *user, server_now, expires);
  return reply;
}

Reply TokenService::Show(const Request& request, Timestamp server_now) const {
  const std::string* token = FindHeader(request.headers, "X-Subject-Token");
  const std::optional<Timestamp> expiry = token == nullptr ? std::nullopt : ExpiryOf(*token);
  if (!expiry || *expiry <= server_now) {
    return KeystoneError(404, "Not Found", "The token could not be found.");
  }
  Reply reply;
  reply.headers.push_back({"X-Subject-Token", *token});
  reply.body = TokenBody(*this, options_.users.front(), *expiry - options_.lifetime, *expiry);
  return reply;
}

std::optional<Timestamp> TokenService::ExpiryOf(std::string_view token) const {
  const auto found = tokens_.find(token);
  if (found == tokens_.end()) return std::nullopt;
  return found->second;
}

}  // namespace codearts::sim
