#include "config/web_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "config/config_reader.h"
#include "config/file_reader.h"
#include "config/schema.h"
#include "config/value_kind.h"
#include "config/web_tls_section.h"
#include "config/yaml_tree.h"

namespace codearts {
namespace {

// The first login of each user costs so much time: about a second here.
constexpr int kSlowCost = 14;

struct AllowedHeader {
  std::string_view name;
  std::vector<std::string_view> values;  // Without regard to case; none: any.
};

const std::vector<AllowedHeader>& AllowedHeaders() {
  static const std::vector<AllowedHeader> kHeaders = {{"Content-Security-Policy", {}},
                                                      {"X-Frame-Options", {"deny", "sameorigin"}},
                                                      {"X-Content-Type-Options", {"nosniff"}},
                                                      {"X-XSS-Protection", {}},
                                                      {"Strict-Transport-Security", {}}};
  return kHeaders;
}

bool IsAllowedValue(const AllowedHeader& header, std::string_view value) {
  return header.values.empty() ||
         std::any_of(header.values.begin(), header.values.end(),
                     [&](std::string_view allowed) { return EqualsIgnoreCase(allowed, value); });
}

void ReadHeaders(ConfigReader& reader, const ConfigValue& map, std::vector<HttpHeader>& out) {
  for (const ConfigValue& entry : reader.ReadMap(map)) {
    const std::string_view name = NameWithin(map, entry);
    const std::vector<AllowedHeader>& allowed = AllowedHeaders();
    const auto header = std::find_if(allowed.begin(), allowed.end(),
                                     [&](const AllowedHeader& h) { return h.name == name; });
    if (header == allowed.end()) {
      std::vector<std::string> known;
      known.reserve(allowed.size());
      for (const AllowedHeader& h : allowed) known.emplace_back(h.name);
      reader.AddUnknownKey(entry, name, known);
      continue;
    }
    std::string value;
    Text().read(reader, entry, value);
    if (value.empty()) continue;
    if (IsAllowedValue(*header, value)) {
      out.push_back({std::string(name), std::move(value)});
    } else {
      reader.AddError(entry, fmt::format("{} is not valid", QuoteRaw(entry.node)),
                      fmt::format("give {}", fmt::join(header->values, " or ")));
    }
  }
}

// "$2y$10$" and 53 characters of bcrypt's base 64.
bool IsBcryptHash(std::string_view hash) {
  constexpr std::string_view kDigits =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kPrefix = 7;
  constexpr std::size_t kSize = 60;
  if (hash.size() != kSize || hash.substr(0, 2) != "$2" || hash[3] != '$' || hash[6] != '$') {
    return false;
  }
  const std::string_view cost = hash.substr(4, 2);
  return std::string_view("aby").find(hash[2]) != std::string_view::npos && cost >= "04" &&
         cost <= "31" && cost.find_first_not_of("0123456789") == std::string_view::npos &&
         hash.substr(kPrefix).find_first_not_of(kDigits) == std::string_view::npos;
}

int CostOf(std::string_view hash) {
  return (hash[4] - '0') * 10 + (hash[5] - '0');
}

void ReadUsers(ConfigReader& reader, const ConfigValue& map,
               std::map<std::string, Secret, std::less<>>& out) {
  for (const ConfigValue& entry : reader.ReadMap(map)) {
    const std::string_view user = NameWithin(map, entry);
    if (user.empty() || user.find(':') != std::string_view::npos || EscapeControls(user) != user) {
      reader.AddError(entry, "is no user name", "give text without colons and control characters");
      continue;
    }
    std::optional<std::string> hash = reader.ReadScalar(entry, "the bcrypt hash of a password");
    if (!hash) continue;
    if (!IsBcryptHash(*hash)) {
      // It may be the password itself, so it isn't shown.
      reader.AddError(entry, "is no bcrypt hash",
                      "give what \"htpasswd -nBC 10 USER\" prints after the colon");
      continue;
    }
    if (CostOf(*hash) >= kSlowCost) {
      reader.AddWarning(reader.OriginOf(entry),
                        fmt::format("has cost {}: a login takes seconds", CostOf(*hash)),
                        "a cost of 10 to 12 does");
    }
    reader.NoteInlineSecret(entry);
    out.insert_or_assign(std::string(user), Secret(*std::move(hash)));
  }
}

template <typename Section, typename Read>
Field<Section> Row(std::string_view name, Read read) {
  Field<Section> field;
  field.spec.name = name;
  field.read = read;
  return field;
}

// civetweb speaks HTTP/1.1 alone, which is what happens without HTTP/2 anyway: so the key is
// checked and has no effect.
void ReadHttpServer(ConfigReader& reader, const ConfigValue& map, WebConfig& out) {
  using R = ConfigReader;
  using V = ConfigValue;
  using W = WebConfig;
  static const Schema<W> kSchema = {
      Row<W>("http2",
             [](R& r, const V& v, W&) {
               bool ignored = false;
               Bool().read(r, v, ignored);
             }),
      Row<W>("headers", [](R& r, const V& v, W& config) { ReadHeaders(r, v, config.headers); }),
  };
  ReadSection(reader, map, kSchema, out);
}

void ReadRateLimit(ConfigReader& reader, const ConfigValue& map, RateLimitConfig& out) {
  using R = RateLimitConfig;
  static const Schema<R> kSchema = {
      Key<R>("interval", &R::interval, DurationFrom(Duration(0), std::chrono::hours(24)), ""),
      Key<R>("burst", &R::burst, IntegerFrom(0, 1'000'000), ""),
  };
  ReadSection(reader, map, kSchema, out);
  if (out.interval > Duration(0) && out.burst < 1 && !reader.HasError(map.key + ".burst")) {
    reader.AddError(ConfigValue{map.node, map.key + ".burst"}, "lets no request through",
                    "give a whole number from 1 on");
  }
}

const Schema<WebConfig>& FileSchema() {
  using R = ConfigReader;
  using V = ConfigValue;
  using W = WebConfig;
  static const Schema<W> kSchema = {
      Row<W>("tls_server_config",
             [](R& r, const V& v, W& config) { config.tls = ReadTlsServer(r, v); }),
      Row<W>("http_server_config", ReadHttpServer),
      Row<W>("basic_auth_users",
             [](R& r, const V& v, W& config) { ReadUsers(r, v, config.basic_auth_users); }),
      Row<W>("rate_limit",
             [](R& r, const V& v, W& config) { ReadRateLimit(r, v, config.rate_limit); }),
  };
  return kSchema;
}

void WarnOfRisks(ConfigReader& reader, const std::string& path, const WebConfig& config) {
  if (reader.first_inline_secret() && IsReadableByOthers(path)) {
    reader.AddWarning(*reader.first_inline_secret(),
                      "is a secret in a file that every user can read",
                      "take that right away: chmod o-r");
  }
  if (!config.basic_auth_users.empty() && !config.tls) {
    reader.AddWarning({path, 0, "basic_auth_users"}, "passwords cross the network in the clear",
                      "give tls_server_config, or let a proxy in front speak TLS");
  }
}

WebConfigResult Fail(ConfigOrigin origin, std::string problem, std::string remedy) {
  WebConfigResult result;
  result.errors.push_back({std::move(origin), std::move(problem), std::move(remedy)});
  return result;
}

}  // namespace

WebConfigResult LoadWebConfig(const std::string& path) {
  Result<std::string> text = ReadTextFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    return Fail({path, 0, ""}, "can't be read: " + text.status().message(),
                "give --web.config.file a file that exists and that the exporter may read");
  }
  WebConfigResult result = ParseWebConfig(*text, path);
  Wipe(*text);
  return result;
}

WebConfigResult ParseWebConfig(std::string_view text, const std::string& path) {
  // The format has no variables, and bcrypt's hashes have dollar signs.
  static const Environment kNoVariables;
  const YamlDocument document = ParseYaml(text);
  if (document.error) {
    return Fail({path, document.error->line, ""}, document.error->problem, document.error->remedy);
  }
  ConfigReader reader(path, kNoVariables);
  WebConfig config;
  ReadSection(reader, ConfigValue{document.root, ""}, FileSchema(), config);
  WarnOfRisks(reader, path, config);
  WebConfigResult result;
  result.errors = std::move(reader.errors());
  result.warnings = std::move(reader.warnings());
  if (result.errors.empty()) result.config = std::move(config);
  return result;
}

}  // namespace codearts
