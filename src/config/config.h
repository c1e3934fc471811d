// config/: file, environment and flags -> one validated Config. Names the key, the line and the
// remedy of everything that is wrong. Knows no network; opens no file but the configuration and
// those of secrets.
#ifndef CODEARTS_CONFIG_CONFIG_H_
#define CODEARTS_CONFIG_CONFIG_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/logging.h"
#include "base/secret.h"
#include "model/ids.h"

namespace codearts {

// Everything here is validated: ranges hold, patterns compile, endpoints are filled in and have no
// trailing slash, names of credentials exist. Defaults are those of docs/configuration.md.

struct ScrapeConfig {
  Duration min_interval = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(10);
  Duration timeout_offset = std::chrono::milliseconds(500);
  Duration max_staleness = std::chrono::minutes(10);

  bool operator==(const ScrapeConfig&) const = default;
};

struct ApiConfig {
  int concurrency = 16;
  double requests_per_second = 20;
  Duration request_timeout = std::chrono::seconds(10);
  int page_size = 100;
  std::uint64_t max_response_bytes = std::uint64_t{16} << 20U;
  int retries = 3;
  std::string ca_file;    // Beside the system's; empty: none.
  std::string proxy_url;  // Empty: HTTPS_PROXY and NO_PROXY of the environment.

  bool operator==(const ApiConfig&) const = default;
};

// A secret and, if it came from a file, where to read it again (ReadSecretFile) when that changes.
struct SecretSource {
  Secret value;
  std::string file;  // Empty: given in the configuration or the environment.

  // What a file holds does not count: whoever has it from there follows it.
  bool operator==(const SecretSource& other) const {
    return file == other.file && (!file.empty() || value == other.value);
  }
};

// Signs requests (SDK-HMAC-SHA256).
struct AccessKeyCredential {
  SecretSource access_key;
  SecretSource secret_key;
  SecretSource security_token;  // Empty: a permanent key.

  bool operator==(const AccessKeyCredential&) const = default;
};

// Fetches tokens from IAM with a user's password.
struct IamUserCredential {
  std::string domain;
  std::string user;
  SecretSource password;
  std::string project;   // Name of the IAM project, e.g. "cn-north-4".
  std::string endpoint;  // IAM's.

  bool operator==(const IamUserCredential&) const = default;
};

// A token that somebody else renews.
struct AuthTokenCredential {
  SecretSource token;

  bool operator==(const AuthTokenCredential&) const = default;
};

// Temporary keys of the agency that the machine has.
struct EcsMetadataCredential {
  std::string endpoint = "http://169.254.169.254";

  bool operator==(const EcsMetadataCredential&) const = default;
};

// The SDKs' profile file (INI, section [basic], keys ak, sk, security_token).
struct ProfileFileCredential {
  std::string path;

  bool operator==(const ProfileFileCredential&) const = default;
};

using CredentialSource = std::variant<AccessKeyCredential, IamUserCredential, AuthTokenCredential,
                                      EcsMetadataCredential, ProfileFileCredential>;

struct CredentialConfig {
  std::string name;
  CredentialSource source;
  std::string origin;       // For people: "config.yaml:12", or which part of the SDKs' chain it is.
  bool from_chain = false;  // The configuration gave none, so the SDKs' chain did.

  bool operator==(const CredentialConfig&) const = default;
};

// RE2 patterns, unanchored. A name passes if one of `include` and none of `exclude` matches.
struct NameFilter {
  std::vector<std::string> include = {".*"};
  std::vector<std::string> exclude;

  bool operator==(const NameFilter&) const = default;
};

struct ProjectConfig {
  ProjectId id;
  std::string name;      // Empty: the name that the API gives, else the id.
  std::string region;    // Empty: what the API says.
  std::string endpoint;  // "https://host[:port]".
  std::string credentials = "default";
  NameFilter pipelines;

  bool operator==(const ProjectConfig&) const = default;
};

struct DiscoveryConfig {
  std::string region;
  std::string credentials = "default";
  std::string endpoint;          // Of CodeArts Pipeline.
  std::string project_endpoint;  // Of ProjectMan.
  NameFilter projects;           // By project name.
  Duration refresh_interval = std::chrono::minutes(10);

  bool operator==(const DiscoveryConfig&) const = default;
};

// How deep series go; each level includes those before it.
enum class MetricsLevel { kRun, kStage, kJob, kStep };

struct MetricsConfig {
  MetricsLevel level = MetricsLevel::kJob;
  MetricsLevel histogram_level = MetricsLevel::kJob;  // Never deeper than `level`.
  bool run_info = true;
  bool trigger_label = false;                  // run_labels has "trigger".
  bool branch_label = false;                   // run_labels has "branch".
  std::vector<std::string> branches = {".*"};  // RE2, unanchored.
  // Upper bounds in seconds, rising, without +Inf.
  std::vector<double> run_buckets = {10,   30,   60,   120,  180,  300,   600,  900,
                                     1200, 1800, 2700, 3600, 7200, 14400, 28800};
  std::vector<double> stage_buckets = {5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200};
  std::vector<double> job_buckets = stage_buckets;
  std::vector<double> step_buckets = stage_buckets;
  bool queue = false;
  std::int64_t series_limit = 1'000'000;

  bool operator==(const MetricsConfig&) const = default;
};

// The moment at which a pipeline is first seen.
struct SinceFirstSeen {
  bool operator==(const SinceFirstSeen&) const = default;
};

// From when on ended runs are counted: `now`, that long before first sight, or that instant.
using HistorySince = std::variant<SinceFirstSeen, Duration, Timestamp>;

struct HistoryConfig {
  HistorySince since;
  Duration recheck = std::chrono::hours(1);

  bool operator==(const HistoryConfig&) const = default;
};

struct StateConfig {
  std::string path = "data/state.db";  // Empty: in memory.

  bool operator==(const StateConfig&) const = default;
};

struct ListenAddress {
  std::string host;  // Empty: every interface. IPv6 without brackets.
  std::uint16_t port = 10440;

  bool operator==(const ListenAddress&) const = default;
};

// The following come from flags alone and stay as they are on a reload.

struct WebFlags {
  std::vector<ListenAddress> listen_addresses = {ListenAddress()};
  std::string telemetry_path = "/metrics";
  std::string config_file;  // TLS and basic auth; empty: none.
  bool enable_lifecycle = false;
  int max_requests = 16;

  bool operator==(const WebFlags&) const = default;
};

struct ShardConfig {
  int ordinal = 0;  // In [0, total).
  int total = 1;

  bool operator==(const ShardConfig&) const = default;
};

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kLogfmt;

  bool operator==(const LogConfig&) const = default;
};

struct Config {
  ScrapeConfig scrape;
  ApiConfig api;
  std::vector<CredentialConfig> credentials;
  std::vector<ProjectConfig> projects;
  std::vector<DiscoveryConfig> discovery;
  MetricsConfig metrics;
  HistoryConfig history;
  StateConfig state;
  WebFlags web;
  ShardConfig shard;
  LogConfig log;

  bool operator==(const Config&) const = default;
};

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CONFIG_H_
