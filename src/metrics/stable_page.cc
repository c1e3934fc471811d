#include "metrics/stable_page.h"

#include <map>
#include <utility>

#include "metrics/exporter_families.h"
#include "metrics/histogram_sum.h"

namespace codearts {
namespace {

FamilyBlocks SumTotals(const std::vector<const RenderedProject*>& projects,
                       TotalsRenderer& renderer) {
  ProjectTotals sum;
  for (const RenderedProject* project : projects) {
    if (project->project->listed) AddTo(sum, *project->project->totals);
  }
  return renderer.Render(projects.front()->project->name, sum);
}

}  // namespace

std::vector<std::shared_ptr<const SampleChunk>> MakeHeaderChunks(TextFormat format) {
  std::vector<std::shared_ptr<const SampleChunk>> headers;
  for (const MetricSpec& spec : MetricCatalogue()) {
    std::string header;
    AppendFamilyHeader(spec, format, header);
    headers.push_back(std::make_shared<SampleChunk>(std::move(header)));
  }
  return headers;
}

StablePage::StablePage(Source source,
                       const std::vector<std::shared_ptr<const SampleChunk>>& headers,
                       TotalsRenderer& renderer, TextFormat format)
    : source_(std::move(source)) {
  for (const auto& project : source_.projects) series_ += project->series;
  for (std::size_t i = 0; i < kPipelineMetrics.size(); ++i) {
    std::vector<const FamilyChunks*> family;
    for (const auto& project : source_.projects) family.push_back(&project->families[i]);
    AddFamily(headers[static_cast<std::size_t>(kPipelineMetrics.first) + i], family);
  }
  AddTotals(headers, renderer);
  std::string refreshes;
  AppendProjectFamilies(source_.projects, source_.discoveries, format, refreshes);
  AddChunk(std::make_shared<SampleChunk>(std::move(refreshes)));
}

void StablePage::AddChunk(const std::shared_ptr<const SampleChunk>& chunk) {
  chunks_.push_back(chunk);
  parts_.emplace_back(chunk->text());
  text_bytes_ += chunk->text().size();
}

void StablePage::AddFamily(const std::shared_ptr<const SampleChunk>& header,
                           const std::vector<const FamilyChunks*>& members) {
  bool is_empty = true;
  for (const FamilyChunks* chunks : members) {
    for (const auto& chunk : *chunks) {
      if (chunk->text().empty()) continue;
      if (std::exchange(is_empty, false)) AddChunk(header);
      AddChunk(chunk);
    }
  }
}

// The only label that totals have for a project is its name: those of projects of one name are
// added up, as two samples of one series would spoil the page.
void StablePage::AddTotals(const std::vector<std::shared_ptr<const SampleChunk>>& headers,
                           TotalsRenderer& renderer) {
  std::map<std::string_view, std::vector<const RenderedProject*>> by_name;
  for (const auto& project : source_.projects) {
    by_name[project->project->name].push_back(project.get());
  }
  std::vector<std::vector<FamilyChunks>> all;
  for (const auto& project : source_.projects) {
    const std::vector<const RenderedProject*>& same_name = by_name[project->project->name];
    if (same_name.front() != project.get()) continue;
    if (same_name.size() == 1) {
      series_ += project->totals_series;
      all.push_back(project->totals);
    } else {
      FamilyBlocks sum = SumTotals(same_name, renderer);
      series_ += sum.series;
      all.push_back(ChunksOf(std::move(sum), kTotalsMetrics));
    }
  }
  for (std::size_t i = 0; i < kTotalsMetrics.size(); ++i) {
    std::vector<const FamilyChunks*> family;
    family.reserve(all.size());
    for (const auto& totals : all) family.push_back(&totals[i]);
    AddFamily(headers[static_cast<std::size_t>(kTotalsMetrics.first) + i], family);
  }
}

const StablePage::Gzip& StablePage::Compressed() const {
  std::call_once(once_, [this] {
    TextDeflater deflater;
    std::vector<const DeflatedText*> texts;
    std::size_t size = GzipHeader().size();
    for (const auto& chunk : chunks_) {
      texts.push_back(&chunk->Deflated(deflater));
      size += texts.back()->blocks.size();
    }
    gzip_.bytes.reserve(size);
    gzip_.bytes = GzipHeader();
    for (const DeflatedText* text : texts) {
      gzip_.bytes += text->blocks;
      gzip_.checksum.Add(*text);
    }
    // Once in the chunks and once as a whole.
    compressed_bytes_ = 2 * size;
  });
  return gzip_;
}

}  // namespace codearts
