#include "metrics/exporter_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <exception>
#include <mutex>
#include <utility>

#include "metrics/catalogue.h"
#include "metrics/family_exposition.h"
#include "metrics/process_metrics.h"

namespace codearts {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Registry;

// From answers of a near cache to the default request timeout, in seconds.
const prometheus::Histogram::BucketBoundaries kRequestBounds = {0.025, 0.05, 0.1, 0.25, 0.5,
                                                                1,     2.5,  5,   10,   30};

template <typename Build>
auto& Register(Build builder, MetricId id, Registry& registry) {
  const MetricSpec& spec = SpecOf(id);
  return builder.Name(std::string(spec.name)).Help(std::string(spec.help)).Register(registry);
}

Family<Counter>& RegisterCounter(MetricId id, Registry& registry) {
  return Register(prometheus::BuildCounter(), id, registry);
}

Family<Gauge>& RegisterGauge(MetricId id, Registry& registry) {
  return Register(prometheus::BuildGauge(), id, registry);
}

prometheus::Labels EndpointLabel(std::string_view endpoint) {
  return {{"endpoint", std::string(endpoint)}};
}

// A server may answer with any number; only real statuses become label values.
std::string CodeOf(int http_status) {
  constexpr int kFirst = 100;
  constexpr int kLast = 599;
  return http_status < kFirst || http_status > kLast ? "error" : std::to_string(http_status);
}

}  // namespace

struct ExporterMetrics::Families {
  explicit Families(const Clock& clock) : process(clock) {}

  Registry registry;
  Family<Counter>& requests = RegisterCounter(MetricId::kApiRequests, registry);
  Family<prometheus::Histogram>& request_durations =
      Register(prometheus::BuildHistogram(), MetricId::kApiRequestDuration, registry);
  Family<Counter>& throttled = RegisterCounter(MetricId::kApiThrottled, registry);
  Family<Counter>& retries = RegisterCounter(MetricId::kApiRetries, registry);
  Family<Gauge>& budgets = RegisterGauge(MetricId::kApiBudget, registry);
  Family<Gauge>& expiries = RegisterGauge(MetricId::kCredentialExpiry, registry);
  Family<Counter>& refusals = RegisterCounter(MetricId::kWebRefusals, registry);
  Family<Gauge>& reload_successful = RegisterGauge(MetricId::kConfigReloadSuccessful, registry);
  Family<Gauge>& reload_time = RegisterGauge(MetricId::kConfigReloadTime, registry);
  Family<Gauge>& shard_ordinal = RegisterGauge(MetricId::kShardOrdinal, registry);
  Family<Gauge>& total_shards = RegisterGauge(MetricId::kTotalShards, registry);
  Family<Gauge>& build_info = RegisterGauge(MetricId::kBuildInfo, registry);

  ProcessMetrics process;

  std::mutex expiry_mutex;
  std::map<std::string, Gauge*> expiry_gauges;  // By credential.
};

Result<std::unique_ptr<ExporterMetrics>> ExporterMetrics::Create(
    const BuildInfo& build, const std::vector<std::string_view>& endpoints, const Clock& clock) {
  try {
    auto families = std::make_unique<Families>(clock);
    for (const std::string_view endpoint : endpoints) {
      families->requests.Add({{"endpoint", std::string(endpoint)}, {"code", "200"}});
      families->request_durations.Add(EndpointLabel(endpoint), kRequestBounds);
      families->throttled.Add(EndpointLabel(endpoint));
      families->retries.Add(EndpointLabel(endpoint));
    }
    for (const std::string_view reason : kRefusalReasons) {
      families->refusals.Add({{"reason", std::string(reason)}});
    }
    families->build_info
        .Add({{"version", build.version},
              {"revision", build.revision},
              {"compiler", build.compiler}})
        .Set(1);
    return std::unique_ptr<ExporterMetrics>(new ExporterMetrics(std::move(families)));
  } catch (const std::exception& error) {
    return Status(StatusCode::kInternal, std::string("register metrics: ") + error.what());
  }
}

ExporterMetrics::ExporterMetrics(std::unique_ptr<Families> families)
    : families_(std::move(families)) {}

ExporterMetrics::~ExporterMetrics() = default;

void ExporterMetrics::OnResponse(std::string_view endpoint, int http_status, Duration elapsed) {
  families_->requests.Add({{"endpoint", std::string(endpoint)}, {"code", CodeOf(http_status)}})
      .Increment();
  families_->request_durations.Add(EndpointLabel(endpoint), kRequestBounds)
      .Observe(ToSeconds(elapsed));
}

void ExporterMetrics::OnRetry(std::string_view endpoint) {
  families_->retries.Add(EndpointLabel(endpoint)).Increment();
}

void ExporterMetrics::OnThrottled(std::string_view endpoint) {
  families_->throttled.Add(EndpointLabel(endpoint)).Increment();
}

void ExporterMetrics::OnBudget(std::string_view endpoint_host, double requests_per_second) {
  families_->budgets.Add({{"endpoint_host", std::string(endpoint_host)}}).Set(requests_per_second);
}

void ExporterMetrics::OnRefusal(std::string_view reason) {
  families_->refusals.Add({{"reason", std::string(reason)}}).Increment();
}

void ExporterMetrics::OnConfigLoad(bool successful, Timestamp now) {
  families_->reload_successful.Add({}).Set(successful ? 1 : 0);
  if (successful) families_->reload_time.Add({}).Set(ToUnixSeconds(now));
}

void ExporterMetrics::SetShard(int ordinal, int total) {
  families_->shard_ordinal.Add({}).Set(ordinal);
  families_->total_shards.Add({}).Set(total);
}

void ExporterMetrics::SetCredentialExpiries(const std::map<std::string, Timestamp>& expiries) {
  const std::lock_guard lock(families_->expiry_mutex);
  std::map<std::string, Gauge*>& gauges = families_->expiry_gauges;
  for (auto it = gauges.begin(); it != gauges.end();) {
    if (expiries.contains(it->first)) {
      ++it;
    } else {
      families_->expiries.Remove(it->second);
      it = gauges.erase(it);
    }
  }
  for (const auto& [credential, expiry] : expiries) {
    Gauge& gauge = families_->expiries.Add({{"credential", credential}});
    gauge.Set(ToUnixSeconds(expiry));
    gauges[credential] = &gauge;
  }
}

void ExporterMetrics::AppendTo(TextFormat format, std::string& out) const {
  AppendFamilies(families_->registry.Collect(), format, out);
  AppendFamilies(*families_->process.Read(), format, out);
}

}  // namespace codearts
