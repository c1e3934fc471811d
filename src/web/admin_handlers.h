#ifndef CODEARTS_WEB_ADMIN_HANDLERS_H_
#define CODEARTS_WEB_ADMIN_HANDLERS_H_

#include <functional>
#include <memory>

#include "base/status.h"
#include "collect/snapshot.h"
#include "web/http_handler.h"

namespace codearts {

// GET /-/healthy: 200 while the process answers at all.
WebHandler MakeHealthyHandler();

// GET /-/ready: 200 once the first refresh has ended, failed or not, else 503.
WebHandler MakeReadyHandler(std::function<std::shared_ptr<const Snapshot>()> current);

// POST or PUT /-/reload: 200, or 500 with the message of a failed reload. `reload` is null if
// lifecycle requests are not enabled: then 403, like Prometheus.
WebHandler MakeReloadHandler(std::function<Status()> reload);

// POST or PUT /-/quit: 200, and `quit` is called; it must only ask for the end, because the answer
// is still to be sent. Null as above.
WebHandler MakeQuitHandler(std::function<void()> quit);

}  // namespace codearts

#endif  // CODEARTS_WEB_ADMIN_HANDLERS_H_
