#include "exporter/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/logging.h"
#include "config/effective_config.h"
#include "exporter/build_info.h"
#include "exporter/check_config.h"
#include "exporter/ledger_store_factory.h"
#include "exporter/process_limits.h"
#include "exporter/render.h"
#include "exporter/signals.h"
#include "exporter/systemd_notify.h"
#include "exporter/wiring.h"
#include "web/admin_handlers.h"
#include "web/listen_address.h"
#include "web/metrics_handler.h"
#include "web/page.h"
#include "web/probe_handler.h"
#include "web/sd_handler.h"
#include "web/status_handlers.h"

namespace codearts {
namespace {

// Scrapes in flight get so long; with what closing connections takes, the end comes within 5 s.
constexpr Duration kStopGrace = std::chrono::seconds(3);

// How often at least to look after the process itself.
constexpr Duration kUpkeepInterval = std::chrono::seconds(30);

// Returns when SIGTERM or SIGINT comes.
void RunUntilTold(App& app) {
  const std::string status =
      fmt::format("serving on {}", FormatListenAddress(app.addresses().front()));
  NotifyReady(status);
  const Duration interval = std::min(WatchdogInterval().value_or(kUpkeepInterval), kUpkeepInterval);
  for (;;) {
    const std::optional<int> signal = AwaitSignal(interval);
    if (!signal) {
      // A lock that is never given back keeps this from returning, and systemd restarts.
      app.Touch();
      NotifyAlive();
      ReturnFreeMemory();
    } else if (*signal == SIGHUP) {
      NotifyReloading();
      app.Reload();
      NotifyReady(status);
    } else {
      return;
    }
  }
}

}  // namespace

App::App(const Config& config)
    : config_(config),
      guard_(clock_, [this](std::string_view reason) { own_metrics_->OnRefusal(reason); }),
      limiter_(config.web.max_requests,
               [this](std::string_view reason) { own_metrics_->OnRefusal(reason); }) {}

App::~App() {
  Stop();
}

Result<std::unique_ptr<App>> App::Start(const Config& config, Hooks hooks) {
  std::unique_ptr<App> app(new App(config));
  Status built = app->Build(std::move(hooks));
  if (!built.ok()) return built;
  return app;
}

void App::Stop() {
  // A scrape that waits for a refresh is answered with what there is as soon as the refresh ends.
  if (collector_ != nullptr) collector_->Stop();
  if (server_ != nullptr) server_->Stop(kStopGrace);
}

Status App::Build(Hooks hooks) {
  const BuildInfo build{kBuildVersion, kBuildRevision, kBuildCompiler};
  Result<std::unique_ptr<ExporterMetrics>> own =
      ExporterMetrics::Create(build, CalledEndpoints(config_), clock_);
  if (!own.ok()) return own.status();
  own_metrics_ = std::move(*own);
  own_metrics_->OnConfigLoad(/*successful=*/true, clock_.Now());
  own_metrics_->SetShard(config_.shard.ordinal, config_.shard.total);
  Result<std::unique_ptr<ApiStack>> api = ApiStack::Create(config_, clock_, *own_metrics_);
  if (!api.ok()) return api.status();
  api_ = std::move(*api);
  if (Status status = BuildLedger(); !status.ok()) return status;
  page_ = std::make_unique<MetricsPage>(config_.metrics, *own_metrics_);
  collector_ = std::make_unique<Collector>(*refresher_, clock_, config_.scrape.min_interval);
  web_config_ = std::move(hooks.web_config);
  BuildReloader(std::move(hooks.load));
  AddRoutes(std::move(hooks.quit));
  return StartServer();
}

Status App::StartServer() {
  WebServerOptions options;
  options.listen_addresses = config_.web.listen_addresses;
  if (web_config_->Current()->tls != nullptr) {
    options.tls = [this] { return web_config_->Current()->tls; };
  }
  const WebHandler routed = [this](const WebRequest& request) { return router_.Handle(request); };
  Result<std::unique_ptr<WebServer>> server = WebServer::Start(
      options,
      [this, routed](const WebRequest& request) {
        return guard_.Handle(web_config_->Current()->config, routed, request);
      },
      clock_);
  if (!server.ok()) return server.status();
  server_ = std::move(*server);
  return Status();
}

Status App::BuildLedger() {
  Result<std::unique_ptr<LedgerStore>> store = OpenLedgerStore(config_, clock_);
  if (!store.ok()) return store.status();
  store_ = std::move(*store);
  Result<std::unique_ptr<Refresher>> refresher = Refresher::Create(
      api_->client(), clock_, *store_, MakeRefreshPlan(config_, api_->credentials()));
  if (!refresher.ok()) return refresher.status();
  refresher_ = std::move(*refresher);
  return Status();
}

void App::BuildReloader(std::function<LoadResult()> load) {
  reloader_ = std::make_unique<Reloader>(
      config_, Reloader::Parts{[this, load = std::move(load)] { return LoadAgain(load); },
                               [this](const Config& running, const Config& next) {
                                 return Apply(running, next);
                               },
                               *collector_, *own_metrics_, clock_});
}

LoadResult App::LoadAgain(const std::function<LoadResult()>& load) {
  LoadResult loaded = load();
  std::vector<ConfigProblem> errors = web_config_->Reload();
  if (!errors.empty()) loaded.config.reset();
  std::move(errors.begin(), errors.end(), std::back_inserter(loaded.errors));
  return loaded;
}

// What can fail comes first.
Status App::Apply(const Config& running, const Config& next) {
  CredentialMap credentials = api_->MakeCredentialsFor(next);
  if (Status status = api_->SetOptions(next); !status.ok()) return status;
  if (Status status = refresher_->SetPlan(MakeRefreshPlan(next, credentials)); !status.ok()) {
    if (const Status back = api_->SetOptions(running); !back.ok()) {
      LogError("options of the API are those of the new configuration until the next reload",
               {{"error", back.message()}});
    }
    return status;
  }
  api_->SetCredentials(next, std::move(credentials));
  page_->SetOptions(next.metrics);
  collector_->SetMinInterval(next.scrape.min_interval);
  return Status();
}

void App::AddRoutes(std::function<void()> quit) {
  const auto current = [this] { return collector_->Current(); };
  AddMetricsRoute();
  AddProbeRoutes();
  router_.Add({"GET"}, "/-/healthy", MakeHealthyHandler());
  router_.Add({"GET"}, "/-/ready", MakeReadyHandler(current));
  const bool lifecycle = config_.web.enable_lifecycle;
  router_.Add({"POST", "PUT"}, "/-/quit", MakeQuitHandler(lifecycle ? std::move(quit) : nullptr));
  std::function<Status()> reload;
  if (lifecycle) reload = [this] { return Reload().get(); };
  router_.Add({"POST", "PUT"}, "/-/reload", MakeReloadHandler(std::move(reload)));
  AddStatusRoutes();
}

void App::AddStatusRoutes() {
  StatusSources sources;
  sources.facts = {kBuildVersion, kBuildRevision, config_.web.telemetry_path, config_.shard};
  sources.current = [this] { return collector_->Current(); };
  sources.configuration = [this] { return FormatEffectiveConfig(*reloader_->config()); };
  router_.Add({"GET"}, "/", MakeStatusPageHandler(sources, clock_));
  router_.Add({"GET"}, "/api/v1/status", MakeStatusDataHandler(sources, clock_));
  AddAssetRoutes(router_);
}

void App::AddMetricsRoute() {
  MetricsSources sources;
  sources.scrape = [this](SteadyTime deadline) { return collector_->Scrape(deadline); };
  sources.render = [this](const Snapshot& snapshot, std::string_view accept,
                          std::string_view encoding) {
    own_metrics_->SetCredentialExpiries(api_->CredentialExpiries());
    return RenderPage(*page_, snapshot, accept, encoding);
  };
  sources.config = [this] { return reloader_->config()->scrape; };
  router_.Add({"GET"}, config_.web.telemetry_path,
              limiter_.Limit(MakeMetricsHandler(std::move(sources), clock_)));
}

void App::AddProbeRoutes() {
  const auto scrape = [this](SteadyTime deadline) { return collector_->Scrape(deadline); };
  const auto current = [this] { return collector_->Current(); };
  const auto config = [this] { return reloader_->config()->scrape; };
  const auto render = [this](const Snapshot& snapshot, const ProjectId& project,
                             std::string_view accept, std::string_view encoding) {
    return RenderProjectPage(*page_, snapshot, project, accept, encoding);
  };
  router_.Add({"GET"}, "/probe",
              limiter_.Limit(MakeProbeHandler({scrape, current, render, config}, clock_)));
  router_.Add({"GET"}, "/sd", limiter_.Limit(MakeSdHandler({scrape, current, config}, clock_)));
}

int Serve(const CommandLine& line) {
  ConfigureLogging(line.flags.log.level, line.flags.log.format);
  const std::optional<Config> config = LoadOrExplain(line);
  if (!config) return 1;
  std::unique_ptr<LiveWebConfig> web_config = OpenWebConfigOrExplain(*config);
  if (web_config == nullptr) return 1;
  RaiseFileLimit();
  BlockSignals();
  const CurlGlobal curl;
  const auto load = [&line] {
    return LoadConfig(line.config_file, ReadProcessEnvironment, line.flags);
  };
  Result<std::unique_ptr<App>> app =
      App::Start(*config, {RaiseTermination, load, std::move(web_config)});
  if (!app.ok()) {
    LogError("cannot start", {{"error", app.status().message()}});
    return 1;
  }
  for (const ListenAddress& address : (*app)->addresses()) {
    LogInfo("serving", {{"address", FormatListenAddress(address)},
                        {"path", config->web.telemetry_path},
                        {"version", kBuildVersion},
                        {"projects", config->projects.size()},
                        {"discovery", config->discovery.empty() ? "off" : "on"}});
  }
  RunUntilTold(**app);
  NotifyStopping();
  LogInfo("stopping");
  (*app)->Stop();
  return 0;
}

}  // namespace codearts
