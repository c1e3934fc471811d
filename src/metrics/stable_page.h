#ifndef CODEARTS_METRICS_STABLE_PAGE_H_
#define CODEARTS_METRICS_STABLE_PAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/block_cache.h"
#include "metrics/compression.h"
#include "metrics/totals_renderer.h"

namespace codearts {

// Headers of families as chunks, in order of the catalogue. They are the same on every page.
std::vector<std::shared_ptr<const SampleChunk>> MakeHeaderChunks(TextFormat format);

// The part of a page that stays as it is until a project is refreshed: the families of pipelines,
// of totals and of how refreshes went. Immutable. Threads: safe.
class StablePage {
 public:
  struct Source {
    RenderedProjects projects;
    std::vector<DiscoveryHealth> discoveries;

    bool operator==(const Source&) const = default;  // Of projects: the same objects.
  };

  // `headers`: as MakeHeaderChunks makes them. `renderer` is used while constructing.
  StablePage(Source source, const std::vector<std::shared_ptr<const SampleChunk>>& headers,
             TotalsRenderer& renderer, TextFormat format);

  const Source& source() const { return source_; }
  std::uint64_t series() const { return series_; }

  // The text, in order of the page. Lifetime: that of this object.
  const std::vector<std::string_view>& parts() const { return parts_; }

  struct Gzip {
    std::string bytes;  // From the member's header on.
    GzipChecksum checksum;
  };
  // Returns the text compressed, without an end. What of it was compressed for an earlier page is
  // not compressed again.
  const Gzip& Compressed() const;

  // The memory that the text takes, and its compressed form as far as there is one.
  std::size_t text_bytes() const { return text_bytes_; }
  std::size_t compressed_bytes() const { return compressed_bytes_; }

 private:
  void AddChunk(const std::shared_ptr<const SampleChunk>& chunk);
  void AddFamily(const std::shared_ptr<const SampleChunk>& header,
                 const std::vector<const FamilyChunks*>& members);
  void AddTotals(const std::vector<std::shared_ptr<const SampleChunk>>& headers,
                 TotalsRenderer& renderer);

  const Source source_;
  std::vector<std::shared_ptr<const SampleChunk>> chunks_;
  std::vector<std::string_view> parts_;
  std::uint64_t series_ = 0;
  std::size_t text_bytes_ = 0;
  mutable std::once_flag once_;
  mutable Gzip gzip_;
  mutable std::atomic<std::size_t> compressed_bytes_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_STABLE_PAGE_H_
