#ifndef CODEARTS_CONFIG_WEB_CONFIG_H_
#define CODEARTS_CONFIG_WEB_CONFIG_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/secret.h"
#include "config/config_problem.h"

namespace codearts {

// The file that --web.config.file names: who may connect and how. Its format is that of
// Prometheus' exporter-toolkit, see docs/web-configuration.md.

// PEM text, which stands in the file itself or in one of its own.
struct PemSource {
  std::string file;
  Secret text;  // If `file` is empty.

  bool empty() const { return file.empty() && text.empty(); }
  bool operator==(const PemSource&) const = default;
};

enum class TlsVersion { kTls12, kTls13 };

// What a client has to show; the names are those of Go's crypto/tls.
enum class ClientAuth {
  kNoClientCert,
  kRequestClientCert,
  kRequireAnyClientCert,
  kVerifyClientCertIfGiven,
  kRequireAndVerifyClientCert,
};

struct TlsServerConfig {
  PemSource certificate;  // With its chain.
  PemSource key;
  PemSource client_ca;
  ClientAuth client_auth = ClientAuth::kNoClientCert;
  std::vector<std::string> client_allowed_sans;  // Empty: any.
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;
  std::vector<std::string> cipher_suites;  // By IANA's names, of TLS 1.2; empty: the default ones.
  bool prefer_server_cipher_suites = true;
  std::vector<std::string> curve_preferences;  // By OpenSSL's names; empty: the default ones.

  bool operator==(const TlsServerConfig&) const = default;
};

// A token bucket for all requests together.
struct RateLimitConfig {
  Duration interval{0};  // One more token each; 0: no limit.
  int burst = 0;         // Its size.

  bool operator==(const RateLimitConfig&) const = default;
};

struct WebConfig {
  std::optional<TlsServerConfig> tls;  // None: plain HTTP.
  std::vector<HttpHeader> headers;     // Set in every answer.
  std::map<std::string, Secret, std::less<>>
      basic_auth_users;  // User -> bcrypt hash; none: anyone.
  RateLimitConfig rate_limit;

  bool operator==(const WebConfig&) const = default;
};

struct WebConfigResult {
  std::optional<WebConfig> config;    // Set if there are no errors.
  std::vector<ConfigProblem> errors;  // All of them, in the order of the file.
  std::vector<ConfigProblem> warnings;
};

// Reads and validates the file. Files that it names are not opened, only their rights are looked
// at; a relative path is taken from the file's own folder. Threads: safe. Never throws.
WebConfigResult LoadWebConfig(const std::string& path);

// The same for a text in memory; `path` is used in problems and to find the folder.
WebConfigResult ParseWebConfig(std::string_view text, const std::string& path);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_WEB_CONFIG_H_
