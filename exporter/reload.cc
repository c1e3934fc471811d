#include "exporter/reload.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/logging.h"
#include "base/text.h"
#include "config/config_problem.h"

namespace codearts {

Status CheckReload(const Config& running, const Config& next) {
  if (running.state.path == next.state.path) return Status();
  return Status(
      StatusCode::kInvalidArgument,
      fmt::format("state.path: can't change from \"{}\" to \"{}\" while the exporter runs; "
                  "restart it, or set the old path again",
                  running.state.path, next.state.path));
}

Reloader::Reloader(Config running, Parts parts)
    : parts_(std::move(parts)), config_(std::make_shared<const Config>(std::move(running))) {}

std::shared_ptr<const Config> Reloader::config() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

std::future<Status> Reloader::Reload() {
  auto outcome = std::make_shared<std::promise<Status>>();
  std::future<Status> future = outcome->get_future();
  const std::lock_guard lock(order_mutex_);
  auto next = std::make_shared<Config>();
  const Status loaded = Load(*next);
  if (!loaded.ok()) {
    outcome->set_value(Report(loaded));
    return future;
  }
  const bool posted =
      parts_.collector.Post([this, next, outcome] { outcome->set_value(Report(Apply(*next))); });
  if (!posted) outcome->set_value(Status(StatusCode::kUnavailable, "the exporter is stopping"));
  return future;
}

Status Reloader::Load(Config& next) {
  LoadResult loaded = parts_.load();
  for (const ConfigProblem& warning : loaded.warnings) {
    LogWarn("the configuration is doubtful", {{"warning", FormatConfigProblem(warning)}});
  }
  if (!loaded.config) {
    std::string problems;
    for (const ConfigProblem& error : loaded.errors) {
      if (!problems.empty()) problems += "\n";
      problems += FormatConfigProblem(error);
    }
    return Status(StatusCode::kInvalidArgument, problems);
  }
  next = std::move(*loaded.config);
  return CheckReload(*config(), next);
}

Status Reloader::Apply(const Config& next) {
  const std::shared_ptr<const Config> running = config();
  Status status = CheckReload(*running, next);
  if (status.ok()) status = parts_.apply(*running, next);
  if (!status.ok()) return status;
  auto applied = std::make_shared<const Config>(next);
  const std::lock_guard lock(mutex_);
  config_.swap(applied);
  return status;
}

Status Reloader::Report(Status status) {
  parts_.own_metrics.OnConfigLoad(status.ok(), parts_.clock.Now());
  if (status.ok()) {
    LogInfo("the configuration was reloaded", {{"projects", config()->projects.size()}});
  } else {
    for (const std::string_view problem : Split(status.message(), '\n')) {
      LogError("the configuration was not reloaded; the old one stays", {{"error", problem}});
    }
  }
  return status;
}

}  // namespace codearts
