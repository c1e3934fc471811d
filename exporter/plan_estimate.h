#ifndef CODEARTS_EXPORTER_PLAN_ESTIMATE_H_
#define CODEARTS_EXPORTER_PLAN_ESTIMATE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "collect/refresher.h"
#include "config/config.h"
#include "exporter/survey.h"
#include "metrics/exporter_metrics.h"
#include "model/pipeline_run.h"

namespace codearts {

// What is configured for one project, counted.
struct ProjectCounts {
  std::string id;
  std::string name;
  std::string failure;  // Empty: its list could be read.
  std::int64_t pipelines = 0;
  std::int64_t matched = 0;
  std::int64_t never_ran = 0;  // Of the matched ones.
  std::int64_t active = 0;     // Of the matched ones: the latest run is in progress.
  std::map<std::string, std::int64_t> dropped;  // By rule.
};

// Calls of one refresh, by endpoint's name.
using CallCounts = std::map<std::string, std::int64_t>;

// What a page of metrics holds.
struct PageSize {
  std::map<std::string, std::int64_t> series;  // By family, histograms with all their series.
  std::int64_t total_series = 0;
  std::int64_t bytes = 0;
  std::int64_t gzip_bytes = 0;
};

struct PlanEstimate {
  std::vector<ProjectCounts> projects;
  std::int64_t sampled = 0;  // Runs that were read in full.
  CallCounts cold;           // First refresh with an empty state file, without past runs.
  CallCounts quiet;          // Nothing happened since the last one.
  CallCounts busy;           // A run of every pipeline changed.
  PageSize first;            // After a cold refresh.
  PageSize grown;            // When each pipeline has had a success and a failure.
};

// The details that were read, by pipeline.
using SampledRuns = std::map<PipelineId, PipelineRun>;

struct PlanOptions {
  const MetricsConfig& metrics;
  const ExporterMetrics& own;  // Gives the exporter's own families.
  Timestamp now;
};

// Puts together what is known. Pipelines that were not sampled get the stages that the list shows
// and the jobs of a sampled one.
PlanEstimate EstimatePlan(const Survey& survey, const SampledRuns& samples, const RefreshPlan& plan,
                          const PlanOptions& options);

// Chooses at most `count` pipelines that have run, spread evenly over all that are matched.
struct SampleChoice {
  const SurveyedProject* project = nullptr;
  const Pipeline* pipeline = nullptr;
};
std::vector<SampleChoice> ChooseSamples(const Survey& survey, std::size_t count);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_PLAN_ESTIMATE_H_
