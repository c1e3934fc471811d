#include "auth/request_signer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"
#include "base/url.h"

namespace codearts {
namespace {

constexpr std::string_view kAlgorithm = "SDK-HMAC-SHA256";
constexpr std::string_view kDateHeader = "X-Sdk-Date";
constexpr std::string_view kTokenHeader = "X-Security-Token";
// A value that stands in for the hash of the body.
constexpr std::string_view kPayloadHashHeader = "X-Sdk-Content-Sha256";

using DigestBuffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

struct MacContextDeleter {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, MacContextDeleter>;

std::string HexOf(const DigestBuffer& buffer, std::size_t size) {
  return HexEncode({reinterpret_cast<const char*>(buffer.data()), size});
}

// Algorithms are fetched once: OpenSSL looks them up anew wherever it is given no more than their
// names, which takes longer than the hashing itself. nullptr if the library lacks one.

const EVP_MD* Sha256() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> kSha256(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  return kSha256.get();
}

MacContextPtr MakeHmacSha256() {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContextPtr context(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);  // The context has its own reference.
  std::string digest = "SHA256";
  const std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) return nullptr;
  return context;
}

std::optional<std::string> Sha256Hex(std::string_view text) {
  DigestBuffer buffer;
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), buffer.data(), &size, Sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  return HexOf(buffer, size);
}

std::optional<std::string> HmacSha256Hex(std::string_view key, std::string_view text) {
  static const MacContextPtr kWithoutKey = MakeHmacSha256();
  const MacContextPtr context(EVP_MAC_CTX_dup(kWithoutKey.get()));
  const auto bytes_of = [](std::string_view view) {
    return reinterpret_cast<const unsigned char*>(view.data());
  };
  DigestBuffer buffer;
  std::size_t size = 0;
  if (EVP_MAC_init(context.get(), bytes_of(key), key.size(), nullptr) != 1 ||
      EVP_MAC_update(context.get(), bytes_of(text), text.size()) != 1 ||
      EVP_MAC_final(context.get(), buffer.data(), &size, buffer.size()) != 1) {
    return std::nullopt;
  }
  return HexOf(buffer, size);
}

// Ends with a slash that is signed only, never sent.
std::string CanonicalUri(std::string_view path) {
  std::string uri;
  bool first = true;
  for (const std::string_view segment : Split(path, '/')) {
    if (!std::exchange(first, false)) uri += '/';
    uri += PercentEncode(PercentDecode(segment));
  }
  if (!uri.ends_with('/')) uri += '/';
  return uri;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view part : Split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    parameters.emplace_back(PercentDecode(part.substr(0, equals)), PercentDecode(value));
  }
  // By the raw text, as three of the five SDKs do; those that sort encoded names differ for
  // non-ASCII ones only.
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical += PercentEncode(name);
    canonical += '=';
    canonical += PercentEncode(value);
  }
  return canonical;
}

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ';';
    joined += name;
  }
  return joined;
}

// One "name:value" line per name. Errors: kInvalidArgument if a header is missing.
Result<std::string> CanonicalHeaders(const HttpRequest& request, const Url& url,
                                     const std::vector<std::string>& names) {
  std::string lines;
  for (const std::string& name : names) {
    const std::string* value = FindHeader(request.headers, name);
    if (value == nullptr && name != "host") {
      return Status(StatusCode::kInvalidArgument, "header " + name + " to be signed is missing");
    }
    lines += name;
    lines += ':';
    lines += value == nullptr ? UrlAuthority(url) : TrimWhitespace(*value);
    lines += '\n';
  }
  return lines;
}

std::optional<std::string> HashedPayload(const HttpRequest& request) {
  if (const std::string* given = FindHeader(request.headers, kPayloadHashHeader)) return *given;
  return Sha256Hex(request.body);
}

Status CryptoFailure() {
  return Status(StatusCode::kInternal, "sign request: the crypto library failed");
}

}  // namespace

Result<RequestSignature> ComputeSignature(const HttpRequest& request, const AccessKeys& keys,
                                          std::vector<std::string> signed_headers) {
  for (std::string& name : signed_headers) name = ToLower(name);
  std::sort(signed_headers.begin(), signed_headers.end());
  const std::string* date = FindHeader(request.headers, kDateHeader);
  if (date == nullptr ||
      !std::binary_search(signed_headers.begin(), signed_headers.end(), ToLower(kDateHeader))) {
    return Status(StatusCode::kInvalidArgument, "sign request: X-Sdk-Date must be signed");
  }
  const std::optional<Url> url = ParseUrl(request.url);
  if (!url) return Status(StatusCode::kInvalidArgument, "sign request: malformed URL");
  const Result<std::string> headers = CanonicalHeaders(request, *url, signed_headers);
  if (!headers.ok()) return headers.status().WithContext("sign request");
  const std::optional<std::string> payload = HashedPayload(request);
  if (!payload) return CryptoFailure();

  const std::string names = Join(signed_headers);
  RequestSignature result;
  result.canonical_request = request.method + '\n' + CanonicalUri(url->path) + '\n' +
                             CanonicalQuery(url->query) + '\n' + *headers + '\n' + names + '\n' +
                             *payload;
  const std::optional<std::string> hash = Sha256Hex(result.canonical_request);
  if (!hash) return CryptoFailure();
  result.string_to_sign.append(kAlgorithm).append("\n").append(*date).append("\n").append(*hash);
  std::optional<std::string> signature =
      HmacSha256Hex(keys.secret_key.Reveal(), result.string_to_sign);
  if (!signature) return CryptoFailure();
  result.signature = *std::move(signature);
  result.authorization.append(kAlgorithm)
      .append(" Access=")
      .append(keys.access_key)
      .append(", SignedHeaders=")
      .append(names)
      .append(", Signature=")
      .append(result.signature);
  return result;
}

Status SignRequest(HttpRequest& request, const AccessKeys& keys, Timestamp now) {
  if (keys.access_key.empty() || keys.secret_key.empty()) {
    return Status(StatusCode::kCredentials, "sign request: access key or secret key is empty");
  }
  const std::optional<Url> url = ParseUrl(request.url);
  if (!url) return Status(StatusCode::kInvalidArgument, "sign request: malformed URL");
  // Set here, so that what is sent is what was signed.
  SetHeader(request.headers, "Host", UrlAuthority(*url));
  SetHeader(request.headers, kDateHeader, FormatSdkDate(now));
  std::vector<std::string> names = {"host", "x-sdk-date"};
  if (FindHeader(request.headers, "Content-Type") != nullptr) names.emplace_back("content-type");
  if (keys.security_token.empty()) {
    std::erase_if(request.headers,
                  [](const HttpHeader& h) { return EqualsIgnoreCase(h.name, kTokenHeader); });
  } else {
    SetHeader(request.headers, kTokenHeader, std::string(keys.security_token.Reveal()));
    names.emplace_back("x-security-token");
  }
  Result<RequestSignature> signature = ComputeSignature(request, keys, std::move(names));
  if (!signature.ok()) return signature.status();
  SetHeader(request.headers, "Authorization", std::move(signature->authorization));
  return Status();
}

}  // namespace codearts
