#include "api/error_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "base/text.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxErrorTextBytes = 200;
constexpr std::size_t kMaxTokenBytes = 64;
// Access keys have 20 characters, secret keys 40, ids and hashes 32 and more; words are shorter.
constexpr std::size_t kShortestKey = 16;

// In lower case. What follows one of them is not shown, nor is the marker itself.
constexpr std::array<std::string_view, 14> kSecretMarkers = {
    "access", "authorization", "canonical", "credential", "key", "passwd", "password",
    "secret", "signature",     "signed",    "token",      "ak ", "sk ",    "cookie"};
constexpr std::string_view kCutCharacters = "{}[]<>|=\"";

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsKeyCharacter(char c) {
  return IsAlphanumeric(c) || c == '+' || c == '/' || c == '_' || c == '-';
}

// Whether the word may be a key, a hash, a token, an address or a URL.
bool LooksSensitive(std::string_view word) {
  if (word.find("://") != std::string_view::npos || word.find('@') != std::string_view::npos) {
    return true;
  }
  std::size_t run = 0;
  for (const char c : word) {
    run = IsKeyCharacter(c) ? run + 1 : 0;
    if (run >= kShortestKey) return true;
  }
  return false;
}

// Returns the text up to the first thing that may introduce a secret.
std::string_view CutAtSecrets(std::string_view text) {
  std::size_t end = std::min(text.find_first_of(kCutCharacters), text.size());
  const std::string lower = ToLower(text);
  for (const std::string_view marker : kSecretMarkers) end = std::min(end, lower.find(marker));
  return text.substr(0, end);
}

constexpr std::array<Refusal, 16> kRefusals = {{
    {"signature expired", "the signature's date is refused: check this machine's clock",
     ErrorCause::kClock},
    {"reach the limit", "the access key is locked for 5 minutes after too many refusals",
     ErrorCause::kKeyLocked},
    {"verify aksk signature fail", "the signature does not match: check the secret key",
     ErrorCause::kSecretKey},
    {"calc aksk signature fail", "the signature does not match: check the secret key",
     ErrorCause::kSecretKey},
    {"get secretkey failed,decrypt token fail",
     "the security token does not belong to the access key or has expired", ErrorCause::kToken},
    {"decrypt token fail", "the token can't be read", ErrorCause::kToken},
    {"token expires", "the token has expired", ErrorCause::kToken},
    {"x-auth-token not found", "the request had no token", ErrorCause::kToken},
    {"get secretkey failed", "the gateway could not look up the access key",
     ErrorCause::kAccessKey},
    // IAM's texts, when a token is asked for.
    {"username or password", "the user name, the password or the account is wrong",
     ErrorCause::kUser},
    {"project scope", "there is no such IAM project, or the user has no role in it",
     ErrorCause::kIamProject},
    {"find project", "there is no such IAM project", ErrorCause::kIamProject},
    {"find domain", "there is no such account", ErrorCause::kAccount},
    {" locked", "the user is locked after too many wrong passwords: wait a quarter of an hour",
     ErrorCause::kUserLocked},
    {"password has expired", "the password has expired: sign in to the console and change it",
     ErrorCause::kPasswordExpired},
    {"not exist", "the access key does not exist", ErrorCause::kAccessKey},
}};

struct CodeMeaning {
  std::string_view code;  // Without its prefix.
  std::string_view meaning;
};

constexpr std::array<CodeMeaning, 14> kCodeMeanings = {{
    {"0101", "the endpoint does not know this API: check endpoint and region"},
    {"0103", "the endpoint does not know this API: check endpoint and region"},
    {"0302", "the IAM user may not call this API: grant it the permission"},
    {"0303", "the endpoint wants an app's credential: check endpoint"},
    {"0304", "the endpoint wants an app's credential: check endpoint"},
    {"0305", "the credential is refused: check its values"},
    {"0306", "access to this API is denied: check the permissions and the account's state"},
    {"0307",
     "the token is too old or another region's: get one with the project's region as scope"},
    {"0310", "the IAM project is unavailable: check whether it is frozen"},
    {"0401", "this machine's address may not call the API: check the account's access control"},
    {"0402", "this machine's address may not call the API: check the account's access control"},
    {"0404", "this machine's address may not call the API: check the account's access control"},
    {"0801", "the service is unavailable in this region: check region and endpoint"},
    {"0802", "the IAM user is forbidden in this region: check region and the user's projects"},
}};

}  // namespace

std::string SafeErrorText(std::string_view text) {
  std::string shown;
  const std::string valid = RepairUtf8(CutAtSecrets(text));
  std::string_view rest = valid;
  while (!rest.empty()) {
    // Control characters end a word like spaces do: the result is one line.
    const auto* const end = std::find_if(rest.begin(), rest.end(), [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
    });
    const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word.empty()) continue;
    const std::string_view safe = LooksSensitive(word) ? "***" : word;
    if (shown.size() + 1 + safe.size() > kMaxErrorTextBytes) break;
    if (!shown.empty()) shown += ' ';
    shown += safe;
  }
  return shown;
}

Refusal ExplainRefusal(std::string_view text) {
  const std::string lower = ToLower(text);
  const auto* const found = std::find_if(
      kRefusals.begin(), kRefusals.end(),
      [&](const Refusal& refusal) { return lower.find(refusal.text) != std::string::npos; });
  return found == kRefusals.end() ? Refusal() : *found;
}

std::string_view ExplainCode(std::string_view error_code) {
  const std::size_t dot = error_code.find('.');
  const std::string_view prefix = error_code.substr(0, dot);
  if (dot == std::string_view::npos || (prefix != "APIGW" && prefix != "APIG")) return "";
  const auto* const found = std::find_if(
      kCodeMeanings.begin(), kCodeMeanings.end(),
      [&](const CodeMeaning& meaning) { return meaning.code == error_code.substr(dot + 1); });
  return found == kCodeMeanings.end() ? std::string_view() : found->meaning;
}

std::string SafeToken(std::string_view text) {
  const bool safe =
      text.size() <= kMaxTokenBytes && std::all_of(text.begin(), text.end(), [](char c) {
        return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-';
      });
  return safe ? std::string(text) : "";
}

}  // namespace codearts
