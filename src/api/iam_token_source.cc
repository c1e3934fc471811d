#include "api/iam_token_source.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "api/issued_secret.h"
#include "api/json_document.h"
#include "api/json_fields.h"
#include "base/text.h"
#include "config/file_reader.h"

namespace codearts {
namespace {

// Builds the body without a copy of the password left behind: no buffer grows, all are wiped.
Result<Secret> MakeBody(const IamUserCredential& user, const Secret& password) {
  if (!IsValidUtf8(password.Reveal())) {
    return Status(StatusCode::kCredentials, "iam_user.password is not UTF-8");
  }
  std::string body;
  // A character becomes six at most.
  body.reserve(
      6 * (password.Reveal().size() + user.domain.size() + user.user.size() + user.project.size()) +
      256);
  body += R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":)";
  AppendJsonString(user.user, body);
  body += R"(,"password":)";
  AppendJsonString(password.Reveal(), body);
  body += R"(,"domain":{"name":)";
  AppendJsonString(user.domain, body);
  body += R"(}}}},"scope":{"project":{"name":)";
  AppendJsonString(user.project, body);
  body += "}}}}";
  return Secret(std::move(body));
}

// Which keys of iam_user a refusal is about.
std::string RemedyOf(ErrorCause cause, const IamUserCredential& user) {
  if (cause == ErrorCause::kUser) {
    return "check user, password and domain (the account's name) of iam_user: it must be an IAM "
           "user, not a HUAWEI ID";
  }
  if (cause == ErrorCause::kUserLocked) return "then have the right password in iam_user";
  if (cause == ErrorCause::kPasswordExpired) {
    return "then give the new one as password of iam_user";
  }
  if (cause == ErrorCause::kAccount) return "check domain of iam_user: the account's name";
  if (cause == ErrorCause::kIamProject) {
    return "check project of iam_user, and give the user a role in " + user.project;
  }
  return "check domain (the account's name), user, password and project of iam_user: it must be an "
         "IAM user, not a HUAWEI ID, with a role in project " +
         user.project;
}

// Says what a person has to do about a failure of IAM.
Status Explain(const Status& status, const IamUserCredential& user) {
  const auto with = [&status](StatusCode code, const std::string& remedy) {
    return Status(code, status.message() + "; " + remedy, status.details());
  };
  switch (status.code()) {
    case StatusCode::kUnauthenticated:
      return with(status.code(), RemedyOf(status.details().cause, user));
    case StatusCode::kPermissionDenied:
      if (status.details().cause != ErrorCause::kUnknown) {
        return with(status.code(), RemedyOf(status.details().cause, user));
      }
      return with(status.code(),
                  "allow the IAM user programmatic access from this address, and "
                  "give it a role in project " +
                      user.project);
    case StatusCode::kNotFound:
      return with(StatusCode::kCredentials,
                  "check endpoint and project of iam_user: " + user.endpoint +
                      " does not know what it was asked for");
    case StatusCode::kInvalidResponse:
      return with(StatusCode::kCredentials, "check endpoint, domain and user of iam_user");
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
      return with(status.code(), "no token can be fetched until IAM at " + user.endpoint +
                                     " answers; check that it can be reached from here");
    case StatusCode::kOk:
    case StatusCode::kInvalidArgument:
    case StatusCode::kThrottled:
    case StatusCode::kCredentials:
    case StatusCode::kLedger:
    case StatusCode::kInternal:
      break;
  }
  return status;
}

}  // namespace

IamTokenSource::IamTokenSource(IamUserCredential user, RequestScheduler& scheduler,
                               const Clock& clock)
    : user_(std::move(user)), password_(user_.password), scheduler_(scheduler), clock_(clock) {
  user_.password.value = Secret();
}

bool IamTokenSource::HasChanged() {
  const Result<bool> read_again = password_.Refresh();
  return read_again.ok() && *read_again;
}

void IamTokenSource::Fetch(Done done) {
  Result<HttpRequest> request = MakeRequest();
  if (!request.ok()) {
    done(request.status());
    return;
  }
  ApiCall call;
  call.endpoint = kIamEndpoint;
  call.group = kIamEndpoint;
  call.request = *std::move(request);
  scheduler_.Submit(std::move(call), [this, done = std::move(done)](Result<HttpResponse> answer) {
    done(answer.ok() ? DecodeIamToken(*std::move(answer), clock_.Now())
                     : Explain(answer.status(), user_));
  });
}

Result<HttpRequest> IamTokenSource::MakeRequest() {
  const Result<bool> read_again = password_.Refresh();
  if (!read_again.ok()) return read_again.status();
  Result<Secret> body = MakeBody(user_, password_.value());
  if (!body.ok()) return body.status();
  HttpRequest request;
  request.method = "POST";
  // The catalog of services would make the answer a hundred times larger.
  request.url = user_.endpoint + "/v3/auth/tokens?nocatalog=true";
  request.headers.push_back({"Content-Type", "application/json;charset=utf8"});
  request.secret_body = *std::move(body);
  return request;
}

Result<FetchedSecret> DecodeIamToken(HttpResponse response, Timestamp now) {
  const std::string* header = FindHeader(response.headers, "X-Subject-Token");
  if (header == nullptr) return InvalidAnswer(kIamEndpoint, "answer without X-Subject-Token");
  Secret token(*header);
  if (const Status status = CheckSecret(token); !status.ok()) {
    return InvalidAnswer(kIamEndpoint, "X-Subject-Token " + status.message());
  }
  FetchedSecret fetched{std::move(token), std::nullopt};
  JsonDocument document;
  if (const Status status = document.Parse(std::move(response.body)); !status.ok()) {
    return InvalidAnswer(kIamEndpoint, status.message());
  }
  const JsonValue* body =
      document.root().IsObject() ? FindObject(document.root(), "token") : nullptr;
  if (body == nullptr) return InvalidAnswer(kIamEndpoint, "answer without token");
  fetched.validity = ReadValidity(*body, response.headers, now);
  return fetched;
}

}  // namespace codearts
