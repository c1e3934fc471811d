#include "metrics/metric_reference.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "metrics/catalogue.h"
#include "metrics/label_values.h"

namespace codearts {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Written by the tests from src/metrics/catalogue.cc: UPDATE_DOCS=1 renews it. -->
# Metrics

Everything that `/metrics` serves, in the order of the page.

* Times are Unix times and durations in seconds, exact to the millisecond. No sample has a timestamp.
* What the API does not give is no sample, never 0. A family without any sample is left out.
* The labels **I** are `project`, `pipeline` and `pipeline_id`; those in parentheses are there if
  `metrics.run_labels` asks for them.
* A pipeline keeps its counters when it is renamed. All of its series go away with it, and while the
  data of its project is older than `scrape.max_staleness`.
* Names are the API's. One that repeats inside its parent gets ` #2`, ` #3` by sequence; steps of a
  stage's `pre` and `post` have the job_name `_pre` and `_post`. Invalid UTF-8 becomes U+FFFD.
* In OpenMetrics, counters and histograms of pipelines have creation times (`_created`), and the
  buckets of `codearts_pipeline_run_duration_seconds` exemplars with `run_id` and `run_number`.
* Stable metrics only ever gain labels. Experimental ones may change with a note in the changelog.
)";

constexpr std::string_view kCardinality = R"(
## How many series

| what | series |
| --- | --- |
| pipeline that never ran | 14 |
| latest run | 10 statuses and at most 10 more |
| each stage, job or step at a level that is on | 2 |
| each `result` with histograms | buckets + 3, for runs, and for each stage and each job |
| `trigger`, `branch` in `metrics.run_labels` | multiply the run counter and histogram by the values seen |
| each plug-in and result at `histogram_level: step` | buckets + 3, for each project |

With the default buckets and `level: job`, a pipeline with 4 stages of 2 jobs has about 270 series
while its runs fail at times and its stages and jobs don't. `metrics.level`,
`metrics.histogram_level` and fewer buckets bring that down; `codearts_exporter_series` tells the
number for your pipelines. `metrics.series_limit` guards against names that each run makes up.
)";

struct Section {
  std::string_view title;
  MetricId end;  // The first metric after it.
};

constexpr std::array<Section, 7> kSections = {{
    {"Pipelines: state", MetricId::kRuns},
    {"Pipelines: counters and histograms", MetricId::kStepDurations},
    {"Projects", MetricId::kUp},
    {"Refreshes", MetricId::kUnknownStatus},
    {"Exporter", MetricId::kApiRequests},
    {"API, configuration and build", MetricId::kProcessCpu},
    {"Process", static_cast<MetricId>(static_cast<int>(MetricId::kProcessThreads) + 1)},
}};

std::string FormatLabels(const MetricSpec& spec) {
  constexpr std::size_t kIdentity = 3;
  std::string text;
  const auto add = [&text](std::string_view label) {
    if (!text.empty()) text += ", ";
    text += label;
  };
  std::span<const std::string_view> labels = spec.labels;
  if (labels.size() >= kIdentity && labels[1] == "pipeline") {
    add("**I**");
    labels = labels.subspan(kIdentity);
  }
  for (const std::string_view label : labels) add(fmt::format("`{}`", label));
  for (const std::string_view label : spec.optional_labels) add(fmt::format("(`{}`)", label));
  return text;
}

void AppendSection(const Section& section, std::size_t& next, std::string& out) {
  out += fmt::format(
      "\n## {}\n\n| metric | type | labels | meaning | absent when |\n"
      "| --- | --- | --- | --- | --- |\n",
      section.title);
  for (; next < static_cast<std::size_t>(section.end); ++next) {
    const MetricSpec& spec = MetricCatalogue()[next];
    const std::string_view note =
        spec.stability == Stability::kExperimental ? " *Experimental.*" : "";
    out += fmt::format("| `{}` | {} | {} | {}{} | {} |\n", spec.name, MetricTypeName(spec.type),
                       FormatLabels(spec), spec.help, note,
                       spec.absent.empty() ? "never" : spec.absent);
  }
}

template <typename Values, typename NameOf>
void AppendValues(std::string_view label, std::string_view of, const Values& values, NameOf name_of,
                  std::string& out) {
  out += fmt::format("| `{}` | {} | ", label, of);
  std::string_view separator;
  for (const auto& value : values) {
    out += fmt::format("{}`{}`", separator, name_of(value));
    separator = ", ";
  }
  out += " |\n";
}

void AppendValueSets(std::string& out) {
  out +=
      "\n## Values of labels\n\nClosed sets; dashboards and rules may rely on them.\n\n"
      "| label | of | values |\n| --- | --- | --- |\n";
  AppendValues("status", "`..._last_run_status`", kRunStatuses, ExecutionStatusName, out);
  AppendValues("status", "`..._stage_status`, `..._job_status`, `..._step_status`",
               kExecutionStatuses, ExecutionStatusName, out);
  AppendValues("result", "all", kRunResults, RunResultName, out);
  AppendValues("state", "`..._active_runs`, `..._active_run_start_timestamp_seconds`",
               kActivityStates, ActivityStateName, out);
  AppendValues("reason", "`..._runs_missed_total`", kMissedReasons, MissedReasonName, out);
  AppendValues("reason", "`..._refresh_errors_total`", kRefreshReasons, StatusCodeName, out);
  AppendValues("level", "`..._unknown_status_total`", kStatusLevels, StatusLevelName, out);
  out += R"(
`result` puts statuses together: COMPLETED is `success`; FAILED and ASYNC_FAILED are `failure`;
CANCELED is `cancellation`; IGNORED, SKIPPED and UNSELECTED are `skip`; anything else is `unknown`.
A status outside the documented sets is shown as UNKNOWN and counted in
`codearts_exporter_unknown_status_total`. `code` is an HTTP status, or `error` without an answer.
`stage` and `job_name` may be `_overflow` beyond `metrics.series_limit`; `branch` is `other` for one
that no pattern of `metrics.branches` takes.
)";
}

}  // namespace

std::string FormatMetricReference() {
  std::string out(kIntroduction);
  std::size_t next = 0;
  for (const Section& section : kSections) AppendSection(section, next, out);
  AppendValueSets(out);
  out += kCardinality;
  return out;
}

}  // namespace codearts
