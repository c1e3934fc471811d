#include "metrics/history_page.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <string_view>

#include "collect/run_view.h"
#include "metrics/catalogue.h"
#include "metrics/exposition.h"

namespace codearts {
namespace {

// The API's times are whole seconds.
constexpr Duration kJustBefore = std::chrono::seconds(1);

void AppendSample(MetricId id, std::string_view labels, const std::string& value, Timestamp time,
                  std::string& out) {
  out += SpecOf(id).name;
  out += '{';
  out += labels;
  out += "} ";
  out += value;
  out += ' ';
  AppendValue(time, out);
  out += '\n';
}

// A counter that steps up at the ends of runs.
class StepCounter {
 public:
  StepCounter(std::string labels, Timestamp since, std::string& out)
      : labels_(std::move(labels)), last_(since - kJustBefore), out_(out) {
    Append(last_);
  }

  void StepAt(Timestamp end) {
    // Runs that end in the same second are one step.
    if (end <= last_) {
      ++pending_;
      return;
    }
    Flush();
    if (end - kJustBefore > last_) Append(end - kJustBefore);
    last_ = end;
    pending_ = 1;
  }

  void Flush() {
    if (pending_ == 0) return;
    value_ += pending_;
    pending_ = 0;
    Append(last_);
  }

 private:
  void Append(Timestamp time) {
    AppendSample(MetricId::kRuns, labels_, std::to_string(value_), time, out_);
  }

  const std::string labels_;
  Timestamp last_;
  std::string& out_;
  std::uint64_t value_ = 0;
  std::uint64_t pending_ = 0;
};

class HistoryPage {
 public:
  explicit HistoryPage(const HistoryPageOptions& options) : options_(options) {}

  std::string Render(const std::vector<ProjectHistory>& projects) {
    AppendFamilyHeader(SpecOf(MetricId::kLastRunDuration), TextFormat::kOpenMetrics, out_);
    ForEach(projects, [this](const std::string& labels, const PipelineHistory& pipeline) {
      AppendDurations(labels, pipeline);
    });
    AppendFamilyHeader(SpecOf(MetricId::kRuns), TextFormat::kOpenMetrics, out_);
    ForEach(projects, [this](const std::string& labels, const PipelineHistory& pipeline) {
      AppendCounters(labels, pipeline);
    });
    AppendPageEnd(TextFormat::kOpenMetrics, out_);
    return std::move(out_);
  }

 private:
  void ForEach(const std::vector<ProjectHistory>& projects,
               const std::function<void(const std::string&, const PipelineHistory&)>& append) {
    for (const ProjectHistory& project : projects) {
      for (const PipelineHistory& pipeline : project.pipelines) {
        LabelText labels;
        for (const auto& [name, value] : options_.target_labels) labels.Add(name, value);
        labels.Add("project", project.name)
            .Add("pipeline", pipeline.name)
            .Add("pipeline_id", pipeline.id.value);
        append(std::string(labels.text()), pipeline);
      }
    }
  }

  void AppendDurations(const std::string& labels, const PipelineHistory& pipeline) {
    std::optional<Timestamp> last;
    for (const RunSummary& run : pipeline.runs) {
      const std::optional<Duration> duration = DurationOf(run.start_time, run.end_time);
      // A series has one value at a time.
      if (!duration || (last && *run.end_time <= *last)) continue;
      std::string value;
      AppendValue(*duration, value);
      AppendSample(MetricId::kLastRunDuration, labels, value, *run.end_time, out_);
      last = run.end_time;
    }
  }

  void AppendCounters(const std::string& labels, const PipelineHistory& pipeline) {
    std::set<RunResult> results = {RunResult::kSuccess, RunResult::kFailure,
                                   RunResult::kCancellation};
    for (const RunSummary& run : pipeline.runs) results.insert(ResultOf(run.status));
    for (const RunResult result : results) {
      LabelText own;
      own.Add("result", RunResultName(result));
      StepCounter counter(labels + "," + std::string(own.text()), options_.since, out_);
      for (const RunSummary& run : pipeline.runs) {
        if (ResultOf(run.status) == result) counter.StepAt(*run.end_time);
      }
      counter.Flush();
    }
  }

  const HistoryPageOptions& options_;
  std::string out_;
};

}  // namespace

std::string RenderHistory(const std::vector<ProjectHistory>& projects,
                          const HistoryPageOptions& options) {
  return HistoryPage(options).Render(projects);
}

}  // namespace codearts
