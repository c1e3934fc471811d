#include "metrics/exporter_families.h"

#include <algorithm>
#include <map>
#include <optional>

#include "metrics/label_values.h"
#include "metrics/sample_writer.h"

namespace codearts {
namespace {

// Appends families with their headers. One without samples leaves nothing behind.
class FamilyWriter {
 public:
  FamilyWriter(TextFormat format, std::string& out)
      : format_(format), out_(out), samples_(format, out) {}

  template <typename WriteSamples>
  void Write(MetricId id, const WriteSamples& write_samples) {
    const std::size_t start = out_.size();
    AppendFamilyHeader(SpecOf(id), format_, out_);
    const std::size_t first_sample = out_.size();
    samples_.Start(id);
    write_samples(samples_);
    if (out_.size() == first_sample) out_.resize(start);
  }

  template <typename Value>
  void WriteOne(MetricId id, Value value) {
    Write(id, [value](SampleWriter& samples) { samples.Gauge("", value); });
  }

 private:
  const TextFormat format_;
  std::string& out_;
  SampleWriter samples_;
};

class ProjectFamilies {
 public:
  ProjectFamilies(const RenderedProjects& projects, const std::vector<DiscoveryHealth>& discoveries,
                  TextFormat format, std::string& out)
      : projects_(projects), discoveries_(discoveries), writer_(format, out) {}

  void Append() {
    WriteEach(MetricId::kUp, [](const ProjectSnapshot& project) {
      return std::optional(std::uint64_t{project.health.up});
    });
    WriteEach(MetricId::kPipelines, [](const ProjectSnapshot& project) {
      return CountIfListed(project, [](const PipelineState&) { return true; });
    });
    WriteEach(MetricId::kPipelinesBehind,
              [](const ProjectSnapshot& project) { return CountIfListed(project, IsBehind); });
    WriteEach(MetricId::kLastRefresh,
              [](const ProjectSnapshot& project) { return project.health.last_success; });
    WriteEach(MetricId::kRefreshDuration,
              [](const ProjectSnapshot& project) { return project.health.duration; });
    WriteErrors();
    WriteEach(MetricId::kClockSkew,
              [](const ProjectSnapshot& project) { return project.health.clock_skew; });
  }

 private:
  template <typename Matches>
  static std::optional<std::uint64_t> CountIfListed(const ProjectSnapshot& project,
                                                    const Matches& matches) {
    if (!project.listed) return std::nullopt;
    const auto count = std::count_if(project.pipelines.begin(), project.pipelines.end(),
                                     [&matches](const auto& state) { return matches(*state); });
    return static_cast<std::uint64_t>(count);
  }

  void SetCommonLabels(std::string_view project_id, std::string_view project,
                       SampleWriter& samples) {
    labels_.Clear().Add("project_id", project_id).Add("project", project);
    samples.SetCommonLabels(std::string(labels_.text()));
  }

  template <typename ValueOf>
  void WriteEach(MetricId id, const ValueOf& value_of) {
    writer_.Write(id, [this, &value_of](SampleWriter& samples) {
      for (const auto& rendered : projects_) {
        const auto value = value_of(*rendered->project);
        if (!value) continue;
        SetCommonLabels(rendered->project->id.value, rendered->project->name, samples);
        samples.Gauge("", *value);
      }
    });
  }

  void WriteErrors() {
    writer_.Write(MetricId::kRefreshErrors, [this](SampleWriter& samples) {
      for (const auto& rendered : projects_) {
        SetCommonLabels(rendered->project->id.value, rendered->project->name, samples);
        WriteReasons(rendered->project->health.errors, samples);
      }
      for (const DiscoveryHealth& discovery : discoveries_) {
        SetCommonLabels("", discovery.label, samples);
        WriteReasons(discovery.errors, samples);
      }
    });
  }

  void WriteReasons(const std::map<StatusCode, std::uint64_t>& errors, SampleWriter& samples) {
    std::map<StatusCode, std::uint64_t> counts;
    for (const StatusCode reason : kRefreshReasons) counts[reason] = 0;
    for (const auto& [code, count] : errors) {
      counts[counts.contains(code) ? code : StatusCode::kInternal] += count;
    }
    for (const StatusCode reason : kRefreshReasons) {
      labels_.Clear().Add("reason", StatusCodeName(reason));
      samples.Gauge(labels_.text(), counts[reason]);
    }
  }

  const RenderedProjects& projects_;
  const std::vector<DiscoveryHealth>& discoveries_;
  FamilyWriter writer_;
  LabelText labels_;
};

}  // namespace

void AppendProjectFamilies(const RenderedProjects& projects,
                           const std::vector<DiscoveryHealth>& discoveries, TextFormat format,
                           std::string& out) {
  ProjectFamilies(projects, discoveries, format, out).Append();
}

void AppendExporterFamilies(const Snapshot& snapshot, const PageFacts& page, TextFormat format,
                            std::string& out) {
  FamilyWriter writer(format, out);
  writer.Write(MetricId::kUnknownStatus, [&snapshot](SampleWriter& samples) {
    LabelText labels;
    for (const StatusLevel level : kStatusLevels) {
      std::uint64_t count = 0;
      for (const auto& project : snapshot.projects) {
        count += project->health.unknown_statuses[static_cast<std::size_t>(level)];
      }
      samples.Gauge(labels.Clear().Add("level", StatusLevelName(level)).text(), count);
    }
  });
  writer.WriteOne(MetricId::kSeries, page.series);
  writer.WriteOne(MetricId::kSeriesLimit, page.series_limit);
  writer.WriteOne(MetricId::kSeriesOverflow, snapshot.series_overflow);
  writer.WriteOne(MetricId::kLedgerBytes, snapshot.ledger_bytes);
  writer.WriteOne(MetricId::kLedgerReset, snapshot.ledger_resets);
  writer.Write(MetricId::kPageCacheBytes, [&page](SampleWriter& samples) {
    LabelText labels;
    samples.Gauge(labels.Clear().Add("form", "text").text(), std::uint64_t{page.text_bytes});
    samples.Gauge(labels.Clear().Add("form", "gzip").text(), std::uint64_t{page.gzip_bytes});
  });
}

}  // namespace codearts
