// metrics/: the catalogue of every metric, snapshot -> text, exposition formats, negotiation and
// compression. Everything here is a pure function of a snapshot, but for the exporter's own
// metrics. Knows nothing of the API, of the ledger's rules or of HTTP serving.
#ifndef CODEARTS_METRICS_CATALOGUE_H_
#define CODEARTS_METRICS_CATALOGUE_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace codearts {

enum class MetricType { kCounter, kGauge, kHistogram };
std::string_view MetricTypeName(MetricType type);

// Experimental metrics may change with a note in the changelog; stable ones may only gain labels.
enum class Stability { kExperimental, kStable };

// Every metric, in the order of the page: first those of pipelines, rendered once per state of a
// pipeline; then those of a project's totals; then what a snapshot says of the exporter; then what
// changes from scrape to scrape.
enum class MetricId {
  kPipelineInfo,
  kLastRunStatus,
  kLastRunNumber,
  kLastRunStart,
  kLastRunEnd,
  kLastRunDuration,
  kLastRunPaused,
  kLastRunInfo,
  kLastSuccess,
  kLastFailure,
  kBrokenSince,
  kConsecutiveFailures,
  kActiveRuns,
  kActiveRunStart,
  kStageStatus,
  kStageDuration,
  kJobStatus,
  kJobDuration,
  kStepStatus,
  kStepDuration,
  kQueueLength,
  kQueueOldest,
  kRuns,
  kRunRetries,
  kRunsMissed,
  kRunPaused,
  kDeployments,
  kRunDurations,
  kStageDurations,
  kJobDurations,
  kTimeToRestore,

  kStepDurations,
  kDispatchWait,

  kUp,
  kPipelines,
  kPipelinesBehind,
  kLastRefresh,
  kRefreshDuration,
  kRefreshErrors,
  kClockSkew,
  kUnknownStatus,
  kSeries,
  kSeriesLimit,
  kSeriesOverflow,
  kLedgerBytes,
  kLedgerReset,
  kPageCacheBytes,

  kApiRequests,
  kApiRequestDuration,
  kApiThrottled,
  kApiRetries,
  kApiBudget,
  kCredentialExpiry,
  kWebRefusals,
  kConfigReloadSuccessful,
  kConfigReloadTime,
  kShardOrdinal,
  kTotalShards,
  kBuildInfo,
  kProcessCpu,
  kProcessOpenFds,
  kProcessMaxFds,
  kProcessVirtualMemory,
  kProcessVirtualMemoryMax,
  kProcessResidentMemory,
  kProcessStartTime,
  kProcessThreads,
};

// A half-open range of the catalogue.
struct MetricRange {
  MetricId first;
  MetricId end;

  constexpr std::size_t size() const {
    return static_cast<std::size_t>(end) - static_cast<std::size_t>(first);
  }
};
inline constexpr MetricRange kPipelineMetrics{MetricId::kPipelineInfo, MetricId::kStepDurations};
inline constexpr MetricRange kTotalsMetrics{MetricId::kStepDurations, MetricId::kUp};

// One metric. All text lives as long as the program.
struct MetricSpec {
  MetricId id;
  std::string_view name;
  MetricType type;
  std::string_view unit;  // The base unit that ends the name, without `_total`; "" for none.
  std::span<const std::string_view> labels;
  std::span<const std::string_view> optional_labels;  // Present only if `metrics.run_labels` asks.
  Stability stability;
  std::string_view help;    // One sentence with the API field that it comes from.
  std::string_view absent;  // When there is no sample; "" if there always is one.
};

// Returns every metric in order of MetricId.
std::span<const MetricSpec> MetricCatalogue();

const MetricSpec& SpecOf(MetricId id);

// Returns the metric of that name, or nullptr.
const MetricSpec* FindMetric(std::string_view name);

// Returns the name of the OpenMetrics family: that of a counter lacks `_total`.
std::string_view FamilyName(const MetricSpec& spec);

}  // namespace codearts

#endif  // CODEARTS_METRICS_CATALOGUE_H_
