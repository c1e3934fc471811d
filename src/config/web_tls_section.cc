#include "config/web_tls_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/file_reader.h"
#include "config/schema.h"
#include "config/value_kind.h"

namespace codearts {
namespace {

using Names = std::vector<std::string_view>;

template <typename T, std::size_t N>
using Table = std::array<std::pair<std::string_view, T>, N>;

constexpr Table<ClientAuth, 6> kClientAuths = {
    {{"NoClientCert", ClientAuth::kNoClientCert},
     {"RequestClientCert", ClientAuth::kRequestClientCert},
     {"RequireAnyClientCert", ClientAuth::kRequireAnyClientCert},
     // Older files have this name.
     {"RequireClientCert", ClientAuth::kRequireAnyClientCert},
     {"VerifyClientCertIfGiven", ClientAuth::kVerifyClientCertIfGiven},
     {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerifyClientCert}}};

constexpr Table<TlsVersion, 2> kVersions = {
    {{"TLS12", TlsVersion::kTls12}, {"TLS13", TlsVersion::kTls13}}};

// What Go's CipherSuites() lists for TLS 1.2; those of TLS 1.3 can't be chosen, there or here.
constexpr std::array<std::string_view, 10> kCipherSuites = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",       "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",       "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"};
constexpr std::array<std::string_view, 3> kTls13Suites = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};

// Go's names and OpenSSL's.
constexpr Table<std::string_view, 4> kCurves = {
    {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};

template <typename T, std::size_t N>
std::string JoinNames(const Table<T, N>& table) {
  Names names;
  for (const auto& [name, value] : table) names.push_back(name);
  return fmt::format("one of {}", fmt::join(names, ", "));
}

// Reads one of the names in `table`; an empty text leaves `out` alone.
template <typename T, std::size_t N>
bool ReadName(ConfigReader& reader, const ConfigValue& value, const Table<T, N>& table, T& out) {
  const std::optional<std::string> text = reader.ReadScalar(value, JoinNames(table));
  if (!text || text->empty()) return false;
  const auto* row = std::find_if(table.begin(), table.end(),
                                 [&](const auto& named) { return named.first == *text; });
  if (row == table.end()) {
    reader.AddError(value, fmt::format("{} is not valid", QuoteRaw(value.node)),
                    "give " + JoinNames(table));
    return false;
  }
  out = row->second;
  return true;
}

void ReadVersion(ConfigReader& reader, const ConfigValue& value, TlsVersion& out) {
  if (value.node.text == "TLS10" || value.node.text == "TLS11") {
    reader.AddError(value, fmt::format("{} is broken and not supported", QuoteRaw(value.node)),
                    "give " + JoinNames(kVersions));
    return;
  }
  ReadName(reader, value, kVersions, out);
}

void ReadCipherSuites(ConfigReader& reader, const ConfigValue& value,
                      std::vector<std::string>& out) {
  const std::string expected =
      fmt::format("one of {}", fmt::join(kCipherSuites.begin(), kCipherSuites.end(), ", "));
  for (const ConfigValue& item : reader.ReadList(value, "a list of cipher suites")) {
    const std::optional<std::string> name = reader.ReadScalar(item, expected);
    if (!name) continue;
    if (std::find(kCipherSuites.begin(), kCipherSuites.end(), *name) != kCipherSuites.end()) {
      out.push_back(*name);
    } else if (std::find(kTls13Suites.begin(), kTls13Suites.end(), *name) == kTls13Suites.end()) {
      reader.AddError(item, fmt::format("{} is unknown or insecure", QuoteRaw(item.node)),
                      "give " + expected);
    }
  }
  if (out.empty() && !value.node.items.empty()) {
    // Else every suite of TLS 1.2 would be allowed by a list that names none of them.
    reader.AddError(value, "names no suite of TLS 1.2, and those of TLS 1.3 can't be chosen",
                    "leave the key out and set min_version: TLS13");
  }
}

void ReadCurves(ConfigReader& reader, const ConfigValue& value, std::vector<std::string>& out) {
  for (const ConfigValue& item : reader.ReadList(value, "a list of curves")) {
    std::string_view curve;
    if (ReadName(reader, item, kCurves, curve)) out.emplace_back(curve);
  }
}

void ReadSans(ConfigReader& reader, const ConfigValue& value, std::vector<std::string>& out) {
  for (const ConfigValue& item : reader.ReadList(value, "a list of names")) {
    std::string san;
    Text().read(reader, item, san);
    if (!san.empty()) out.push_back(std::move(san));
  }
}

void ReadPem(ConfigReader& reader, const ConfigValue& value, PemSource& out) {
  std::optional<std::string> text = reader.ReadScalar(value, "PEM text");
  if (text) out.text = Secret(*std::move(text));
}

void ReadPath(ConfigReader& reader, const ConfigValue& value, PemSource& out) {
  std::string path;
  Text().read(reader, value, path);
  if (path.empty()) return;
  const std::filesystem::path folder =
      std::filesystem::path(reader.OriginOf(value).file).parent_path();
  out.file = (folder / path).string();
}

void ReadKeyPath(ConfigReader& reader, const ConfigValue& value, PemSource& out) {
  ReadPath(reader, value, out);
  if (!out.file.empty() && IsReadableByOthers(out.file)) {
    reader.AddWarning(reader.OriginOf(value),
                      fmt::format("{} can be read by every user", QuoteRaw(value.node)),
                      "take that right away: chmod o-r");
  }
}

void ReadInlineKey(ConfigReader& reader, const ConfigValue& value, PemSource& out) {
  ReadPem(reader, value, out);
  if (!out.text.empty()) reader.NoteInlineSecret(value);
}

template <typename Member, typename Read>
Field<TlsServerConfig> Row(std::string name, Member member, Read read) {
  Field<TlsServerConfig> field;
  field.spec.name = std::move(name);
  field.read = [member, read](ConfigReader& reader, const ConfigValue& value,
                              TlsServerConfig& tls) { read(reader, value, tls.*member); };
  return field;
}

const Schema<TlsServerConfig>& TlsSchema() {
  using T = TlsServerConfig;
  static const Schema<T> kSchema = {
      Row("cert", &T::certificate, ReadPem),
      Row("cert_file", &T::certificate, ReadPath),
      Row("key", &T::key, ReadInlineKey),
      Row("key_file", &T::key, ReadKeyPath),
      Row("client_ca", &T::client_ca, ReadPem),
      Row("client_ca_file", &T::client_ca, ReadPath),
      Row("client_auth_type", &T::client_auth,
          [](ConfigReader& reader, const ConfigValue& value, ClientAuth& out) {
            ReadName(reader, value, kClientAuths, out);
          }),
      Row("client_allowed_sans", &T::client_allowed_sans, ReadSans),
      Row("min_version", &T::min_version, ReadVersion),
      Row("max_version", &T::max_version, ReadVersion),
      Row("cipher_suites", &T::cipher_suites, ReadCipherSuites),
      Row("prefer_server_cipher_suites", &T::prefer_server_cipher_suites, Bool().read),
      Row("curve_preferences", &T::curve_preferences, ReadCurves),
  };
  return kSchema;
}

ConfigValue Child(const ConfigValue& map, const std::string& name) {
  const YamlEntry* entry = FindEntry(&map.node, name);
  return {entry == nullptr ? map.node : entry->value, map.key + "." + name};
}

// Adds an error if the PEM text and its file are both given, or none of them.
void CheckPem(ConfigReader& reader, const ConfigValue& map, const std::string& name,
              const PemSource& pem) {
  if (!pem.file.empty() && !pem.text.empty()) {
    reader.AddError(Child(map, name), fmt::format("is given beside {}_file", name),
                    "keep one of them");
  }
  if (pem.empty() && name != "client_ca") {
    reader.AddError(Child(map, name + "_file"), "is missing",
                    fmt::format("give {0}_file or {0}", name));
  }
}

void CheckClientAuth(ConfigReader& reader, const ConfigValue& map, const TlsServerConfig& tls) {
  const bool verifies = tls.client_auth == ClientAuth::kVerifyClientCertIfGiven ||
                        tls.client_auth == ClientAuth::kRequireAndVerifyClientCert;
  const bool requires_one = tls.client_auth == ClientAuth::kRequireAnyClientCert ||
                            tls.client_auth == ClientAuth::kRequireAndVerifyClientCert;
  if (verifies && tls.client_ca.empty()) {
    // Go falls back to the system's authorities: anybody could have a certificate of those.
    reader.AddError(Child(map, "client_auth_type"), "needs to know whom to trust",
                    "give client_ca_file with the authority that signs your clients' certificates");
  }
  if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::kNoClientCert) {
    reader.AddError(Child(map, "client_auth_type"), "is NoClientCert although there is a client CA",
                    "give RequireAndVerifyClientCert, or remove the client CA");
  }
  if (!tls.client_allowed_sans.empty() && !requires_one) {
    reader.AddError(Child(map, "client_allowed_sans"),
                    "has no effect on clients without a certificate",
                    "set client_auth_type: RequireAndVerifyClientCert");
  }
  const bool unverified = tls.client_auth == ClientAuth::kRequestClientCert ||
                          tls.client_auth == ClientAuth::kRequireAnyClientCert;
  if (unverified) {
    reader.AddWarning(reader.OriginOf(Child(map, "client_auth_type")),
                      "lets clients in without verifying their certificate",
                      "give RequireAndVerifyClientCert");
  }
}

}  // namespace

std::optional<TlsServerConfig> ReadTlsServer(ConfigReader& reader, const ConfigValue& map) {
  TlsServerConfig tls;
  ReadSection(reader, map, TlsSchema(), tls);
  if (map.node.entries.empty()) return std::nullopt;
  CheckPem(reader, map, "cert", tls.certificate);
  CheckPem(reader, map, "key", tls.key);
  CheckPem(reader, map, "client_ca", tls.client_ca);
  CheckClientAuth(reader, map, tls);
  if (tls.min_version > tls.max_version) {
    reader.AddError(Child(map, "min_version"), "is above max_version", "correct one of them");
  }
  return tls;
}

}  // namespace codearts
