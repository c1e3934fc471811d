#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "metrics/exposition.h"
#include "metrics/negotiation.h"
#include "metrics/sample_writer.h"
#include "support/exposition_parser.h"

namespace {

using namespace codearts;  // NOLINT(google-build-using-namespace)

void Require(bool condition) {
  if (!condition) std::abort();
}

// What is written must read back as the same text, mended where it was no UTF-8.
void CheckText(std::string_view text, TextFormat format) {
  MetricSpec spec = SpecOf(MetricId::kRunRetries);
  spec.help = text;
  std::string page;
  AppendFamilyHeader(spec, format, page);
  SampleWriter writer(format, page);
  writer.Start(spec.id);
  LabelText labels;
  labels.Add("first", text).Add("second", text);
  writer.Counter(labels.text(), std::uint64_t{1}, Timestamp());
  AppendPageEnd(format, page);

  const auto families = testing::ParseExposition(page);
  Require(families.ok() && families->size() == 1);
  const testing::ParsedFamily& family = families->front();
  const std::string mended = RepairUtf8(text);
  Require(family.help == mended);
  Require(family.samples.size() == (format == TextFormat::kOpenMetrics ? 2U : 1U));
  for (const testing::ParsedSample& sample : family.samples) {
    Require(sample.labels.size() == 2);
    Require(sample.Label("first") == mended && sample.Label("second") == mended);
  }
}

double ParseDouble(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  Require(error == std::errc() && end == text.data() + text.size());
  return value;
}

void CheckNumbers(std::string_view bytes) {
  std::uint64_t bits = 0;
  // memcpy takes no null pointer, which an empty input may have.
  if (!bytes.empty()) std::memcpy(&bits, bytes.data(), std::min(bytes.size(), sizeof(bits)));
  double value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  std::string text;
  AppendValue(value, text);
  Require(std::isnan(value) ? text == "NaN" : ParseDouble(text) == value);
  text.clear();
  AppendBucketBound(value, text);
  Require(std::isnan(value) ? text == "NaN" : ParseDouble(text) == value);

  // Doubles hold that many milliseconds exactly.
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const Duration duration(static_cast<std::int64_t>(bits) % kExact);
  text.clear();
  AppendValue(duration, text);
  Require(ParseDouble(text) == ToSeconds(duration));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckText(text, TextFormat::kPrometheusText);
  CheckText(text, TextFormat::kOpenMetrics);
  CheckNumbers(text);
  // Scrapers' headers come from outside too.
  Require(!ContentTypeOf(NegotiateFormat(text)).empty());
  static_cast<void>(AcceptsGzip(text));
  return 0;
}
