#include "metrics/sample_writer.h"

#include <algorithm>
#include <cstddef>

namespace codearts {
namespace {

// OpenMetrics allows an exemplar no more than 128 characters in its labels' names and values. Bytes
// are counted, of which there are never fewer.
constexpr std::size_t kMaxExemplarLabels = 128;

}  // namespace

BoundTexts::BoundTexts(const BucketBounds& bounds) {
  labels_.reserve(bounds.size() + 1);
  for (const double bound : bounds) {
    std::string& label = labels_.emplace_back("le=\"");
    AppendBucketBound(bound, label);
    label += '"';
  }
  labels_.emplace_back("le=\"+Inf\"");
}

void SampleWriter::Start(MetricId id) {
  const MetricSpec& spec = SpecOf(id);
  name_ = spec.name;
  created_name_.assign(FamilyName(spec)).append("_created");
  if (spec.type != MetricType::kHistogram) return;
  bucket_name_.assign(name_).append("_bucket");
  sum_name_.assign(name_).append("_sum");
  count_name_.assign(name_).append("_count");
}

void SampleWriter::WriteName(std::string_view name, std::string_view labels,
                             std::string_view bound) {
  out_ += name;
  char separator = '{';
  for (const std::string_view part : {std::string_view(common_), labels, bound}) {
    if (part.empty()) continue;
    out_ += separator;
    out_ += part;
    separator = ',';
  }
  out_ += separator == '{' ? " " : "} ";
}

void SampleWriter::WriteCreated(std::string_view labels, Timestamp created) {
  if (format_ != TextFormat::kOpenMetrics) return;
  WriteName(created_name_, labels);
  AppendValue(created, out_);
  out_ += '\n';
}

bool SampleWriter::BeginExemplar(const Exemplar& exemplar) {
  if (format_ != TextFormat::kOpenMetrics) return false;
  const std::string number = std::to_string(exemplar.run_number);
  constexpr std::string_view kRunId = "run_id";
  constexpr std::string_view kRunNumber = "run_number";
  if (kRunId.size() + exemplar.run_id.value.size() + kRunNumber.size() + number.size() >
      kMaxExemplarLabels) {
    return false;
  }
  LabelText labels;
  labels.Add(kRunId, exemplar.run_id.value).Add(kRunNumber, number);
  out_.append(" # {").append(labels.text()).append("} ");
  return true;
}

void SampleWriter::WriteHistogram(std::string_view labels, const Histogram& histogram,
                                  const BoundTexts& bounds) {
  const std::vector<std::string>& bound_labels = bounds.labels();
  if (histogram.counts.size() != bound_labels.size()) return;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < bound_labels.size(); ++i) {
    count += histogram.counts[i];
    WriteName(bucket_name_, labels, bound_labels[i]);
    AppendValue(count, out_);
    const auto exemplar = std::find_if(histogram.exemplars.begin(), histogram.exemplars.end(),
                                       [i](const Exemplar& e) { return e.bucket == i; });
    if (exemplar != histogram.exemplars.end()) WriteExemplar(*exemplar, exemplar->value);
    out_ += '\n';
  }
  WriteName(sum_name_, labels);
  AppendValue(histogram.sum, out_);
  out_ += '\n';
  WriteName(count_name_, labels);
  AppendValue(count, out_);
  out_ += '\n';
  series_ += bound_labels.size() + 2;
  WriteCreated(labels, histogram.created);
}

}  // namespace codearts
