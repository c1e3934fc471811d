// base/: what every layer shares: Status and Result, Clock, Secret, HTTP messages as plain values,
// formats of times, durations and sizes, text helpers and logging.
// Knows nothing of CodeArts, of metrics or of any socket.
#ifndef CODEARTS_BASE_STATUS_H_
#define CODEARTS_BASE_STATUS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/clock.h"

namespace codearts {

// What the caller should do about a failure, not where it came from.
enum class StatusCode {
  kOk,
  kInvalidArgument,   // Our own configuration or request is wrong; do not retry.
  kUnauthenticated,   // 401: the gateway refused the credential; do not retry with the same one.
  kPermissionDenied,  // 403: a missing IAM action; do not retry.
  kNotFound,          // 404: the project, pipeline or run is gone.
  kThrottled,         // 429 and its relatives: slow down, honour Retry-After.
  kDeadlineExceeded,  // Connect or total timeout, or the refresh was stopped; retry.
  kUnavailable,       // 5xx, DNS, TLS, reset connection; retry.
  kInvalidResponse,   // An answer that does not decode or lacks what it must have.
  kCredentials,  // No usable credential: none found, unreadable, or left alone after a refusal.
  kLedger,       // The state file could not be read or written.
  kInternal,     // A bug of ours.
};

// Returns a stable lower_snake name; those of errors are the `reason` label's closed set.
[[nodiscard]] std::string_view StatusCodeName(StatusCode code);

// What lies behind a failure, where that is known: whom a person has to turn to.
enum class ErrorCause {
  kUnknown,
  // There was no answer.
  kName,        // The host's name can't be looked up.
  kConnection,  // Refused, unreachable, or silent until the connection timed out.
  kTls,         // No TLS connection, e.g. a certificate that no trusted CA signed.
  kProxy,       // The proxy can't be reached or refuses.
  kSilence,     // Connected, but no whole answer in time, or a connection that broke.
  // The gateway refused the credential.
  kClock,      // The date of the signature is too far from the server's clock.
  kSecretKey,  // The signature does not match.
  kAccessKey,  // The access key does not exist, or can't be looked up.
  kKeyLocked,  // Too many refusals in a row.
  kToken,      // Missing, unreadable or expired.
  // IAM refused to give a token.
  kUser,             // User, password or account is wrong; IAM does not say which.
  kUserLocked,       // Too many wrong passwords.
  kPasswordExpired,  // The user has to set another one.
  kAccount,          // There is no such account.
  kIamProject,       // There is no such IAM project, or the user has no role in it.
};

// What the API said about a failure, as far as it said it.
struct ErrorDetails {
  int http_status = 0;     // 0: there was no answer.
  std::string error_code;  // e.g. "APIGW.0301"; empty when the answer had none.
  std::string request_id;  // X-Request-Id of the answer.
  std::optional<Duration> retry_after;
  ErrorCause cause = ErrorCause::kUnknown;
  std::optional<Timestamp> server_time;  // Date of the answer, to the second.

  bool operator==(const ErrorDetails&) const = default;
};

// Success or a failure with a message for people: lower case, no full stop, outermost context
// first, never a secret, never a body.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message, ErrorDetails details = {})
      : code_(code), message_(std::move(message)), details_(std::move(details)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const ErrorDetails& details() const { return details_; }

  // Returns the same status with `context` and ": " before the message. Requires !ok().
  Status WithContext(std::string_view context) const;

  bool operator==(const Status&) const = default;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
  ErrorDetails details_;
};

// A value or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  Status status() const { return ok() ? Status() : std::get<1>(state_); }

  // Requires ok().
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace codearts

#endif  // CODEARTS_BASE_STATUS_H_
