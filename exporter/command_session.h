#ifndef CODEARTS_EXPORTER_COMMAND_SESSION_H_
#define CODEARTS_EXPORTER_COMMAND_SESSION_H_

#include <memory>
#include <stop_token>

#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"
#include "exporter/api_stack.h"
#include "http/curl_transport.h"
#include "metrics/exporter_metrics.h"

namespace codearts {

// What a command that asks the API and ends needs. Threads: one.
class CommandSession {
 public:
  // Errors: with the remedy.
  static Result<std::unique_ptr<CommandSession>> Create(Config config);

  const Config& config() const { return config_; }
  const Clock& clock() const { return clock_; }
  ExporterMetrics& metrics() { return *metrics_; }
  CodeArtsApi& api() { return api_->client(); }
  const RefreshPlan& plan() const { return plan_; }
  CredentialMap credentials() const { return api_->credentials(); }

  // Makes the calls that are queued, and those that follow from them, for `limit` at most; what is
  // left then ends with kDeadlineExceeded.
  void Run(Duration limit);

 private:
  explicit CommandSession(Config config) : config_(std::move(config)) {}

  const CurlGlobal curl_;
  const SystemClock clock_;
  const Config config_;
  std::unique_ptr<ExporterMetrics> metrics_;
  std::unique_ptr<ApiStack> api_;
  RefreshPlan plan_;
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_COMMAND_SESSION_H_
