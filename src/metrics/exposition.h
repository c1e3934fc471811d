#ifndef CODEARTS_METRICS_EXPOSITION_H_
#define CODEARTS_METRICS_EXPOSITION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "metrics/catalogue.h"

namespace codearts {

// How a page is written. Both forms have the same series: names, labels and `le` values agree.
enum class TextFormat {
  kPrometheusText,  // Text format 0.0.4.
  kOpenMetrics,     // OpenMetrics 1.0.0: adds UNIT, creation times and exemplars.
};

// Appends a label's value with `\`, `"` and newline escaped. Invalid UTF-8, for which Prometheus
// refuses the whole page, becomes U+FFFD.
void AppendLabelValue(std::string_view value, std::string& out);

// Appends a family's HELP, TYPE and, in OpenMetrics, UNIT lines.
void AppendFamilyHeader(const MetricSpec& spec, TextFormat format, std::string& out);

// Append a sample's value. Times and durations become seconds, exact to the millisecond.
void AppendValue(std::uint64_t value, std::string& out);
void AppendValue(std::int64_t value, std::string& out);
void AppendValue(Duration value, std::string& out);
void AppendValue(Timestamp value, std::string& out);
// The shortest decimal that reads back as the same number; "NaN", "+Inf", "-Inf".
void AppendValue(double value, std::string& out);

// Appends a bucket's upper bound as OpenMetrics wants it in both formats: "10.0", "1e+06", "+Inf".
// Source: OpenMetrics 1.0.0, "Considerations: Canonical Numbers".
void AppendBucketBound(double bound, std::string& out);

// Appends what must end a page: "# EOF" in OpenMetrics, nothing else in text.
void AppendPageEnd(TextFormat format, std::string& out);

// Builds the text of a label set, without braces: name="value",name="value".
class LabelText {
 public:
  LabelText& Clear();
  LabelText& Add(std::string_view name, std::string_view value);

  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_EXPOSITION_H_
