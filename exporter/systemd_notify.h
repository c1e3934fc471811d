#ifndef CODEARTS_EXPORTER_SYSTEMD_NOTIFY_H_
#define CODEARTS_EXPORTER_SYSTEMD_NOTIFY_H_

#include <optional>
#include <string>

#include "base/clock.h"

namespace codearts {

// Tells systemd how the service does; does nothing when another started it.
// Source: sd_notify(3), sd_watchdog_enabled(3).

// How often NotifyAlive must be called, a third of what systemd allows; nullopt if it does not
// watch.
std::optional<Duration> WatchdogInterval();

// The service is up, or up again after NotifyReloading. `status` is what systemctl status shows.
void NotifyReady(const std::string& status);
void NotifyReloading();
void NotifyStopping();
void NotifyAlive();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_SYSTEMD_NOTIFY_H_
