#include "metrics/metrics_page.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/block_cache.h"
#include "metrics/exporter_families.h"
#include "metrics/stable_page.h"
#include "metrics/totals_renderer.h"

namespace codearts {
namespace {

// A format that nobody asked for while so many pages of another were made is forgotten: one look at
// a page by hand would double the memory for good.
constexpr int kKeptPages = 40;

// What keeps the bytes of a page alive.
struct PageOwner {
  std::shared_ptr<const StablePage> stable;
  std::string tail;
};

}  // namespace

// What is kept for one set of options.
struct MetricsPage::Caches {
  // What is kept for one format.
  struct Cache {
    Cache(const MetricsConfig& options, TextFormat format)
        : blocks(options, format), headers(MakeHeaderChunks(format)) {}

    RenderedProjects RenderBlocks(const Snapshot& snapshot) {
      others_since = 0;
      return blocks.Render(snapshot);
    }

    // Another format got a page.
    void OnOtherPage() {
      if (++others_since != kKeptPages) return;
      blocks.Clear();
      const std::lock_guard lock(mutex);
      page.reset();
    }

    BlockCache blocks;
    const std::vector<std::shared_ptr<const SampleChunk>> headers;
    std::atomic<int> others_since = 0;  // Pages of other formats since the last use of this one.
    std::mutex mutex;                   // Guards the pointer alone.
    std::shared_ptr<const StablePage> page;
  };

  explicit Caches(const MetricsConfig& new_options)
      : options(new_options),
        text(new_options, TextFormat::kPrometheusText),
        open_metrics(new_options, TextFormat::kOpenMetrics) {}

  Cache& Of(TextFormat format) { return format == TextFormat::kOpenMetrics ? open_metrics : text; }
  Cache& Except(TextFormat format) {
    return format == TextFormat::kOpenMetrics ? text : open_metrics;
  }

  std::shared_ptr<const StablePage> MakePage(StablePage::Source source, const Snapshot& snapshot,
                                             TextFormat format) {
    TotalsRenderer renderer(options, *snapshot.bounds, format);
    return std::make_shared<StablePage>(std::move(source), Of(format).headers, renderer, format);
  }

  // Returns the last page again as long as all projects are the same objects.
  std::shared_ptr<const StablePage> Page(const Snapshot& snapshot, TextFormat format) {
    Cache& cache = Of(format);
    StablePage::Source source{cache.RenderBlocks(snapshot), snapshot.discoveries};
    {
      const std::lock_guard lock(cache.mutex);
      if (cache.page != nullptr && cache.page->source() == source) return cache.page;
    }
    std::shared_ptr<const StablePage> page = MakePage(std::move(source), snapshot, format);
    Except(format).OnOtherPage();
    const std::lock_guard lock(cache.mutex);
    cache.page = page;
    return page;
  }

  // Of `page` and what else is kept.
  PageFacts FactsOf(const StablePage& page) {
    PageFacts facts;
    facts.series = page.series();
    facts.series_limit = options.series_limit;
    for (Cache* cache : {&text, &open_metrics}) {
      const std::lock_guard lock(cache->mutex);
      if (cache->page == nullptr) continue;
      facts.text_bytes += cache->page->text_bytes();
      facts.gzip_bytes += cache->page->compressed_bytes();
    }
    return facts;
  }

  const MetricsConfig options;
  Cache text;
  Cache open_metrics;
};

MetricsPage::MetricsPage(const MetricsConfig& options, const ExporterMetrics& own)
    : own_(own), caches_(std::make_shared<Caches>(options)) {}

MetricsPage::~MetricsPage() = default;

// Puts the page together from what stays and what is written for it alone.
TextParts MetricsPage::Join(std::shared_ptr<const StablePage> stable, std::string tail,
                            PageEncoding encoding) {
  auto owner = std::make_shared<PageOwner>();
  std::vector<std::string_view> parts;
  if (encoding == PageEncoding::kGzip) {
    const StablePage::Gzip& gzip = stable->Compressed();
    const DeflatedText deflated = DeflateTail(tail);
    GzipChecksum checksum = gzip.checksum;
    checksum.Add(deflated);
    owner->tail = deflated.blocks + checksum.End();
    parts = {gzip.bytes, owner->tail};
  } else {
    owner->tail = std::move(tail);
    parts.reserve(stable->parts().size() + 1);
    parts = stable->parts();
    parts.push_back(owner->tail);
  }
  owner->stable = std::move(stable);
  return {std::move(parts), std::move(owner)};
}

// Scrapes that come in quick succession have the same tail.
DeflatedText MetricsPage::DeflateTail(const std::string& tail) {
  const std::lock_guard lock(deflater_mutex_);
  if (tail != last_tail_) {
    last_deflated_ = deflater_.Deflate(tail);
    last_tail_ = tail;
  }
  return last_deflated_;
}

TextParts MetricsPage::Render(const Snapshot& snapshot, TextFormat format, PageEncoding encoding) {
  const std::shared_ptr<Caches> kept = caches();
  std::shared_ptr<const StablePage> page = kept->Page(snapshot, format);
  std::string tail;
  AppendExporterFamilies(snapshot, kept->FactsOf(*page), format, tail);
  own_.AppendTo(format, tail);
  AppendPageEnd(format, tail);
  return Join(std::move(page), std::move(tail), encoding);
}

std::optional<TextParts> MetricsPage::RenderProject(const Snapshot& snapshot,
                                                    const ProjectId& project, TextFormat format,
                                                    PageEncoding encoding) {
  const std::shared_ptr<Caches> kept = caches();
  RenderedProjects projects = kept->Of(format).RenderBlocks(snapshot);
  projects.erase(
      std::remove_if(projects.begin(), projects.end(),
                     [&project](const auto& other) { return other->project->id != project; }),
      projects.end());
  if (projects.empty()) return std::nullopt;
  std::string tail;
  AppendPageEnd(format, tail);
  return Join(kept->MakePage({std::move(projects), {}}, snapshot, format), std::move(tail),
              encoding);
}

void MetricsPage::SetOptions(const MetricsConfig& options) {
  auto next = std::make_shared<Caches>(options);
  const std::lock_guard lock(mutex_);
  caches_.swap(next);
}

std::shared_ptr<MetricsPage::Caches> MetricsPage::caches() const {
  const std::lock_guard lock(mutex_);
  return caches_;
}

}  // namespace codearts
