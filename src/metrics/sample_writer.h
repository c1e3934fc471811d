#ifndef CODEARTS_METRICS_SAMPLE_WRITER_H_
#define CODEARTS_METRICS_SAMPLE_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collect/histogram.h"
#include "metrics/catalogue.h"
#include "metrics/exposition.h"

namespace codearts {

// The text of a histogram's bounds, rendered once: le="10.0", the last one le="+Inf".
class BoundTexts {
 public:
  explicit BoundTexts(const BucketBounds& bounds);

  const std::vector<std::string>& labels() const { return labels_; }

 private:
  std::vector<std::string> labels_;
};

// Appends samples, without headers, to a text. Labels are text as LabelText builds it; each sample
// gets the common ones and its own.
class SampleWriter {
 public:
  // `out` must outlive the writer.
  SampleWriter(TextFormat format, std::string& out) : format_(format), out_(out) {}

  // Samples of `id` follow.
  void Start(MetricId id);
  void SetCommonLabels(std::string labels) { common_ = std::move(labels); }

  // Writes a gauge, or a counter whose creation time is not known.
  template <typename Value>
  void Gauge(std::string_view labels, Value value) {
    WriteName(name_, labels);
    AppendValue(value, out_);
    out_ += '\n';
    ++series_;
  }

  // Writes a counter and, in OpenMetrics, its creation time and the run that `last` names, if any,
  // as the one that was counted last.
  template <typename Value>
  void Counter(std::string_view labels, Value value, Timestamp created,
               const Exemplar* last = nullptr) {
    WriteName(name_, labels);
    AppendValue(value, out_);
    if (last != nullptr) WriteExemplar(*last, std::uint64_t{1});
    out_ += '\n';
    ++series_;
    WriteCreated(labels, created);
  }

  // Writes buckets, sum and count and, in OpenMetrics, exemplars and the creation time. A histogram
  // of other bounds than these, left over from before a change of the configuration, is no sample.
  void WriteHistogram(std::string_view labels, const Histogram& histogram,
                      const BoundTexts& bounds);

  // The number of samples so far, creation times apart.
  std::uint64_t series() const { return series_; }

 private:
  void WriteName(std::string_view name, std::string_view labels, std::string_view bound = {});
  void WriteCreated(std::string_view labels, Timestamp created);
  // Writes nothing in the text format, nor if the labels would be too long.
  template <typename Value>
  void WriteExemplar(const Exemplar& exemplar, Value value) {
    if (!BeginExemplar(exemplar)) return;
    AppendValue(value, out_);
    out_ += ' ';
    AppendValue(exemplar.time, out_);
  }
  bool BeginExemplar(const Exemplar& exemplar);

  const TextFormat format_;
  std::string& out_;
  std::string common_;
  std::string_view name_;
  std::string created_name_;
  std::string bucket_name_;
  std::string sum_name_;
  std::string count_name_;
  std::uint64_t series_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_SAMPLE_WRITER_H_
