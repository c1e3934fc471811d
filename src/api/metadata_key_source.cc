#include "api/metadata_key_source.h"

#include <chrono>
#include <optional>
#include <utility>

#include "api/issued_secret.h"
#include "api/json_document.h"
#include "api/json_fields.h"
#include "base/text.h"
#include "config/file_reader.h"

namespace codearts {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(3);
// The longest that the service allows; keys are asked for far more rarely.
constexpr std::string_view kTokenSeconds = "21600";

// Whether the answer means that the service is an old one, which hands out no tokens. Source: the
// vendor's SDKs.
bool HasNoTokens(const Status& status) {
  const int http_status = status.details().http_status;
  return http_status == 404 || http_status == 405 || http_status == 503;
}

}  // namespace

MetadataKeySource::MetadataKeySource(EcsMetadataCredential service, std::string tried,
                                     RequestScheduler& scheduler, const Clock& clock)
    : service_(std::move(service)),
      tried_(std::move(tried)),
      scheduler_(scheduler),
      clock_(clock) {}

void MetadataKeySource::Fetch(Done done) {
  HttpRequest request;
  request.method = "PUT";
  request.url = service_.endpoint + "/meta-data/latest/api/token";
  request.headers.push_back({"X-Metadata-Token-Ttl-Seconds", std::string(kTokenSeconds)});
  Send(std::move(request), [this, done = std::move(done)](Result<HttpResponse> answer) {
    if (!answer.ok() && !HasNoTokens(answer.status())) {
      done(Explain(answer.status()));
      return;
    }
    Secret token(answer.ok() ? std::string(TrimWhitespace(answer->body)) : "");
    if (answer.ok() && !CheckSecret(token).ok()) {
      done(InvalidAnswer(kMetadataEndpoint, "answer without a token"));
      return;
    }
    FetchKeys(token, done);
  });
}

void MetadataKeySource::FetchKeys(const Secret& token, Done done) {
  HttpRequest request;
  request.url = service_.endpoint + "/openstack/latest/securitykey";
  if (!token.empty()) {
    request.headers.push_back({"X-Metadata-Token", std::string(token.Reveal())});
  }
  Send(std::move(request), [this, done = std::move(done)](Result<HttpResponse> answer) {
    done(answer.ok() ? DecodeMetadataKeys(*std::move(answer), clock_.Now())
                     : Explain(answer.status()));
  });
}

void MetadataKeySource::Send(HttpRequest request, RequestScheduler::Done done) {
  request.timeout = kTimeout;
  ApiCall call;
  call.endpoint = kMetadataEndpoint;
  call.group = kMetadataEndpoint;
  call.request = std::move(request);
  call.may_repeat = false;
  scheduler_.Submit(std::move(call), std::move(done));
}

// Says what a person has to do about a failure of the service.
Status MetadataKeySource::Explain(const Status& status) const {
  const int http_status = status.details().http_status;
  const bool no_agency = http_status == 401 || http_status == 403 || http_status == 404;
  if (no_agency) {
    return Status(StatusCode::kCredentials,
                  status.message() + "; give this ECS an agency that may read CodeArts Pipeline" +
                      (tried_.empty() ? "" : ", or configure credentials; " + tried_),
                  status.details());
  }
  if (http_status != 0) return status;
  if (tried_.empty()) {
    return Status(status.code(), status.message() + "; ecs_metadata works on an ECS only",
                  status.details());
  }
  return Status(
      StatusCode::kCredentials,
      "no credential was found: " + status.message() + "; configure credentials; " + tried_,
      status.details());
}

Result<FetchedSecret> DecodeMetadataKeys(HttpResponse response, Timestamp now) {
  JsonDocument document;
  if (const Status status = document.Parse(std::move(response.body)); !status.ok()) {
    return InvalidAnswer(kMetadataEndpoint, status.message());
  }
  const JsonValue* body =
      document.root().IsObject() ? FindObject(document.root(), "credential") : nullptr;
  if (body == nullptr) return InvalidAnswer(kMetadataEndpoint, "answer without credential");
  AccessKeys keys;
  keys.access_key = ReadText(*body, "access");
  keys.secret_key = ReadSecret(*body, "secret");
  keys.security_token = ReadSecret(*body, "securitytoken");
  for (const Secret& part : {Secret(keys.access_key), keys.secret_key, keys.security_token}) {
    if (!CheckSecret(part).ok())
      return InvalidAnswer(kMetadataEndpoint, "credential lacks access, secret or securitytoken");
  }
  return FetchedSecret{std::move(keys), ReadValidity(*body, response.headers, now)};
}

}  // namespace codearts
