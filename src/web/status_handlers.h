#ifndef CODEARTS_WEB_STATUS_HANDLERS_H_
#define CODEARTS_WEB_STATUS_HANDLERS_H_

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "collect/snapshot.h"
#include "web/http_handler.h"
#include "web/status_json.h"

namespace codearts {

// What the status page needs. Each is called from many threads at once.
struct StatusSources {
  ProgramFacts facts;
  std::function<std::shared_ptr<const Snapshot>()> current;  // Never null.
  std::function<std::string()> configuration;                // In effect, secrets hidden.
};

// GET /: the status page, in the language of ?lang=en|zh or else of Accept-Language. Shows what was
// last published and never calls the API. Lifetime: `clock` must outlive the result.
WebHandler MakeStatusPageHandler(StatusSources sources, const Clock& clock);

// GET /api/v1/status: the same as JSON, the most urgent pipelines first.
WebHandler MakeStatusDataHandler(StatusSources sources, const Clock& clock);

}  // namespace codearts

#endif  // CODEARTS_WEB_STATUS_HANDLERS_H_
