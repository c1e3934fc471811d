#ifndef CODEARTS_SIMULATOR_SIGNATURE_H_
#define CODEARTS_SIMULATOR_SIGNATURE_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/http_types.h"

namespace codearts::sim {

// The gateway's half of SDK-HMAC-SHA256, written from the rules alone and shared with no signer, so
// that a mistake is not made twice. Source: api.md, 5.1.
struct Authorization {
  std::string access_key;
  std::string signed_headers;  // As given: lower-case names joined by ";".
  std::string signature;
};

// Reads an Authorization header; nullopt when it is not of this algorithm or lacks a part.
std::optional<Authorization> ParseAuthorization(std::string_view header);

// Builds the canonical request from what is on the wire: decodes path and query and encodes them
// again, as clients differ in what they leave unencoded.
std::string CanonicalRequest(const Request& request, std::string_view signed_headers);

enum class SignatureVerdict { kValid, kMismatch, kNoDate, kExpired };

// A signature may be as much older or newer than the server's clock.
inline constexpr std::chrono::minutes kSignatureWindow{15};

SignatureVerdict VerifySignature(const Request& request, const Authorization& authorization,
                                 std::string_view secret_key, Timestamp server_now);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_SIGNATURE_H_
