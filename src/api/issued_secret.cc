#include "api/issued_secret.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "api/json_fields.h"
#include "api/retry_after.h"
#include "base/time_format.h"

namespace codearts {

Secret ReadSecret(const JsonValue& object, std::string_view name) {
  const JsonValue* field = FindField(object, name);
  if (field == nullptr || !field->IsString()) return Secret();
  return Secret(std::string(field->GetString(), field->GetStringLength()));
}

std::optional<FetchedSecret::Validity> ReadValidity(const JsonValue& object,
                                                    const std::vector<HttpHeader>& headers,
                                                    Timestamp now) {
  const std::optional<Timestamp> expires_at = ParseIso8601(ReadText(object, "expires_at"));
  if (!expires_at) return std::nullopt;
  std::optional<Timestamp> seen_from = ParseIso8601(ReadText(object, "issued_at"));
  if (const std::string* date = FindHeader(headers, "Date"); !seen_from && date != nullptr) {
    seen_from = ParseHttpDate(*date);
  }
  const Duration left = *expires_at - seen_from.value_or(now);
  return FetchedSecret::Validity{*expires_at, std::max(left, Duration(0))};
}

Status InvalidAnswer(std::string_view endpoint, std::string_view problem) {
  return Status(StatusCode::kInvalidResponse, fmt::format("{}: {}", endpoint, problem));
}

}  // namespace codearts
