#include "exporter/running_exporter.h"

#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "api/json_document.h"
#include "api/json_fields.h"
#include "base/url.h"
#include "config/file_reader.h"
#include "config/web_config.h"
#include "http/curl_transport.h"
#include "web/basic_credentials.h"
#include "web/key_pin.h"

namespace codearts {
namespace {

bool IsEveryInterface(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

// Seconds with a fraction, as the status page's data has them.
std::optional<Duration> ReadSeconds(const JsonValue& object, std::string_view name) {
  const JsonValue* value = FindField(object, name);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  constexpr double kLatest = 1e11;
  const double seconds = value->GetDouble();
  if (!(seconds >= 0 && seconds < kLatest)) return std::nullopt;
  return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

ProjectReport ReadReport(const JsonValue& project) {
  ProjectReport report;
  report.up = ReadBool(project, "up").value_or(false);
  if (const auto since_epoch = ReadSeconds(project, "last_refresh")) {
    report.last_refresh = Timestamp(*since_epoch);
  }
  report.duration = ReadSeconds(project, "refresh_duration");
  if (const JsonValue* error = FindObject(project, "last_error")) {
    report.last_error = ReadText(*error, "message");
  }
  return report;
}

bool DemandsClientCertificate(ClientAuth client_auth) {
  return client_auth == ClientAuth::kRequireAnyClientCert ||
         client_auth == ClientAuth::kRequireAndVerifyClientCert;
}

Result<WebConfig> ReadWebConfig(const WebFlags& web) {
  if (web.config_file.empty()) return WebConfig();
  WebConfigResult loaded = LoadWebConfig(web.config_file);
  if (loaded.config) return *std::move(loaded.config);
  return Status(StatusCode::kInvalidArgument, FormatConfigProblem(loaded.errors.front()));
}

Result<std::string> ChooseUser(const WebConfig& config, const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  if (config.basic_auth_users.size() == 1) return config.basic_auth_users.begin()->first;
  return Status(StatusCode::kInvalidArgument,
                "--password-file: whose password it is, --user=NAME has to say");
}

Status WithRemedy(const Status& failure, const WebFlags& web, const ExporterLogin& login) {
  std::string remedy;
  if (failure.code() == StatusCode::kUnauthenticated) {
    remedy = login.password_file.empty() ? "; it asks for a password: give --password-file=FILE"
                                         : "; it takes neither this user nor this password";
  } else if (web.config_file.empty() && failure.details().cause == ErrorCause::kSilence) {
    remedy = "; if it was started with --web.config.file, give the same here";
  } else if (failure.details().cause == ErrorCause::kTls) {
    remedy = "; it is known by the certificate that " + web.config_file + " names";
  } else {
    return failure;
  }
  return Status(failure.code(), failure.message() + remedy, failure.details());
}

}  // namespace

Result<std::string> LocalHostOf(const ListenAddress& address) {
  std::string host = address.host;
  if (IsEveryInterface(host)) host = host == "::" ? "::1" : "127.0.0.1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  if (!IsLoopbackHost(host)) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("{} is not a loopback address; let the exporter serve on 127.0.0.1 "
                              "too: --web.listen-address=127.0.0.1:{}",
                              host, address.port));
  }
  return fmt::format("{}:{}", host, address.port);
}

Result<std::string> FindLocalHost(const WebFlags& web) {
  std::optional<Result<std::string>> host;
  for (const ListenAddress& address : web.listen_addresses) {
    if (!host || !host->ok()) host = LocalHostOf(address);
  }
  return *host;
}

Result<ExporterDoor> FindDoor(const WebFlags& web, const ExporterLogin& login) {
  const Result<std::string> host = FindLocalHost(web);
  if (!host.ok()) return host.status();
  const Result<WebConfig> config = ReadWebConfig(web);
  if (!config.ok()) return config.status();
  ExporterDoor door;
  door.url = (config->tls ? "https://" : "http://") + *host;
  if (config->tls) {
    if (DemandsClientCertificate(config->tls->client_auth)) {
      return Status(StatusCode::kInvalidArgument,
                    "client_auth_type of " + web.config_file +
                        " lets in clients with a certificate only; look at its status page");
    }
    Result<std::string> pin = KeyPinOf(*config->tls);
    if (!pin.ok()) return pin.status();
    door.key_pin = *std::move(pin);
  }
  if (login.password_file.empty()) return door;
  const Result<std::string> user = ChooseUser(*config, login.user);
  if (!user.ok()) return user.status();
  Result<Secret> password = ReadSecretFile(login.password_file);
  if (!password.ok()) {
    return password.status().WithContext("--password-file: " + login.password_file);
  }
  door.authorization = MakeAuthorization({*user, *std::move(password)});
  return door;
}

Result<std::string> AskExporter(const ExporterDoor& door, const std::string& path) {
  const SystemClock clock;
  CurlTransportOptions options;
  options.request_timeout = kAnswerTimeout;
  options.server_key_pin = door.key_pin;
  Result<std::unique_ptr<CurlTransport>> transport =
      CurlTransport::Create(std::move(options), clock);
  if (!transport.ok()) return transport.status();
  HttpRequest request;
  request.url = door.url + path;
  if (door.authorization) request.headers.push_back(*door.authorization);
  Result<HttpResponse> answer = Status(StatusCode::kInternal, "no answer");
  (*transport)->Send(std::move(request), [&answer](Result<HttpResponse> response) {
    answer = std::move(response);
  });
  (*transport)->Run({});
  if (!answer.ok()) return answer.status();
  if (answer->status_code != 200) {
    constexpr int kUnauthorized = 401;
    return Status(answer->status_code == kUnauthorized ? StatusCode::kUnauthenticated
                                                       : StatusCode::kUnavailable,
                  fmt::format("GET {}: HTTP {}", door.url + path, answer->status_code));
  }
  return std::move(answer->body);
}

Result<std::map<ProjectId, ProjectReport>> ReadProjectReports(const WebFlags& web,
                                                              const ExporterLogin& login) {
  const Result<ExporterDoor> door = FindDoor(web, login);
  if (!door.ok()) return door.status();
  Result<std::string> body = AskExporter(*door, "/api/v1/status");
  if (!body.ok()) return WithRemedy(body.status(), web, login);
  JsonDocument document;
  if (Status status = document.Parse(*std::move(body)); !status.ok()) return status;
  std::map<ProjectId, ProjectReport> reports;
  const JsonValue* projects =
      document.root().IsObject() ? FindArray(document.root(), "projects") : nullptr;
  if (projects == nullptr) {
    return Status(StatusCode::kInvalidResponse, "/api/v1/status names no projects");
  }
  for (const JsonValue& project : projects->GetArray()) {
    if (!project.IsObject()) continue;
    reports[ProjectId{ReadText(project, "id")}] = ReadReport(project);
  }
  return reports;
}

}  // namespace codearts
