#ifndef CODEARTS_EXPORTER_APP_H_
#define CODEARTS_EXPORTER_APP_H_

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "collect/collector.h"
#include "collect/ledger_store.h"
#include "collect/refresher.h"
#include "config/config.h"
#include "config/config_loader.h"
#include "exporter/api_stack.h"
#include "exporter/command_line.h"
#include "exporter/reload.h"
#include "metrics/exporter_metrics.h"
#include "metrics/metrics_page.h"
#include "web/live_web_config.h"
#include "web/request_limiter.h"
#include "web/router.h"
#include "web/server.h"
#include "web/web_guard.h"

namespace codearts {

// The exporter as a whole: the one place that names concrete classes. Members stand in the order in
// which they need each other, so that they end in the opposite one.
class App {
 public:
  // What the app asks of the program around it.
  struct Hooks {
    std::function<void()> quit;        // Called when /-/quit asks for the end.
    std::function<LoadResult()> load;  // Reads the configuration again.
    std::unique_ptr<LiveWebConfig> web_config;
  };

  // Builds everything and starts to serve. Errors: with the remedy; nothing serves then.
  static Result<std::unique_ptr<App>> Start(const Config& config, Hooks hooks);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Where it serves.
  const std::vector<ListenAddress>& addresses() const { return server_->addresses(); }

  // Loads the configuration again, and goes over to it when no refresh runs. The outcome is logged.
  std::future<Status> Reload() { return reloader_->Reload(); }

  // Returns at once unless the exporter hangs.
  void Touch() const { collector_->Current(); }

  // Finishes the scrapes in flight, as long as that takes no more than a few seconds, and ends.
  void Stop();

 private:
  explicit App(const Config& config);

  Status Build(Hooks hooks);
  Status BuildLedger();
  Status StartServer();
  LoadResult LoadAgain(const std::function<LoadResult()>& load);
  void BuildReloader(std::function<LoadResult()> load);
  Status Apply(const Config& running, const Config& next);
  void AddRoutes(std::function<void()> quit);
  void AddMetricsRoute();
  void AddProbeRoutes();
  void AddStatusRoutes();

  const Config config_;  // As at start: flags stay as they were.
  const SystemClock clock_;
  std::unique_ptr<ExporterMetrics> own_metrics_;
  std::unique_ptr<ApiStack> api_;
  std::unique_ptr<LedgerStore> store_;
  std::unique_ptr<Refresher> refresher_;
  std::unique_ptr<MetricsPage> page_;
  std::unique_ptr<LiveWebConfig> web_config_;
  WebGuard guard_;
  RequestLimiter limiter_;
  Router router_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<Reloader> reloader_;
  std::unique_ptr<WebServer> server_;
};

// The command serve: runs until SIGTERM or SIGINT. Returns the exit code.
int Serve(const CommandLine& line);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_APP_H_
