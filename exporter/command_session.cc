#include "exporter/command_session.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "exporter/build_info.h"

namespace codearts {

Result<std::unique_ptr<CommandSession>> CommandSession::Create(Config config) {
  std::unique_ptr<CommandSession> session(new CommandSession(std::move(config)));
  const Config& known = session->config_;
  Result<std::unique_ptr<ExporterMetrics>> metrics = ExporterMetrics::Create(
      {kBuildVersion, kBuildRevision, kBuildCompiler}, CalledEndpoints(known), session->clock_);
  if (!metrics.ok()) return metrics.status();
  session->metrics_ = std::move(*metrics);
  // As they are when it serves: plan counts them.
  session->metrics_->OnConfigLoad(/*successful=*/true, session->clock_.Now());
  session->metrics_->SetShard(known.shard.ordinal, known.shard.total);
  Result<std::unique_ptr<ApiStack>> api =
      ApiStack::Create(session->config_, session->clock_, *session->metrics_);
  if (!api.ok()) return api.status();
  session->api_ = std::move(*api);
  session->plan_ = MakeRefreshPlan(session->config_, session->api_->credentials());
  return session;
}

void CommandSession::Run(Duration limit) {
  std::stop_source stop;
  std::mutex mutex;  // There is nothing to guard: the watchdog only waits.
  std::condition_variable_any changed;
  // A timer of the API's own loop would hold Run up until it fires.
  const std::jthread watchdog([&](const std::stop_token& done) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, done, limit, [] { return false; });
    if (!done.stop_requested()) stop.request_stop();
  });
  api().Run(stop.get_token());
}

}  // namespace codearts
