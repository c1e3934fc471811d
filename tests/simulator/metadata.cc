#include "simulator/metadata.h"

#include <charconv>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"
#include "fmt/format.h"
#include "simulator/json_writer.h"
#include "simulator/replies.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

constexpr int kLongestTtl = 21600;

Reply Plain(int status, std::string body) {
  Reply reply;
  reply.status = status;
  reply.content_type = "text/plain";
  reply.body = std::move(body);
  return reply;
}

}  // namespace

Reply MetadataService::IssueToken(const Request& request, Timestamp server_now) {
  if (options_.mode == Mode::kOff) return Plain(404, "404 Not Found");
  if (options_.mode == Mode::kOpen) return Plain(405, "405 Method Not Allowed");
  const std::string* ttl = FindHeader(request.headers, "X-Metadata-Token-Ttl-Seconds");
  int seconds = 0;
  if (ttl != nullptr) std::from_chars(ttl->data(), ttl->data() + ttl->size(), seconds);
  if (seconds < 1 || seconds > kLongestTtl) return Plain(400, "400 Bad Request");
  const std::string token = MakeId(DeriveSeed(options_.seed, "metadata-token", ++tokens_issued_));
  tokens_[token] = server_now + std::chrono::seconds(seconds);
  return Plain(200, token);
}

Reply MetadataService::ShowKey(const Request& request, Timestamp server_now) {
  if (options_.mode == Mode::kOff) return Plain(404, "404 Not Found");
  if (options_.mode == Mode::kToken) {
    const std::string* token = FindHeader(request.headers, "X-Metadata-Token");
    const auto found = token == nullptr ? tokens_.end() : tokens_.find(*token);
    if (found == tokens_.end() || found->second <= server_now) return Plain(401, "Unauthorized");
  }
  if (key_.expires - options_.lifetime / 2 <= server_now) {
    ++keys_issued_;
    key_.access_key =
        fmt::format("HST{}", MakeId(DeriveSeed(options_.seed, "ak", keys_issued_)).substr(0, 17));
    key_.secret_key = MakeId(DeriveSeed(options_.seed, "sk", keys_issued_)) + "00000000";
    key_.security_token = "gQpj" + MakeId(DeriveSeed(options_.seed, "security", keys_issued_));
    const Timestamp whole(std::chrono::floor<std::chrono::seconds>(server_now.time_since_epoch()));
    key_.expires = whole + options_.lifetime;
    access_.AddTemporaryKey(key_.access_key, key_.secret_key, key_.security_token, key_.expires);
  }
  std::string expires = FormatIso8601(key_.expires);
  expires.replace(expires.size() - 1, 1, ".000000Z");
  JsonWriter json;
  json.StartObject();
  json.StartObject("credential");
  json.Field("access", key_.access_key);
  json.Field("secret", key_.secret_key);
  json.Field("securitytoken", key_.security_token);
  json.Field("expires_at", expires);
  json.EndObject();
  json.EndObject();
  return JsonReply(json.Take());
}

}  // namespace codearts::sim
