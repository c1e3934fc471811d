#include "config/section_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_format.h"
#include "config/checked_kind.h"

namespace codearts {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDay = hours(24);
constexpr std::string_view kExpectRunLabels = "a list of any of trigger, branch";

// run_labels is one key for two members, hence a kind for the section as a whole.
void ReadRunLabels(ConfigReader& reader, const ConfigValue& value, MetricsConfig& out) {
  out.trigger_label = false;
  out.branch_label = false;
  for (const ConfigValue& item : reader.ReadList(value, kExpectRunLabels)) {
    const std::optional<std::string> label = reader.ReadScalar(item, "trigger or branch");
    if (!label) continue;
    if (*label == "trigger") {
      out.trigger_label = true;
    } else if (*label == "branch") {
      out.branch_label = true;
    } else {
      reader.AddError(item, QuoteRaw(item.node) + " is not a label", "give trigger or branch");
    }
  }
}

std::string WriteRunLabels(const MetricsConfig& metrics) {
  std::vector<std::string> names;
  if (metrics.trigger_label) names.emplace_back("trigger");
  if (metrics.branch_label) names.emplace_back("branch");
  return fmt::format("[{}]", fmt::join(names, ", "));
}

Field<MetricsConfig> RunLabelsKey() {
  const ValueKind<MetricsConfig> kind = {std::string(kExpectRunLabels), ReadRunLabels,
                                         WriteRunLabels};
  return Key<MetricsConfig>(
      "run_labels", [](auto& metrics) -> auto& { return metrics; }, kind,
      "Labels added to `codearts_pipeline_runs_total` and "
      "`codearts_pipeline_run_duration_seconds`.");
}

}  // namespace

const Schema<ScrapeConfig>& ScrapeSchema() {
  using S = ScrapeConfig;
  static const Schema<S> kSchema = {
      Key<S>("min_interval", &S::min_interval, DurationFrom(seconds(0), hours(1)),
             "Scrapes closer together than this share a refresh."),
      Key<S>("timeout", &S::timeout, DurationFrom(milliseconds(100), minutes(10)),
             "How long a scrape may take when the scraper does not say."),
      Key<S>("timeout_offset", &S::timeout_offset, DurationFrom(seconds(0), minutes(1)),
             "Kept back of the scraper's timeout for the way of the answer."),
      Key<S>("max_staleness", &S::max_staleness, DurationFrom(seconds(0), 30 * kDay),
             "How long a project that can't be refreshed keeps showing its last data."),
  };
  return kSchema;
}

const Schema<ApiConfig>& ApiSchema() {
  using S = ApiConfig;
  static const Schema<S> kSchema = {
      Key<S>("concurrency", &S::concurrency, IntegerFrom(1, 256),
             "Requests in flight at once, over all projects."),
      Key<S>("requests_per_second", &S::requests_per_second, NumberFrom(0.1, 10000),
             "Rate per credential and endpoint. Throttling by the API lowers it for a while."),
      Key<S>("request_timeout", &S::request_timeout, DurationFrom(milliseconds(100), minutes(10)),
             "Of one request, with its connection."),
      Key<S>("page_size", &S::page_size, IntegerFrom(1, 1000), "Entries asked for per list page."),
      Key<S>("max_response_bytes", &S::max_response_bytes,
             SizeFrom(1024, std::uint64_t{256} << 20U), "Larger answers are refused."),
      Key<S>("retries", &S::retries, IntegerFrom(0, 10),
             "Further attempts after transport errors, 5xx answers and throttling."),
      Key<S>("ca_file", &S::ca_file, ReadableFile(),
             "CA certificates (PEM) beside the system's. Verification can't be turned off."),
      Key<S>("proxy_url", &S::proxy_url, ProxyUrl(),
             "Proxy of all requests. If empty, `HTTPS_PROXY` and `NO_PROXY` say."),
  };
  return kSchema;
}

const Schema<MetricsConfig>& MetricsSchema() {
  using S = MetricsConfig;
  static const Schema<S> kSchema = {
      Key<S>("level", &S::level, Level(), "The deepest level with series."),
      WithDefault(Key<S>("histogram_level", &S::histogram_level, Level(),
                         "The deepest level with histograms; not deeper than `level`."),
                  "`job`, or `level` if that is less deep"),
      Key<S>("run_info", &S::run_info, Bool(),
             "Whether `codearts_pipeline_last_run_info` is there."),
      RunLabelsKey(),
      Key<S>("branches", &S::branches, Patterns(),
             "Values of the label `branch`, unanchored. A branch that matches none is `other`."),
      Key<S>("run_buckets", &S::run_buckets, Buckets(), "Upper bounds for runs, in seconds."),
      Key<S>("stage_buckets", &S::stage_buckets, Buckets(), "Upper bounds for stages, in seconds."),
      WithDefault(
          Key<S>("job_buckets", &S::job_buckets, Buckets(), "Upper bounds for jobs, in seconds."),
          "as `stage_buckets`"),
      WithDefault(Key<S>("step_buckets", &S::step_buckets, Buckets(),
                         "Upper bounds for steps, in seconds."),
                  "as `stage_buckets`"),
      Key<S>("queue", &S::queue, Bool(),
             "Whether to ask for the queue of pipelines that have an active run."),
      Key<S>("series_limit", &S::series_limit, CountFrom(1, 100'000'000),
             "Beyond it, new stages and jobs are folded into `_overflow` and counted."),
  };
  return kSchema;
}

const Schema<HistoryConfig>& HistorySchema() {
  using S = HistoryConfig;
  static const Schema<S> kSchema = {
      Key<S>("since", &S::since, Since(),
             "Runs that ended before are not counted. `now` is the moment at which a pipeline is "
             "first seen; a duration reaches back from there."),
      Key<S>("recheck", &S::recheck, DurationFrom(Duration(1), 30 * kDay),
             "How often the newest runs of active pipelines are compared with what was counted, "
             "to find retries of older runs."),
  };
  return kSchema;
}

const Schema<StateConfig>& StateSchema() {
  using S = StateConfig;
  static const Schema<S> kSchema = {
      Key<S>("path", &S::path, Text(),
             "SQLite file that carries the counters over restarts. Empty: memory only."),
  };
  return kSchema;
}

void WarnIfShorter(ConfigReader& reader, const ConfigValue& map, const std::string& name,
                   Duration value, const IntervalAdvice& advice) {
  const YamlEntry* entry = FindEntry(&map.node, name);
  if (entry == nullptr || value >= advice.least || reader.HasError(map.key + "." + name)) return;
  reader.AddWarning(
      reader.OriginOf({entry->value, map.key + "." + name}),
      fmt::format("{} is short: {}", FormatDuration(value), advice.consequence),
      fmt::format("give {} or more, unless this is a test", FormatDuration(advice.least)));
}

void ReadScrape(ConfigReader& reader, const ConfigValue& value, ScrapeConfig& out) {
  ReadSection(reader, value, ScrapeSchema(), out);
  WarnIfShorter(reader, value, "min_interval", out.min_interval,
                {seconds(1), "every scrape by every Prometheus server calls the API"});
  if (out.timeout_offset < out.timeout) return;
  reader.AddError(ConfigValue{value.node, value.key + ".timeout_offset"},
                  fmt::format("{} leaves nothing of the timeout of {}",
                              FormatDuration(out.timeout_offset), FormatDuration(out.timeout)),
                  "give a smaller offset or a longer timeout");
}

void ReadHistory(ConfigReader& reader, const ConfigValue& value, HistoryConfig& out) {
  ReadSection(reader, value, HistorySchema(), out);
  WarnIfShorter(reader, value, "recheck", out.recheck,
                {minutes(1), "nearly every refresh reads a page of runs of each active pipeline"});
}

void ReadMetrics(ConfigReader& reader, const ConfigValue& value, MetricsConfig& out) {
  ReadSection(reader, value, MetricsSchema(), out);
  if (FindEntry(&value.node, "job_buckets") == nullptr) out.job_buckets = out.stage_buckets;
  if (FindEntry(&value.node, "step_buckets") == nullptr) out.step_buckets = out.stage_buckets;
  const YamlEntry* level = FindEntry(&value.node, "histogram_level");
  if (level == nullptr) {
    out.histogram_level = std::min(out.histogram_level, out.level);
  } else if (out.histogram_level > out.level) {
    reader.AddError(ConfigValue{level->value, value.key + ".histogram_level"},
                    fmt::format("{} is deeper than level, which is {}",
                                MetricsLevelName(out.histogram_level), MetricsLevelName(out.level)),
                    "give a level that is not deeper");
  }
}

}  // namespace codearts
