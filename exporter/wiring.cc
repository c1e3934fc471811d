#include "exporter/wiring.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "api/iam_token_source.h"
#include "api/metadata_key_source.h"
#include "collect/name_patterns.h"
#include "exporter/build_info.h"

namespace codearts {
namespace {

std::shared_ptr<const RefreshRules> MakeRules(const Config& config) {
  auto rules = std::make_shared<RefreshRules>();
  rules->counting.histogram_level = config.metrics.histogram_level;
  rules->counting.trigger_label = config.metrics.trigger_label;
  rules->counting.branch_label = config.metrics.branch_label;
  rules->counting.branches = std::make_shared<const NamePatterns>(config.metrics.branches);
  rules->counting.bounds = std::make_shared<const HistogramBounds>(MakeBounds(config.metrics));
  rules->since = config.history.since;
  rules->page_size = config.api.page_size;
  rules->recheck = config.history.recheck;
  rules->queue = config.metrics.queue;
  rules->level = config.metrics.level;
  rules->series_limit = config.metrics.series_limit;
  return rules;
}

std::shared_ptr<const ProjectPlan> MakeProjectPlan(const ProjectConfig& project,
                                                   const ShardConfig& shard,
                                                   const CredentialMap& credentials) {
  auto plan = std::make_shared<ProjectPlan>();
  plan->credential = credentials.at(project.credentials);
  plan->target = {project.id, project.endpoint, plan->credential.get()};
  plan->name = project.name;
  plan->region = project.region;
  plan->include = std::make_shared<const NamePatterns>(project.pipelines.include);
  plan->exclude = std::make_shared<const NamePatterns>(project.pipelines.exclude);
  plan->shard = shard;
  return plan;
}

std::shared_ptr<const DiscoveryPlan> MakeDiscoveryPlan(const Config& config, std::size_t index,
                                                       const CredentialMap& credentials) {
  const DiscoveryConfig& discovery = config.discovery[index];
  auto plan = std::make_shared<DiscoveryPlan>();
  plan->label = "discovery[" + std::to_string(index) + "]";
  plan->credential = credentials.at(discovery.credentials);
  plan->target = {{}, discovery.project_endpoint, plan->credential.get()};
  plan->include = std::make_shared<const NamePatterns>(discovery.projects.include);
  plan->exclude = std::make_shared<const NamePatterns>(discovery.projects.exclude);
  plan->refresh_interval = discovery.refresh_interval;
  plan->page_size = config.api.page_size;
  plan->endpoint = discovery.endpoint;
  plan->region = discovery.region;
  plan->shard = config.shard;
  return plan;
}

}  // namespace

std::vector<std::string_view> CalledEndpoints(const Config& config) {
  // The queue is asked for gaps in the run list too.
  std::vector<std::string_view> endpoints = {"list_pipelines", "list_runs", "detail", "queue"};
  if (!config.discovery.empty()) endpoints.emplace_back("projects");
  const auto uses = [&config](auto is_kind) {
    return std::any_of(config.credentials.begin(), config.credentials.end(), is_kind);
  };
  if (uses([](const auto& c) { return std::holds_alternative<IamUserCredential>(c.source); })) {
    endpoints.push_back(kIamEndpoint);
  }
  if (uses([](const auto& c) { return std::holds_alternative<EcsMetadataCredential>(c.source); })) {
    endpoints.push_back(kMetadataEndpoint);
  }
  return endpoints;
}

HistogramBounds MakeBounds(const MetricsConfig& metrics) {
  return {metrics.run_buckets, metrics.stage_buckets, metrics.job_buckets, metrics.step_buckets};
}

CurlTransportOptions MakeTransportOptions(const ApiConfig& api) {
  CurlTransportOptions options;
  options.user_agent = std::string("codearts_pipeline_exporter/") + kBuildVersion;
  options.request_timeout = api.request_timeout;
  options.max_response_bytes = api.max_response_bytes;
  options.ca_file = api.ca_file;
  options.proxy_url = api.proxy_url;
  return options;
}

SchedulerOptions MakeSchedulerOptions(const Config& config) {
  SchedulerOptions options;
  options.concurrency = config.api.concurrency;
  options.requests_per_second = config.api.requests_per_second;
  options.request_timeout = config.api.request_timeout;
  options.retries = config.api.retries;
  options.retry_window = config.scrape.timeout;
  return options;
}

RefreshPlan MakeRefreshPlan(const Config& config, const CredentialMap& credentials) {
  RefreshPlan plan;
  for (const ProjectConfig& project : config.projects) {
    plan.projects.push_back(MakeProjectPlan(project, config.shard, credentials));
  }
  for (std::size_t i = 0; i < config.discovery.size(); ++i) {
    plan.discoveries.push_back(MakeDiscoveryPlan(config, i, credentials));
  }
  plan.rules = MakeRules(config);
  plan.max_staleness = config.scrape.max_staleness;
  return plan;
}

}  // namespace codearts
