#ifndef CODEARTS_METRICS_EXPORTER_METRICS_H_
#define CODEARTS_METRICS_EXPORTER_METRICS_H_

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "http/request_scheduler.h"
#include "metrics/exposition.h"

namespace codearts {

struct BuildInfo {
  std::string version;
  std::string revision;
  std::string compiler;
};

// Why requests are turned away, as web/ tells it.
inline constexpr std::array<std::string_view, 4> kRefusalReasons = {"max_requests", "rate_limit",
                                                                    "unauthorized", "busy"};

// The exporter's metrics about itself that no snapshot holds: what it asked of the API, its
// configuration, its build and its process. Threads: safe.
class ExporterMetrics final : public RequestObserver {
 public:
  // `endpoints`: those of the API that will be called; they are exported as 0 until then. `clock`
  // must outlive the object. Errors: kInternal if prometheus-cpp refuses a metric.
  static Result<std::unique_ptr<ExporterMetrics>> Create(
      const BuildInfo& build, const std::vector<std::string_view>& endpoints, const Clock& clock);
  ~ExporterMetrics() override;
  ExporterMetrics(const ExporterMetrics&) = delete;
  ExporterMetrics& operator=(const ExporterMetrics&) = delete;

  void OnResponse(std::string_view endpoint, int http_status, Duration elapsed) override;
  void OnRetry(std::string_view endpoint) override;
  void OnThrottled(std::string_view endpoint) override;
  void OnBudget(std::string_view endpoint_host, double requests_per_second) override;

  // Counts a request that the web server turned away. `reason`: one of kRefusalReasons.
  void OnRefusal(std::string_view reason);

  // Tells how a load of the configuration went; the first one, at start, too.
  void OnConfigLoad(bool successful, Timestamp now);
  void SetShard(int ordinal, int total);
  // Replaces the ends of all credentials, by name; one whose end is not known is left out.
  void SetCredentialExpiries(const std::map<std::string, Timestamp>& expiries);

  // Appends these families and the process's, in order of the catalogue.
  void AppendTo(TextFormat format, std::string& out) const;

 private:
  struct Families;

  explicit ExporterMetrics(std::unique_ptr<Families> families);

  const std::unique_ptr<Families> families_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_EXPORTER_METRICS_H_
