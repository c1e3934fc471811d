#include "exporter/check_access.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "api/json_writer.h"
#include "base/logging.h"
#include "base/text.h"
#include "base/url.h"
#include "exporter/check_config.h"
#include "exporter/command_session.h"
#include "exporter/progress.h"

namespace codearts {
namespace {

constexpr Duration kLongestCheck = std::chrono::seconds(60);
// Of those that a discovery finds: enough to see what differs.
constexpr std::size_t kMostDiscovered = 20;

using State = AccessCall::State;

std::string HostOf(const std::string& endpoint) {
  const std::optional<Url> url = ParseUrl(endpoint);
  return url ? UrlAuthority(*url) : endpoint;
}

const CredentialConfig* FindCredential(const Config& config, const std::string& name) {
  const auto found = std::find_if(config.credentials.begin(), config.credentials.end(),
                                  [&name](const auto& entry) { return entry.name == name; });
  return found == config.credentials.end() ? nullptr : &*found;
}

// Queues the checks of everything that is configured.
class Checks {
 public:
  explicit Checks(CommandSession& session)
      : session_(session),
        progress_(stderr, "checked", "projects and discoveries"),
        check_(session.api(), session.clock(), [this] { progress_.Advance(); }) {
    const std::optional<std::string> proxy = ReadProcessEnvironment("HTTPS_PROXY");
    has_proxy_ = !session.config().api.proxy_url.empty() || (proxy && !proxy->empty());
  }

  void AddAll() {
    const Config& config = session_.config();
    for (const DiscoveryConfig& discovery : config.discovery) AddDiscovery(discovery);
    for (std::size_t i = 0; i < config.projects.size(); ++i) {
      progress_.Expect(1);
      check_.AddProject({session_.plan().projects[i],
                         PlaceOf(config.projects[i].endpoint, config.projects[i].credentials)});
    }
  }

  const AccessCheck& check() const { return check_; }

 private:
  AccessPlace PlaceOf(const std::string& endpoint, const std::string& credential) const {
    AccessPlace place;
    place.host = HostOf(endpoint);
    const CredentialConfig* config = FindCredential(session_.config(), credential);
    place.credential =
        config == nullptr ? credential : fmt::format("{} ({})", credential, config->origin);
    place.credential_name = credential;
    if (config != nullptr) {
      place.iam_user = std::get_if<IamUserCredential>(&config->source);
      place.from_chain = config->from_chain;
    }
    place.has_proxy = has_proxy_;
    return place;
  }

  std::shared_ptr<ProjectPlan> MakePlan(const DiscoveryConfig& discovery) const {
    auto plan = std::make_shared<ProjectPlan>();
    plan->target.credential = session_.credentials().at(discovery.credentials).get();
    plan->region = discovery.region;
    plan->include = std::make_shared<const NamePatterns>(discovery.projects.include);
    plan->exclude = std::make_shared<const NamePatterns>(discovery.projects.exclude);
    return plan;
  }

  void AddDiscovery(const DiscoveryConfig& discovery) {
    progress_.Expect(1);
    const std::shared_ptr<ProjectPlan> plan = MakePlan(discovery);
    plan->target.endpoint = discovery.project_endpoint;
    AccessPlace place = PlaceOf(discovery.project_endpoint, discovery.credentials);
    place.is_discovery = true;
    check_.AddDiscovery({plan, place}, [this, &discovery](const std::vector<Project>& found) {
      const std::size_t count = std::min(found.size(), kMostDiscovered);
      progress_.Expect(count);
      for (std::size_t i = 0; i < count; ++i) AddFound(discovery, found[i]);
    });
  }

  void AddFound(const DiscoveryConfig& discovery, const Project& project) {
    const std::shared_ptr<ProjectPlan> plan = MakePlan(discovery);
    const NameFilter all;
    plan->include = std::make_shared<const NamePatterns>(all.include);
    plan->exclude = std::make_shared<const NamePatterns>(all.exclude);
    plan->target.project = project.id;
    plan->target.endpoint = discovery.endpoint;
    plan->name = project.name;
    check_.AddProject({plan, PlaceOf(discovery.endpoint, discovery.credentials)});
  }

  CommandSession& session_;
  Progress progress_;
  AccessCheck check_;
  bool has_proxy_ = false;
};

std::size_t CountCalls(const std::vector<std::unique_ptr<AccessSubject>>& subjects, State state) {
  std::size_t count = 0;
  for (const auto& subject : subjects) {
    for (const AccessCall& call : subject->calls) count += call.state == state ? 1 : 0;
  }
  return count;
}

bool NeedsPolicy(const std::vector<std::unique_ptr<AccessSubject>>& subjects) {
  for (const auto& subject : subjects) {
    for (const AccessCall& call : subject->calls) {
      if (call.advice && call.advice->needs_policy) return true;
    }
  }
  return false;
}

// Names come from the API.
std::string OneLine(const std::string& text) {
  return EscapeControls(RepairUtf8(text));
}

std::string_view StateName(State state) {
  switch (state) {
    case State::kOk:
      return "ok";
    case State::kFailed:
      return "FAILED";
    case State::kSkipped:
      return "skipped";
  }
  return "";
}

std::string FormatText(const std::vector<std::unique_ptr<AccessSubject>>& subjects) {
  std::string text;
  for (const auto& subject : subjects) {
    text += fmt::format("{}\n  at {} with credential {}\n", OneLine(subject->title),
                        subject->endpoint, OneLine(subject->place.credential));
    for (const AccessCall& call : subject->calls) {
      text += fmt::format("  {:<8} {:<15} {}\n", StateName(call.state), call.name,
                          OneLine(call.advice ? call.advice->problem : call.note));
      if (!call.advice) continue;
      text += fmt::format("{:27}remedy: {}\n", "", OneLine(call.advice->remedy));
      text += fmt::format("{:27}reason: {}\n", "", OneLine(call.failure.message()));
    }
    text += "\n";
  }
  const std::size_t failed = CountCalls(subjects, State::kFailed);
  const std::size_t skipped = CountCalls(subjects, State::kSkipped);
  if (NeedsPolicy(subjects)) text += LeastProjectRole() + "\n" + LeastIamPolicy() + "\n";
  text += fmt::format("{} calls ok, {} failed, {} skipped\n", CountCalls(subjects, State::kOk),
                      failed, skipped);
  return text;
}

void WriteCall(JsonWriter& json, const AccessCall& call) {
  json.BeginObject();
  json.Field("call", call.name);
  json.Field("state", call.state == State::kFailed ? "failed" : StateName(call.state));
  if (call.advice) {
    json.Field("problem", call.advice->problem);
    json.Field("remedy", call.advice->remedy);
    json.Field("reason", StatusCodeName(call.failure.code()));
    json.Field("message", call.failure.message());
    json.Field("error_code", call.failure.details().error_code);
    json.Key("http_status");
    json.Integer(call.failure.details().http_status);
  } else {
    json.Field("note", call.note);
  }
  json.EndObject();
}

std::string FormatJson(const std::vector<std::unique_ptr<AccessSubject>>& subjects) {
  JsonWriter json(JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("ok");
  json.Bool(CountCalls(subjects, State::kFailed) == 0);
  json.Key("checks");
  json.BeginArray();
  for (const auto& subject : subjects) {
    json.BeginObject();
    json.Field("title", subject->title);
    json.Field("project_id", subject->id);
    json.Field("endpoint", subject->endpoint);
    json.Field("credential", subject->place.credential);
    json.Key("calls");
    json.BeginArray();
    for (const AccessCall& call : subject->calls) WriteCall(json, call);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.Field("least_policy", NeedsPolicy(subjects) ? LeastIamPolicy() : "");
  json.EndObject();
  return json.Take() + "\n";
}

// One attempt tells what is missing, and a wrong key must not be tried often.
Config ForOneAttempt(Config config) {
  config.api.retries = 0;
  return config;
}

}  // namespace

std::string FormatAccess(const std::vector<std::unique_ptr<AccessSubject>>& subjects,
                         OutputFormat format) {
  return format == OutputFormat::kJson ? FormatJson(subjects) : FormatText(subjects);
}

int CheckAccess(const CommandLine& line) {
  std::optional<Config> config = LoadOrExplain(line);
  if (!config) return 1;
  ConfigureLogging(LogLevel::kError, config->log.format);
  const Result<std::unique_ptr<CommandSession>> session =
      CommandSession::Create(ForOneAttempt(*std::move(config)));
  if (!session.ok()) {
    fmt::print(stderr, "error: {}\n", session.status().message());
    return 1;
  }
  std::string text;
  bool ok = false;
  {
    Checks checks(**session);
    checks.AddAll();
    (*session)->Run(kLongestCheck);
    const auto& subjects = checks.check().subjects();
    text = FormatAccess(subjects, line.output);
    ok = !subjects.empty() && CountCalls(subjects, State::kFailed) == 0;
  }
  std::fputs(text.c_str(), stdout);
  return ok ? 0 : 1;
}

}  // namespace codearts
