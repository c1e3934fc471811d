#include "config/credential_section.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "config/checked_kind.h"
#include "config/file_reader.h"
#include "config/regions.h"

namespace codearts {
namespace {

constexpr std::string_view kGiveOneKind =
    "give access_key and secret_key, or auth_token, or iam_user, or ecs_metadata: true";

// The two rows of a secret: as it is, and its `_file` twin.
template <typename Section>
void AddSecret(Schema<Section>& schema, const std::string& name, SecretSource Section::*member,
               const std::string& doc) {
  schema.push_back(Key<Section>(name, member, InlineSecret(), doc));
  schema.push_back(
      Key<Section>(name + "_file", member, SecretFile(),
                   fmt::format("File that holds `{}`; read again when it changes.", name)));
}

const Schema<IamUserCredential>& IamUserSchema() {
  using S = IamUserCredential;
  static const Schema<S> kSchema = [] {
    Schema<S> schema = {
        WithDefault(Key<S>("domain", &S::domain, Text(), "Name of the account."), "required"),
        WithDefault(Key<S>("user", &S::user, Text(), "Name of the IAM user."), "required"),
    };
    AddSecret(schema, "password", &S::password, "The user's password. It or its twin is required.");
    schema.push_back(WithDefault(
        Key<S>("project", &S::project, Text(), "Name of the IAM project, such as `cn-north-4`."),
        "required"));
    schema.push_back(Key<S>("endpoint", &S::endpoint, Endpoint(),
                            "IAM's endpoint, if not that of the project's region."));
    return schema;
  }();
  return kSchema;
}

// Anything else has been refused already.
bool IsMapOrEmpty(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kMap || node.kind == YamlNode::Kind::kNull;
}

bool Has(const YamlNode& node, std::string_view name) {
  return FindEntry(&node, name) != nullptr ||
         FindEntry(&node, std::string(name) + "_file") != nullptr;
}

// Adds an error if both spellings of a secret are in the map.
void CheckTwins(ConfigReader& reader, const ConfigValue& map, std::string_view name) {
  const std::string twin = std::string(name) + "_file";
  const YamlEntry* file = FindEntry(&map.node, twin);
  if (file == nullptr || FindEntry(&map.node, name) == nullptr) return;
  reader.AddError(ConfigValue{file->value, map.key + "." + twin},
                  fmt::format("is given beside {}", name), "keep one of them");
}

// Adds an error for each of `names` that is missing in the map.
template <std::size_t N>
void Require(ConfigReader& reader, const ConfigValue& map,
             const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    if (Has(map.node, name)) continue;
    const bool has_twin = name == "access_key" || name == "secret_key" || name == "password";
    reader.AddError(
        ConfigValue{map.node, fmt::format("{}.{}", map.key, name)}, "is missing",
        has_twin ? fmt::format("give {0} or {0}_file", name) : fmt::format("give {}", name));
  }
}

void CheckIamUser(ConfigReader& reader, const ConfigValue& map, IamUserCredential& user) {
  if (!IsMapOrEmpty(map.node)) return;
  CheckTwins(reader, map, "password");
  Require(reader, map, std::array<std::string_view, 4>{"domain", "user", "password", "project"});
  // A project is named after its region, a sub-project "<region>_<name>".
  if (user.endpoint.empty()) {
    user.endpoint = IamEndpoint(user.project.substr(0, user.project.find('_')));
  }
}

// Returns the names of the kinds whose keys the map has.
std::vector<std::string_view> FindKinds(const YamlNode& node, const CredentialDraft& draft) {
  std::vector<std::string_view> kinds;
  if (Has(node, "access_key") || Has(node, "secret_key") || Has(node, "security_token")) {
    kinds.emplace_back("access_key");
  }
  if (Has(node, "auth_token")) kinds.emplace_back("auth_token");
  if (Has(node, "iam_user")) kinds.emplace_back("iam_user");
  if (draft.ecs_metadata) kinds.emplace_back("ecs_metadata");
  return kinds;
}

// Reads the credential's own endpoint, which is another service's for each kind, into `out`.
void ReadEndpoint(ConfigReader& reader, const ConfigValue& map, std::string_view kind,
                  std::string& out) {
  const YamlEntry* entry = FindEntry(&map.node, "endpoint");
  if (entry == nullptr || entry->value.text.empty()) return;
  const ConfigValue value{entry->value, map.key + ".endpoint"};
  if (kind == "ecs_metadata") {
    MetadataEndpoint().read(reader, value, out);
  } else if (kind != "iam_user") {
    reader.AddError(value, fmt::format("has no use with {}", kind),
                    "remove it; it belongs to iam_user and ecs_metadata");
  } else if (!out.empty()) {
    reader.AddError(value, "is given beside iam_user.endpoint", "keep one of them");
  } else {
    Endpoint().read(reader, value, out);
  }
}

CredentialSource TakeSource(ConfigReader& reader, const ConfigValue& map, std::string_view kind,
                            CredentialDraft& draft) {
  if (kind == "iam_user") {
    ReadEndpoint(reader, map, kind, draft.iam_user.endpoint);
    const YamlNode& user = FindEntry(&map.node, kind)->value;
    CheckIamUser(reader, ConfigValue{user, map.key + ".iam_user"}, draft.iam_user);
    return std::move(draft.iam_user);
  }
  EcsMetadataCredential metadata;
  ReadEndpoint(reader, map, kind, metadata.endpoint);
  if (kind == "ecs_metadata") return metadata;
  if (kind == "auth_token") return AuthTokenCredential{std::move(draft.auth_token)};
  Require(reader, map, std::array<std::string_view, 2>{"access_key", "secret_key"});
  return AccessKeyCredential{std::move(draft.access_key), std::move(draft.secret_key),
                             std::move(draft.security_token)};
}

CredentialConfig ReadCredential(ConfigReader& reader, const ConfigValue& map, std::string name) {
  CredentialDraft draft;
  ReadSection(reader, map, CredentialSchema(), draft);
  const ConfigOrigin origin = reader.OriginOf(map);
  CredentialConfig credential;
  credential.name = std::move(name);
  credential.origin = fmt::format("{}:{}", origin.file, origin.line);
  for (const std::string_view secret :
       {"access_key", "secret_key", "security_token", "auth_token"}) {
    CheckTwins(reader, map, secret);
  }
  if (!IsMapOrEmpty(map.node)) return credential;
  const std::vector<std::string_view> kinds = FindKinds(map.node, draft);
  if (kinds.empty()) {
    reader.AddError(map, "holds no credential", std::string(kGiveOneKind));
    return credential;
  }
  if (kinds.size() > 1) {
    reader.AddError(map, fmt::format("mixes {}", fmt::join(kinds, " and ")), "keep one of them");
    return credential;
  }
  credential.source = TakeSource(reader, map, kinds.front(), draft);
  return credential;
}

std::optional<std::string> GetVariable(const ConfigReader& reader, std::string_view name) {
  std::optional<std::string> value = reader.environment()(std::string(name));
  if (value && value->empty()) value.reset();
  return value;
}

SecretSource TakeVariable(ConfigReader& reader, const std::string& name) {
  SecretSource source;
  if (std::optional<std::string> value = GetVariable(reader, name)) {
    source.value = Secret(*std::move(value));
    const Status status = CheckSecret(source.value);
    if (!status.ok()) {
      reader.AddError(ConfigOrigin{"environment", 0, name}, status.message(),
                      "give text without line breaks");
    }
    if (HasSpaceAround(source.value)) {
      reader.AddWarning(ConfigOrigin{"environment", 0, name}, kSpaceAround, kSpaceAroundRemedy);
    }
  }
  return source;
}

// Returns the key pair of one spelling of the variables, if any of the two is set.
std::optional<AccessKeyCredential> FindKeyPair(ConfigReader& reader, const std::string& prefix) {
  AccessKeyCredential keys;
  keys.access_key = TakeVariable(reader, prefix + "_AK");
  keys.secret_key = TakeVariable(reader, prefix + "_SK");
  if (keys.access_key.value.empty() && keys.secret_key.value.empty()) return std::nullopt;
  for (const auto& [source, suffix] :
       {std::pair{&keys.access_key, "_AK"}, std::pair{&keys.secret_key, "_SK"}}) {
    if (!source->value.empty()) continue;
    reader.AddError(ConfigOrigin{"environment", 0, prefix + suffix},
                    "is not set, but the other half of the key pair is", "set both");
  }
  keys.security_token = TakeVariable(reader, "HUAWEICLOUD_SDK_SECURITY_TOKEN");
  return keys;
}

// Where the SDKs' profile file is; `path` is empty if there is none, and `absence` says so then.
struct ProfileFile {
  std::string path;
  std::string absence;
};

ProfileFile FindProfileFile(ConfigReader& reader) {
  constexpr std::string_view kVariable = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
  constexpr std::size_t kLargest = std::size_t{1} << 20U;
  std::string path;
  std::string problem = "can't be read: ";
  ConfigOrigin origin;
  if (const std::optional<std::string> named = GetVariable(reader, kVariable)) {
    path = *named;
    origin = {"environment", 0, std::string(kVariable)};
    problem = "names a file that can't be read: ";
  } else {
    const std::optional<std::string> home = GetVariable(reader, "HOME");
    if (!home) return {"", "HOME is not set, so there is no profile file"};
    path = *home + "/.huaweicloud/credentials";
    origin = {path, 0, ""};
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return {"", "there is no profile file " + path};
  }
  if (const Status status = ReadTextFile(path, kLargest).status(); !status.ok()) {
    reader.AddError(origin, problem + status.message(),
                    "let the exporter read " + path + ", or configure credentials");
  }
  return {path, ""};
}

CredentialConfig ChainCredential(CredentialSource source, std::string origin) {
  CredentialConfig credential;
  credential.name = "default";
  credential.source = std::move(source);
  credential.origin = std::move(origin);
  credential.from_chain = true;
  return credential;
}

CredentialDraft ToDraft(const CredentialConfig& credential) {
  CredentialDraft draft;
  if (const auto* keys = std::get_if<AccessKeyCredential>(&credential.source)) {
    draft.access_key = keys->access_key;
    draft.secret_key = keys->secret_key;
    draft.security_token = keys->security_token;
  } else if (const auto* user = std::get_if<IamUserCredential>(&credential.source)) {
    draft.iam_user = *user;
  } else if (const auto* token = std::get_if<AuthTokenCredential>(&credential.source)) {
    draft.auth_token = token->token;
  } else if (const auto* metadata = std::get_if<EcsMetadataCredential>(&credential.source)) {
    draft.ecs_metadata = true;
    draft.endpoint = metadata->endpoint;
  }
  return draft;
}

}  // namespace

const Schema<CredentialDraft>& CredentialSchema() {
  using S = CredentialDraft;
  static const Schema<S> kSchema = [] {
    Schema<S> schema;
    AddSecret(schema, "access_key", &S::access_key, "Access key (AK). Signs requests.");
    AddSecret(schema, "secret_key", &S::secret_key, "Secret key (SK) of the access key.");
    AddSecret(schema, "security_token", &S::security_token, "Of a temporary access key.");
    AddSecret(schema, "auth_token", &S::auth_token,
              "A region-level IAM token that somebody else renews.");
    schema.push_back(OmitDefault(MapKey<S>("iam_user", &S::iam_user, IamUserSchema(),
                                           "An IAM user whose password fetches tokens.")));
    schema.push_back(OmitDefault(Key<S>("ecs_metadata", &S::ecs_metadata, Bool(),
                                        "Temporary keys of the agency of the machine (ECS).")));
    schema.push_back(OmitDefault(Key<S>("endpoint", &S::endpoint, Text(),
                                        "Endpoint of IAM (`iam_user`) or of the metadata service "
                                        "(`ecs_metadata`), if not the usual one.")));
    return schema;
  }();
  return kSchema;
}

std::vector<CredentialConfig> ReadCredentials(ConfigReader& reader, const ConfigValue& value) {
  std::vector<CredentialConfig> credentials;
  for (const ConfigValue& entry : reader.ReadMap(value)) {
    credentials.push_back(ReadCredential(reader, entry, std::string(NameWithin(value, entry))));
  }
  return credentials;
}

CredentialConfig FindCredentialChain(ConfigReader& reader) {
  if (GetVariable(reader, "CODEARTS_AUTH_TOKEN")) {
    return ChainCredential(AuthTokenCredential{TakeVariable(reader, "CODEARTS_AUTH_TOKEN")},
                           "environment, CODEARTS_AUTH_TOKEN");
  }
  for (const std::string prefix : {"HUAWEICLOUD_SDK", "CLOUD_SDK"}) {
    if (std::optional<AccessKeyCredential> keys = FindKeyPair(reader, prefix)) {
      return ChainCredential(*std::move(keys),
                             fmt::format("environment, {0}_AK and {0}_SK", prefix));
    }
  }
  const ProfileFile profile = FindProfileFile(reader);
  if (!profile.path.empty()) {
    return ChainCredential(ProfileFileCredential{profile.path}, "profile file " + profile.path);
  }
  return ChainCredential(EcsMetadataCredential(),
                         "ECS metadata, as nothing else is configured: CODEARTS_AUTH_TOKEN, "
                         "HUAWEICLOUD_SDK_AK and CLOUD_SDK_AK are not set, and " +
                             profile.absence);
}

std::vector<std::string> WriteCredential(const CredentialConfig& credential) {
  return WriteSection(CredentialSchema(), ToDraft(credential));
}

}  // namespace codearts
