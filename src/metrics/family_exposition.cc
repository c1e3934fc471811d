#include "metrics/family_exposition.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "metrics/catalogue.h"

namespace codearts {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

std::optional<MetricType> TypeOf(const MetricFamily& family) {
  if (family.type == prometheus::MetricType::Counter) return MetricType::kCounter;
  if (family.type == prometheus::MetricType::Gauge) return MetricType::kGauge;
  if (family.type == prometheus::MetricType::Histogram) return MetricType::kHistogram;
  return std::nullopt;
}

class FamilyAppender {
 public:
  FamilyAppender(const MetricFamily& family, MetricType type, std::string& out)
      : family_(family), type_(type), out_(out) {}

  // `known`: the catalogue's entry, or nullptr.
  void AppendHeader(const MetricSpec* known, TextFormat format) {
    MetricSpec spec{};
    spec.name = family_.name;
    spec.type = type_;
    spec.unit = known == nullptr ? std::string_view() : known->unit;
    spec.help = family_.help;
    AppendFamilyHeader(spec, format, out_);
  }

  void AppendSeries(const ClientMetric& metric) {
    labels_.Clear();
    for (const ClientMetric::Label& label : metric.label) labels_.Add(label.name, label.value);
    if (type_ == MetricType::kCounter) AppendSample("", metric.counter.value);
    if (type_ == MetricType::kGauge) AppendSample("", metric.gauge.value);
    if (type_ == MetricType::kHistogram) AppendHistogram(metric.histogram);
  }

 private:
  template <typename Value>
  void AppendSample(std::string_view suffix, Value value) {
    out_.append(family_.name).append(suffix);
    if (!labels_.text().empty()) out_.append("{").append(labels_.text()).append("}");
    out_ += ' ';
    AppendValue(value, out_);
    out_ += '\n';
  }

  void AppendHistogram(const ClientMetric::Histogram& histogram) {
    for (const ClientMetric::Bucket& bucket : histogram.bucket) {
      AppendBucket(bucket.upper_bound, bucket.cumulative_count);
    }
    AppendSample("_sum", histogram.sample_sum);
    AppendSample("_count", histogram.sample_count);
  }

  void AppendBucket(double upper_bound, std::uint64_t count) {
    out_.append(family_.name).append("_bucket{").append(labels_.text());
    if (!labels_.text().empty()) out_ += ',';
    out_ += "le=\"";
    AppendBucketBound(upper_bound, out_);
    out_ += "\"} ";
    AppendValue(count, out_);
    out_ += '\n';
  }

  const MetricFamily& family_;
  const MetricType type_;
  std::string& out_;
  LabelText labels_;
};

void AppendFamily(const MetricFamily& family, const MetricSpec* known, TextFormat format,
                  std::string& out) {
  const std::optional<MetricType> type = TypeOf(family);
  if (!type || family.metric.empty()) return;
  FamilyAppender appender(family, *type, out);
  appender.AppendHeader(known, format);
  std::vector<const ClientMetric*> series;
  series.reserve(family.metric.size());
  for (const ClientMetric& metric : family.metric) series.push_back(&metric);
  std::sort(series.begin(), series.end(),
            [](const ClientMetric* a, const ClientMetric* b) { return a->label < b->label; });
  for (const ClientMetric* metric : series) appender.AppendSeries(*metric);
}

}  // namespace

void AppendFamilies(const std::vector<MetricFamily>& families, TextFormat format,
                    std::string& out) {
  // All entries are of one array, so that their addresses have its order.
  std::vector<std::pair<const MetricSpec*, const MetricFamily*>> ordered;
  ordered.reserve(families.size());
  for (const MetricFamily& family : families) {
    ordered.emplace_back(FindMetric(family.name), &family);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return std::less<>()(a.first, b.first); });
  for (const auto& [known, family] : ordered) AppendFamily(*family, known, format, out);
}

}  // namespace codearts
