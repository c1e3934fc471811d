#include "simulator/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"

namespace codearts::sim {
namespace {

constexpr std::string_view kAlgorithm = "SDK-HMAC-SHA256";

std::string ToHex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (std::size_t i = 0; i < size; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return ToHex(digest.data(), size);
}

std::string HmacSha256Hex(std::string_view key, std::string_view text) {
  const std::vector<unsigned char> bytes(text.begin(), text.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
       digest.data(), &size);
  return ToHex(digest.data(), size);
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
                        HexValue(text[i + 2]) >= 0;
    if (escape) {
      result += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

bool Unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string Encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (Unreserved(c)) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += kDigits[byte >> 4];
    result += kDigits[byte & 15];
  }
  return result;
}

std::string CanonicalPath(std::string_view path) {
  std::string result;
  bool first = true;
  for (const std::string_view segment : Split(path, '/')) {
    if (!first) result += '/';
    first = false;
    result += Encode(Decode(segment));
  }
  if (!result.ends_with('/')) result += '/';
  return result;
}

std::string CanonicalQuery(std::string_view query) {
  if (query.empty()) return "";
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : Split(query, '&')) {
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    pairs.emplace_back(Decode(part.substr(0, equals)), Decode(value));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string result;
  for (const auto& [key, value] : pairs) {
    if (!result.empty()) result += '&';
    result += Encode(key) + "=" + Encode(value);
  }
  return result;
}

// Takes "Name=" off the front of `part`.
std::optional<std::string> Named(std::string_view part, std::string_view name) {
  part = TrimWhitespace(part);
  if (!part.starts_with(name)) return std::nullopt;
  return std::string(part.substr(name.size()));
}

}  // namespace

std::optional<Authorization> ParseAuthorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm) || header.substr(kAlgorithm.size()).substr(0, 1) != " ") {
    return std::nullopt;
  }
  const auto parts = Split(header.substr(kAlgorithm.size() + 1), ',');
  if (parts.size() != 3) return std::nullopt;
  auto access = Named(parts[0], "Access=");
  auto signed_headers = Named(parts[1], "SignedHeaders=");
  auto signature = Named(parts[2], "Signature=");
  if (!access || !signed_headers || !signature) return std::nullopt;
  return Authorization{*std::move(access), *std::move(signed_headers), *std::move(signature)};
}

std::string CanonicalRequest(const Request& request, std::string_view signed_headers) {
  std::string result = request.method + "\n";
  result += CanonicalPath(request.path) + "\n";
  result += CanonicalQuery(request.query) + "\n";
  for (const std::string_view name : Split(signed_headers, ';')) {
    const std::string* value = FindHeader(request.headers, name);
    result += std::string(name) + ":";
    if (value != nullptr) result += TrimWhitespace(*value);
    result += '\n';
  }
  result += "\n" + std::string(signed_headers) + "\n";
  const std::string* payload = FindHeader(request.headers, "X-Sdk-Content-Sha256");
  result += payload != nullptr ? *payload : Sha256Hex(request.body);
  return result;
}

SignatureVerdict VerifySignature(const Request& request, const Authorization& authorization,
                                 std::string_view secret_key, Timestamp server_now) {
  const std::vector<std::string_view> names = Split(authorization.signed_headers, ';');
  const std::string* date_text = FindHeader(request.headers, "X-Sdk-Date");
  const bool date_signed = std::find(names.begin(), names.end(), "x-sdk-date") != names.end();
  if (date_text == nullptr || !date_signed) return SignatureVerdict::kNoDate;
  const std::optional<Timestamp> date = ParseSdkDate(*date_text);
  if (!date) return SignatureVerdict::kNoDate;
  if (*date > server_now + kSignatureWindow || *date < server_now - kSignatureWindow) {
    return SignatureVerdict::kExpired;
  }
  for (const std::string_view name : names) {
    if (FindHeader(request.headers, name) == nullptr) return SignatureVerdict::kMismatch;
  }
  const std::string to_sign = std::string(kAlgorithm) + "\n" + *date_text + "\n" +
                              Sha256Hex(CanonicalRequest(request, authorization.signed_headers));
  const std::string expected = HmacSha256Hex(secret_key, to_sign);
  return authorization.signature == expected ? SignatureVerdict::kValid
                                             : SignatureVerdict::kMismatch;
}

}  // namespace codearts::sim
