#include "config/checked_kind.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cstddef>
#include <optional>
#include <utility>

#include "config/endpoint.h"
#include "config/file_reader.h"

namespace codearts {
namespace {

constexpr std::size_t kLargestCaFile = std::size_t{16} << 20U;

ValueKind<std::string> EndpointKind(std::string expected,
                                    Result<std::string> (*normalize)(std::string_view)) {
  auto read = [expected, normalize](ConfigReader& reader, const ConfigValue& value,
                                    std::string& out) {
    const std::optional<std::string> text = reader.ReadScalar(value, expected);
    if (!text || text->empty()) return;
    Result<std::string> endpoint = normalize(*text);
    if (endpoint.ok()) {
      out = *std::move(endpoint);
    } else {
      reader.AddError(value,
                      fmt::format("{} {}", QuoteRaw(value.node), endpoint.status().message()),
                      "give " + expected);
    }
  };
  return {std::move(expected), std::move(read), WriteYamlText};
}

void ReadProxyUrl(ConfigReader& reader, const ConfigValue& value, std::string& out) {
  const std::optional<std::string> text = reader.ReadScalar(value, ProxyUrl().expected);
  if (!text) return;
  const Status status = text->empty() ? Status() : CheckProxyUrl(*text);
  if (status.ok()) {
    out = *text;
  } else {
    // The URL may hold a password.
    reader.AddError(value, status.message(), "give " + ProxyUrl().expected);
  }
}

void ReadFilePath(ConfigReader& reader, const ConfigValue& value, std::string& out) {
  const std::optional<std::string> path = reader.ReadScalar(value, ReadableFile().expected);
  if (!path) return;
  const Status status = path->empty() ? Status() : ReadTextFile(*path, kLargestCaFile).status();
  if (status.ok()) {
    out = *path;
  } else {
    reader.AddError(value, fmt::format("can't read {}: {}", QuoteRaw(value.node), status.message()),
                    "give a file that exists and that the exporter may read");
  }
}

// Adds an error unless `pattern`, which `value` expanded to, compiles.
bool CheckPattern(ConfigReader& reader, const ConfigValue& value, const std::string& pattern) {
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  if (compiled.ok()) return true;
  // RE2 quotes the pattern, which is not ours to show when it came from the environment.
  const std::string why = pattern == value.node.text ? ": " + compiled.error() : "";
  reader.AddError(value, fmt::format("{} is not an RE2 pattern{}", QuoteRaw(value.node), why),
                  "correct it; RE2 has neither look-around nor back references");
  return false;
}

void ReadPatterns(ConfigReader& reader, const ConfigValue& value, std::vector<std::string>& out) {
  if (value.node.kind == YamlNode::Kind::kNull) return;
  std::vector<std::string> patterns;
  for (const ConfigValue& item : reader.ReadList(value, Patterns().expected)) {
    std::optional<std::string> pattern = reader.ReadScalar(item, "an RE2 pattern");
    if (pattern && CheckPattern(reader, item, *pattern)) patterns.push_back(*std::move(pattern));
  }
  out = std::move(patterns);
}

void ReadSomePatterns(ConfigReader& reader, const ConfigValue& value,
                      std::vector<std::string>& out) {
  ReadPatterns(reader, value, out);
  if (value.node.kind == YamlNode::Kind::kSequence && value.node.items.empty()) {
    reader.AddError(value, "is an empty list, which takes nothing",
                    "give a pattern, or leave the key out to take everything");
  }
}

std::string WritePatterns(const std::vector<std::string>& patterns) {
  std::string list;
  for (const std::string& pattern : patterns) {
    if (!list.empty()) list += ", ";
    list += WriteYamlText(pattern);
  }
  return "[" + list + "]";
}

// The gateway says no more of such a key than that it is wrong, and locks what fails too often.
void WarnOfSpaceAround(ConfigReader& reader, const ConfigValue& value, const Secret& secret) {
  if (!HasSpaceAround(secret)) return;
  reader.AddWarning(reader.OriginOf(value), kSpaceAround, kSpaceAroundRemedy);
}

void ReadInlineSecret(ConfigReader& reader, const ConfigValue& value, SecretSource& out) {
  std::optional<std::string> text = reader.ReadScalar(value, InlineSecret().expected);
  if (!text) return;
  out.value = Secret(*std::move(text));
  const Status status = CheckSecret(out.value);
  if (!status.ok()) {
    reader.AddError(value, status.message(), "give " + InlineSecret().expected);
  }
  WarnOfSpaceAround(reader, value, out.value);
  if (out.value.Reveal() == value.node.text) reader.NoteInlineSecret(value);
}

void ReadSecretPath(ConfigReader& reader, const ConfigValue& value, SecretSource& out) {
  const std::optional<std::string> path = reader.ReadScalar(value, SecretFile().expected);
  if (!path) return;
  out.file = *path;
  Result<Secret> secret = ReadSecretFile(*path);
  if (!secret.ok()) {
    reader.AddError(
        value, fmt::format("can't use {}: {}", QuoteRaw(value.node), secret.status().message()),
        "give a file that holds the secret alone and that the exporter may read");
    return;
  }
  out.value = *std::move(secret);
  WarnOfSpaceAround(reader, value, out.value);
  if (IsReadableByOthers(*path)) {
    reader.AddWarning(reader.OriginOf(value),
                      fmt::format("{} can be read by every user", QuoteRaw(value.node)),
                      "take that right away: chmod o-r");
  }
}

}  // namespace

ValueKind<std::string> Endpoint() {
  return EndpointKind("https://host[:port], or http:// for a loopback address", NormalizeEndpoint);
}

ValueKind<std::string> MetadataEndpoint() {
  return EndpointKind("http://169.254.169.254, or the URL of a loopback address",
                      NormalizeMetadataEndpoint);
}

ValueKind<std::string> ProxyUrl() {
  return {"scheme://[user:password@]host[:port] with the scheme http, https, socks5 or socks5h",
          ReadProxyUrl, [](const std::string& url) { return WriteYamlText(HideProxyUser(url)); }};
}

ValueKind<std::string> ReadableFile() {
  return {"the path of a file", ReadFilePath, WriteYamlText};
}

ValueKind<std::vector<std::string>> Patterns() {
  return {"a list of RE2 patterns", ReadPatterns, WritePatterns};
}

ValueKind<std::vector<std::string>> SomePatterns() {
  return {"a list of RE2 patterns", ReadSomePatterns, WritePatterns};
}

ValueKind<SecretSource> InlineSecret() {
  return {"text without line breaks", ReadInlineSecret, [](const SecretSource& source) {
            const bool is_inline = source.file.empty() && !source.value.empty();
            return std::string(is_inline ? "\"<hidden>\"" : "");
          }};
}

ValueKind<SecretSource> SecretFile() {
  return {"the path of a file", ReadSecretPath, [](const SecretSource& source) {
            return source.file.empty() ? "" : WriteYamlText(source.file);
          }};
}

}  // namespace codearts
