// What a page of 100,000 series costs, against copying as many bytes and against prometheus-cpp's
// way.
#include <benchmark/benchmark.h>
#include <libdeflate.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "metrics/compression.h"
#include "metrics/exporter_metrics.h"
#include "metrics/metrics_page.h"
#include "support/typical_snapshot.h"
#include "unit/metrics/reference_translation.h"

namespace codearts::testing {
namespace {

constexpr std::size_t kProjects = 10;
constexpr std::size_t kPipelines = 38;  // Of each project; 101,080 series in all.

const Snapshot& TypicalSnapshot() {
  static const std::shared_ptr<Snapshot> snapshot = MakeTypicalSnapshot(kProjects, kPipelines);
  return *snapshot;
}

const ExporterMetrics& OwnMetrics() {
  static const SystemClock clock;
  static const std::unique_ptr<ExporterMetrics> metrics =
      *ExporterMetrics::Create({"1.0.0", "unknown", "g++"}, {"list_pipelines"}, clock);
  return *metrics;
}

TextFormat FormatOf(const benchmark::State& state) {
  return state.range(0) == 0 ? TextFormat::kPrometheusText : TextFormat::kOpenMetrics;
}

// Returns the snapshot with a run more in one pipeline of a hundred, as a refresh makes it.
std::shared_ptr<Snapshot> Refresh(const Snapshot& snapshot) {
  auto next = std::make_shared<Snapshot>(snapshot);
  std::size_t number = 0;
  for (auto& project : next->projects) {
    auto changed = std::make_shared<ProjectSnapshot>(*project);
    for (auto& pipeline : changed->pipelines) {
      if (++number % 100 == 0)
        pipeline = std::make_shared<PipelineState>(WithOneMoreRun(*pipeline));
    }
    project = std::move(changed);
  }
  return next;
}

// A page goes where it is sent from in slices of this size, as the server does it.
class Slices {
 public:
  void Copy(const TextParts& page) {
    std::size_t used = 0;
    for (std::string_view part : page.parts()) {
      while (!part.empty()) {
        const std::size_t size = std::min(part.size(), slice_.size() - used);
        std::memcpy(slice_.data() + used, part.data(), size);
        part.remove_prefix(size);
        used = used + size == slice_.size() ? 0 : used + size;
        benchmark::ClobberMemory();
      }
    }
    benchmark::DoNotOptimize(slice_.data());
  }

 private:
  std::string slice_ = std::string(65536, '\0');
};

void SetCounters(benchmark::State& state, std::size_t page_size) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page_size));
  state.counters["MB"] = static_cast<double>(page_size) / 1e6;
}

// Copying as many bytes: the limit for writing a page.
void BM_Memcpy(benchmark::State& state) {
  MetricsPage metrics({}, OwnMetrics());
  const std::string page = metrics.Render(TypicalSnapshot(), FormatOf(state)).Join();
  std::string copy(page.size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), page.data(), page.size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  SetCounters(state, page.size());
}
BENCHMARK(BM_Memcpy)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void Render(benchmark::State& state, PageEncoding encoding, bool changed) {
  MetricsPage metrics({}, OwnMetrics());
  auto snapshot = std::make_shared<Snapshot>(TypicalSnapshot());
  TextParts page = metrics.Render(*snapshot, FormatOf(state), encoding);
  Slices slices;
  for (auto _ : state) {
    if (changed) {
      state.PauseTiming();
      snapshot = Refresh(*snapshot);
      state.ResumeTiming();
    }
    page = metrics.Render(*snapshot, FormatOf(state), encoding);
    slices.Copy(page);
  }
  SetCounters(state, page.size());
}

void RenderCold(benchmark::State& state, PageEncoding encoding) {
  std::size_t size = 0;
  for (auto _ : state) {
    MetricsPage metrics({}, OwnMetrics());
    const TextParts page = metrics.Render(TypicalSnapshot(), FormatOf(state), encoding);
    Slices().Copy(page);
    size = page.size();
  }
  SetCounters(state, size);
}

constexpr auto kIdentity = PageEncoding::kIdentity;
constexpr auto kGzip = PageEncoding::kGzip;

// The first page of a process: everything is rendered, into memory that is new.
BENCHMARK_CAPTURE(RenderCold, identity, kIdentity)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(RenderCold, gzip, kGzip)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);
// Nothing changed since the last scrape.
BENCHMARK_CAPTURE(Render, warm_identity, kIdentity, false)->Arg(0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Render, warm_gzip, kGzip, false)->Arg(0)->Unit(benchmark::kMicrosecond);
// One pipeline in a hundred had one more run.
BENCHMARK_CAPTURE(Render, changed_identity, kIdentity, true)->Arg(0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Render, changed_gzip, kGzip, true)->Arg(0)->Unit(benchmark::kMicrosecond);

// The same series in a registry of prometheus-cpp.
void FillRegistry(prometheus::Registry& registry) {
  for (const auto& family : TranslateToFamilies(TypicalSnapshot(), {})) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      prometheus::Labels labels;
      for (const auto& label : metric.label) labels[label.name] = label.value;
      if (family.type == prometheus::MetricType::Histogram) {
        std::vector<double> bounds;
        std::vector<double> counts;
        std::uint64_t below = 0;
        for (const auto& bucket : metric.histogram.bucket) {
          bounds.push_back(bucket.upper_bound);
          counts.push_back(static_cast<double>(bucket.cumulative_count - below));
          below = bucket.cumulative_count;
        }
        bounds.pop_back();  // It adds +Inf itself.
        prometheus::BuildHistogram()
            .Name(family.name)
            .Register(registry)
            .Add(labels, bounds)
            .ObserveMultiple(counts, metric.histogram.sample_sum);
      } else {
        // A counter costs the same.
        prometheus::BuildGauge()
            .Name(family.name)
            .Register(registry)
            .Add(labels)
            .Set(metric.gauge.value);
      }
    }
  }
}

void BM_PrometheusCppSerialize(benchmark::State& state) {
  prometheus::Registry registry;
  FillRegistry(registry);
  const std::vector<prometheus::MetricFamily> families = registry.Collect();
  std::string page;
  for (auto _ : state) page = prometheus::TextSerializer().Serialize(families);
  SetCounters(state, page.size());
}
BENCHMARK(BM_PrometheusCppSerialize)->Unit(benchmark::kMicrosecond);

void BM_PrometheusCppPage(benchmark::State& state) {
  prometheus::Registry registry;
  FillRegistry(registry);
  std::string page;
  for (auto _ : state) page = prometheus::TextSerializer().Serialize(registry.Collect());
  SetCounters(state, page.size());
}
BENCHMARK(BM_PrometheusCppPage)->Unit(benchmark::kMicrosecond);

// Compressing the whole text anew, the way of other exporters: by libdeflate at its fastest, by
// zlib as it is by default, and by what we use.
template <typename Compress>
void CompressWhole(benchmark::State& state, const Compress& compress) {
  MetricsPage metrics({}, OwnMetrics());
  const std::string page = metrics.Render(TypicalSnapshot(), TextFormat::kPrometheusText).Join();
  std::size_t size = 0;
  for (auto _ : state) size = compress(page);
  SetCounters(state, page.size());
  state.counters["ratio"] = static_cast<double>(page.size()) / static_cast<double>(size);
}

void BM_GzipWhole(benchmark::State& state) {
  CompressWhole(state, [](const std::string& page) { return CompressGzip(page).size(); });
}
BENCHMARK(BM_GzipWhole)->Unit(benchmark::kMicrosecond);

void BM_LibdeflateWhole(benchmark::State& state) {
  CompressWhole(state, [](const std::string& page) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
    std::string out(libdeflate_gzip_compress_bound(compressor, page.size()), '\0');
    const std::size_t size =
        libdeflate_gzip_compress(compressor, page.data(), page.size(), out.data(), out.size());
    libdeflate_free_compressor(compressor);
    return size;
  });
}
BENCHMARK(BM_LibdeflateWhole)->Unit(benchmark::kMicrosecond);

void BM_ZlibWhole(benchmark::State& state) {
  CompressWhole(state, [](const std::string& page) {
    uLongf size = compressBound(page.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(page.data()), page.size());
    return std::size_t{size};
  });
}
BENCHMARK(BM_ZlibWhole)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace codearts::testing
