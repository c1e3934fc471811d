#ifndef CODEARTS_EXPORTER_WIRING_H_
#define CODEARTS_EXPORTER_WIRING_H_

#include <string_view>
#include <vector>

#include "collect/refresher.h"
#include "config/config.h"
#include "exporter/credential_factory.h"
#include "http/curl_transport.h"
#include "http/request_scheduler.h"

namespace codearts {

// Translates the configuration into what the layers are made from. Nothing here does I/O.

// Returns the names of the API's operations that the exporter will call.
std::vector<std::string_view> CalledEndpoints(const Config& config);

CurlTransportOptions MakeTransportOptions(const ApiConfig& api);

HistogramBounds MakeBounds(const MetricsConfig& metrics);

SchedulerOptions MakeSchedulerOptions(const Config& config);

// Requires the credentials that `config` names; the plan shares them.
RefreshPlan MakeRefreshPlan(const Config& config, const CredentialMap& credentials);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_WIRING_H_
