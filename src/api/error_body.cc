#include "api/error_body.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/error_text.h"
#include "api/json_document.h"
#include "api/json_fields.h"
#include "api/retry_after.h"
#include "base/text.h"

namespace codearts {
namespace {

// Errors have some 200 bytes, with an encoded authorization message a few thousand.
constexpr std::size_t kMaxErrorBodyBytes = std::size_t{16} << 10U;
// Under a 2xx. What was asked for is mostly larger and would be parsed twice.
constexpr std::size_t kMaxErrorBytesOnSuccess = std::size_t{4} << 10U;

// What an error code or, without one, an HTTP status means.
struct Rule {
  std::string_view error_code;  // Empty: any.
  int first_status;             // Of HTTP, as is the next.
  int last_status;
  StatusCode meaning;
};

// The first rule that fits decides. Source of codes: the service's ErrorCode page, the gateway's
// table in the signing guide (which older services prefix with "APIG"), and answers seen.
constexpr std::array<Rule, 26> kRules = {{
    {"APIGW.0308", 0, 999, StatusCode::kThrottled},
    {"APIG.0308", 0, 999, StatusCode::kThrottled},
    {"COCT.0070003", 0, 999, StatusCode::kThrottled},  // "Access too frequent", with HTTP 500.
    {"APIGW.0301", 0, 999, StatusCode::kUnauthenticated},
    {"APIG.0301", 0, 999, StatusCode::kUnauthenticated},
    {"APIGW.0501", 0, 999, StatusCode::kPermissionDenied},  // The app's quota is used up.
    {"APIGW.0502", 0, 999, StatusCode::kPermissionDenied},  // The app is frozen.
    {"DEVCP.00014031", 0, 999, StatusCode::kPermissionDenied},
    {"DEVCP.00021018", 0, 999, StatusCode::kPermissionDenied},  // With HTTP 401.
    {"DEVPIPE.30011011", 0, 999, StatusCode::kPermissionDenied},
    {"DEVCP.00012002", 0, 999, StatusCode::kNotFound},
    {"DEVPIPE.00011401", 0, 999, StatusCode::kNotFound},
    {"DEVPIPE.00011412", 0, 999, StatusCode::kNotFound},
    {"DEVPIPE.30021001", 0, 999, StatusCode::kNotFound},
    {"DEV_21_100169", 0, 999, StatusCode::kNotFound},
    {"DEVCP.00010000", 0, 999, StatusCode::kUnavailable},  // "Unknown service error".
    {"DEVCP.00020500", 0, 999, StatusCode::kUnavailable},  // "Network busy".
    {"COCT.0070500", 0, 999, StatusCode::kUnavailable},
    {"", 300, 399, StatusCode::kUnavailable},
    {"", 401, 401, StatusCode::kUnauthenticated},
    {"", 403, 403, StatusCode::kPermissionDenied},
    {"", 404, 404, StatusCode::kNotFound},
    {"", 408, 408, StatusCode::kUnavailable},
    {"", 429, 429, StatusCode::kThrottled},
    {"", 500, 599, StatusCode::kUnavailable},
    {"", 0, 999, StatusCode::kInvalidResponse},
}};

StatusCode MeaningOf(std::string_view error_code, int http_status) {
  for (const Rule& rule : kRules) {
    if (!rule.error_code.empty() && rule.error_code != error_code) continue;
    if (http_status >= rule.first_status && http_status <= rule.last_status) return rule.meaning;
  }
  return StatusCode::kInvalidResponse;
}

// What a body says of an error.
struct ErrorBody {
  std::string code;
  std::string message;
  std::string request_id;
  bool names_error = false;  // The code's name says that it is an error's.
  bool has_payload = false;  // It holds what was asked for, too.
};

std::string ReadFirst(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    std::string text = ReadText(object, name);
    if (!text.empty()) return text;
  }
  return "";
}

// Reads the members of one object into those of `error` that are still empty.
void ReadErrorMembers(const JsonValue& object, ErrorBody& error) {
  if (error.code.empty()) {
    error.code = ReadFirst(object, {"error_code", "errorCode"});
    error.names_error = !error.code.empty();
  }
  if (error.code.empty()) error.code = ReadText(object, "code");
  if (error.message.empty()) {
    error.message = ReadFirst(object, {"error_msg", "errorMsg", "message"});
  }
  if (error.request_id.empty()) error.request_id = ReadFirst(object, {"request_id", "requestId"});
}

// Reads the object in which an error may be nested: `error`, or the only member that there is.
void ReadNestedError(const JsonValue& root, ErrorBody& error) {
  if (const JsonValue* nested = FindObject(root, "error")) {
    const bool had_code = !error.code.empty();
    ReadErrorMembers(*nested, error);
    if (!had_code) error.names_error = !error.code.empty();
  } else if (root.MemberCount() == 1 && root.MemberBegin()->value.IsObject()) {
    ReadErrorMembers(root.MemberBegin()->value, error);
  } else if (error.message.empty()) {
    error.message = ReadText(root, "error");
  }
}

bool HasPayload(const JsonValue& root) {
  if (!ReadText(root, "id").empty()) return true;
  for (const std::string_view name : {"pipelines", "pipeline_runs", "pipelineRuns", "projects",
                                      "queuedPipelines", "queued_pipelines"}) {
    const JsonValue* list = FindArray(root, name);
    if (list != nullptr && !list->Empty()) return true;
  }
  return false;
}

// Codes with which some services say that all is well.
bool IsSuccessCode(std::string_view code) {
  return code == "0" || code == "200" || EqualsIgnoreCase(code, "success");
}

// Returns nothing if the body is no JSON object or larger than `max_bytes`.
std::optional<ErrorBody> ParseErrorBody(std::string_view body, std::size_t max_bytes) {
  if (body.size() > max_bytes || !TrimWhitespace(body).starts_with('{')) {
    return std::nullopt;
  }
  JsonDocument document;
  if (!document.Parse(std::string(body)).ok() || !document.root().IsObject()) return std::nullopt;
  const JsonValue& root = document.root();
  ErrorBody error;
  ReadErrorMembers(root, error);
  ReadNestedError(root, error);
  if (IsSuccessCode(error.code)) error.code.clear();
  error.has_payload = HasPayload(root);
  return error;
}

// Whether an answer below HTTP 300 is a failure all the same. `code` and the texts are names that
// an answer may use for something else, so they count only if what was asked for is missing.
bool IsErrorOnSuccess(const ErrorBody& error) {
  if (error.names_error && !error.code.empty()) return true;
  return !error.has_payload && (!error.code.empty() || !error.message.empty());
}

std::string RequestIdOf(const HttpResponse& response, const ErrorBody& error) {
  for (const std::string_view name : {"X-Request-Id", "X-IAM-Trace-Id"}) {
    const std::string* header = FindHeader(response.headers, name);
    if (header != nullptr && !TrimWhitespace(*header).empty()) {
      return SafeToken(TrimWhitespace(*header));
    }
  }
  return SafeToken(error.request_id);
}

// Whether whoever called is refused; IAM does so with either.
bool IsRefused(int http_status) {
  return http_status == 401 || http_status == 403;
}

// What may be said of the error in words. The texts of refused credentials hold parts of them.
std::string Explanation(int http_status, const ErrorBody& error) {
  if (http_status >= 300 && http_status <= 399) return "redirect refused";
  const bool refused = IsRefused(http_status);
  std::string_view meaning;
  if (refused) meaning = ExplainRefusal(error.message).meaning;
  if (meaning.empty() && (refused || http_status == 404)) meaning = ExplainCode(error.code);
  return meaning.empty() && !refused ? SafeErrorText(error.message) : std::string(meaning);
}

std::string Describe(const ErrorDetails& details, const std::string& explanation) {
  std::string text = fmt::format("HTTP {}", details.http_status);
  if (!details.error_code.empty() && !details.request_id.empty()) {
    text += fmt::format(" ({}, request_id {})", details.error_code, details.request_id);
  } else if (!details.error_code.empty()) {
    text += fmt::format(" ({})", details.error_code);
  } else if (!details.request_id.empty()) {
    text += fmt::format(" (request_id {})", details.request_id);
  }
  if (!explanation.empty()) text += ": " + explanation;
  return text;
}

}  // namespace

Status StatusFromResponse(const HttpResponse& response) {
  const bool http_success = response.status_code >= 200 && response.status_code <= 299;
  const std::optional<ErrorBody> body =
      ParseErrorBody(response.body, http_success ? kMaxErrorBytesOnSuccess : kMaxErrorBodyBytes);
  if (http_success && !(body && IsErrorOnSuccess(*body))) return Status();

  const ErrorBody error = body.value_or(ErrorBody());
  ErrorDetails details;
  details.http_status = response.status_code;
  details.error_code = SafeToken(error.code);
  // Keystone repeats the HTTP status as its code.
  if (details.error_code == std::to_string(response.status_code)) details.error_code.clear();
  details.request_id = RequestIdOf(response, error);
  details.retry_after = ParseRetryAfter(response.headers);
  if (IsRefused(response.status_code)) details.cause = ExplainRefusal(error.message).cause;
  if (const std::string* date = FindHeader(response.headers, "Date")) {
    details.server_time = ParseHttpDate(*date);
  }
  const StatusCode meaning = MeaningOf(details.error_code, response.status_code);
  std::string message = Describe(details, Explanation(response.status_code, error));
  return Status(meaning, std::move(message), std::move(details));
}

}  // namespace codearts
