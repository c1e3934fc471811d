#ifndef CODEARTS_API_ISSUED_SECRET_H_
#define CODEARTS_API_ISSUED_SECRET_H_

#include <optional>
#include <string_view>
#include <vector>

#include "api/json_document.h"
#include "auth/fetched_credential.h"
#include "base/clock.h"
#include "base/http_message.h"
#include "base/secret.h"
#include "base/status.h"

namespace codearts {

// Returns the text as it came, however long it is; empty when absent.
Secret ReadSecret(const JsonValue& object, std::string_view name);

// Reads from `object` until when a token or key is good: `expires_at`, seen from `issued_at`, else
// from the answer's Date, else from our clock, `now`. Returns nullopt when there is no expires_at.
std::optional<FetchedSecret::Validity> ReadValidity(const JsonValue& object,
                                                    const std::vector<HttpHeader>& headers,
                                                    Timestamp now);

// The error of an answer of `endpoint` that holds no secret, or none that can be used. `problem`
// says why and shows nothing of it.
Status InvalidAnswer(std::string_view endpoint, std::string_view problem);

}  // namespace codearts

#endif  // CODEARTS_API_ISSUED_SECRET_H_
