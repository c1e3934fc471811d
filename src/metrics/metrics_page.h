#ifndef CODEARTS_METRICS_METRICS_PAGE_H_
#define CODEARTS_METRICS_METRICS_PAGE_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/text_parts.h"
#include "collect/snapshot.h"
#include "config/config.h"
#include "metrics/compression.h"
#include "metrics/exporter_metrics.h"
#include "metrics/exposition.h"
#include "model/ids.h"

namespace codearts {

class StablePage;

enum class PageEncoding {
  kIdentity,
  kGzip,  // One gzip member.
};

// Writes the pages of metrics. What did not change since the last page is neither rendered, nor
// compressed, nor copied again. Threads: safe.
class MetricsPage {
 public:
  // `own` must outlive the page.
  MetricsPage(const MetricsConfig& options, const ExporterMetrics& own);
  ~MetricsPage();
  MetricsPage(const MetricsPage&) = delete;
  MetricsPage& operator=(const MetricsPage&) = delete;

  // Returns everything of this process. Lifetime: the text may outlive this object.
  TextParts Render(const Snapshot& snapshot, TextFormat format,
                   PageEncoding encoding = PageEncoding::kIdentity);

  // Returns the metrics of one project and none of the exporter as a whole; nullopt if the snapshot
  // does not have that project.
  std::optional<TextParts> RenderProject(const Snapshot& snapshot, const ProjectId& project,
                                         TextFormat format,
                                         PageEncoding encoding = PageEncoding::kIdentity);

  // Replaces the options from the next page on (reload).
  void SetOptions(const MetricsConfig& options);

 private:
  struct Caches;

  std::shared_ptr<Caches> caches() const;
  TextParts Join(std::shared_ptr<const StablePage> stable, std::string tail, PageEncoding encoding);
  DeflatedText DeflateTail(const std::string& tail);

  const ExporterMetrics& own_;
  std::mutex deflater_mutex_;  // Held for the few kilobytes that each page has of its own.
  TextDeflater deflater_;
  std::string last_tail_;
  DeflatedText last_deflated_;
  mutable std::mutex mutex_;  // Guards the pointer alone.
  std::shared_ptr<Caches> caches_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_METRICS_PAGE_H_
