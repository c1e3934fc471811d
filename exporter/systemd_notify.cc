#include "exporter/systemd_notify.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdint>

#include "base/logging.h"

namespace codearts {
namespace {

void Notify(const std::string& state) {
  const int sent = sd_notify(/*unset_environment=*/0, state.c_str());
  if (sent < 0) LogWarn("systemd could not be notified", {{"errno", -sent}});
}

}  // namespace

std::optional<Duration> WatchdogInterval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<Duration>(std::chrono::microseconds(microseconds)) / 3;
}

void NotifyReady(const std::string& status) {
  Notify(fmt::format("READY=1\nSTATUS={}", status));
}

void NotifyReloading() {
  // libstdc++'s steady clock is CLOCK_MONOTONIC, which systemd compares with its own.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  Notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void NotifyStopping() {
  Notify("STOPPING=1\nSTATUS=stopping");
}

void NotifyAlive() {
  Notify("WATCHDOG=1");
}

}  // namespace codearts
