#include "config/regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace codearts {
namespace {

struct Region {
  std::string_view name;
  std::string_view pipeline_host;  // Without the region and the domain; empty: none.
  bool has_project_man;
  bool has_iam;
};

constexpr std::string_view kUsual = "cloudpipeline-ext";

constexpr std::array<Region, 28> kRegions = {{
    {"cn-north-1", kUsual, true, true},
    {"cn-north-2", "", false, true},
    {"cn-north-4", kUsual, true, true},
    {"cn-north-9", "", false, true},
    {"cn-north-12", "", false, true},
    {"cn-east-2", kUsual, true, true},
    {"cn-east-3", kUsual, true, true},
    {"cn-east-4", "", false, true},
    {"cn-east-5", "", false, true},
    {"cn-south-1", kUsual, true, true},
    {"cn-south-2", kUsual, false, true},
    {"cn-southwest-2", kUsual, true, true},
    {"ap-southeast-1", "", false, true},
    {"ap-southeast-2", "", false, true},
    {"ap-southeast-3", kUsual, true, true},
    {"ap-southeast-4", "", false, true},
    {"af-north-1", "pipeline", false, false},
    {"af-south-1", "pipeline", false, true},
    {"sa-brazil-1", kUsual, true, true},
    {"la-south-2", "pipeline-external", false, true},
    {"la-north-2", kUsual, true, true},
    {"na-mexico-1", "", false, true},
    {"eu-west-0", "", false, true},
    {"my-kualalumpur-1", "", false, true},
    {"ru-moscow-1", "", false, true},
    {"me-east-1", "pipeline", false, true},
    {"ae-ad-1", "", false, true},
    {"tr-west-1", "pipeline-external", false, true},
}};

const Region* FindRegion(std::string_view name) {
  const auto* region = std::find_if(kRegions.begin(), kRegions.end(),
                                    [&](const Region& r) { return r.name == name; });
  return region == kRegions.end() ? nullptr : region;
}

std::string HostIn(std::string_view service, std::string_view region) {
  return fmt::format("https://{}.{}.myhuaweicloud.com", service, region);
}

template <typename Predicate>
std::string Join(Predicate has_service) {
  std::string names;
  for (const Region& region : kRegions) {
    if (!has_service(region)) continue;
    if (!names.empty()) names += ", ";
    names += region.name;
  }
  return names;
}

}  // namespace

std::optional<std::string> PipelineEndpoint(std::string_view region) {
  const Region* known = FindRegion(region);
  if (known == nullptr || known->pipeline_host.empty()) return std::nullopt;
  return HostIn(known->pipeline_host, region);
}

std::optional<std::string> ProjectManEndpoint(std::string_view region) {
  const Region* known = FindRegion(region);
  if (known == nullptr || !known->has_project_man) return std::nullopt;
  return HostIn("projectman-ext", region);
}

std::string IamEndpoint(std::string_view region) {
  const Region* known = FindRegion(region);
  if (known == nullptr || !known->has_iam) return "https://iam.myhuaweicloud.com";
  return HostIn("iam", region);
}

std::string ListPipelineRegions() {
  return Join([](const Region& region) { return !region.pipeline_host.empty(); });
}

std::string ListProjectManRegions() {
  return Join([](const Region& region) { return region.has_project_man; });
}

}  // namespace codearts
