#ifndef CODEARTS_CONFIG_REGIONS_H_
#define CODEARTS_CONFIG_REGIONS_H_

#include <optional>
#include <string>
#include <string_view>

namespace codearts {

// Source of all: the region tables of the vendor's SDKs.

// Returns "https://<host>" of CodeArts Pipeline in a region, or nullopt if none is known.
std::optional<std::string> PipelineEndpoint(std::string_view region);

// Returns "https://<host>" of ProjectMan in a region, or nullopt if none is known.
std::optional<std::string> ProjectManEndpoint(std::string_view region);

// Returns "https://<host>" of IAM in a region; the global one for a region that has none of its
// own.
std::string IamEndpoint(std::string_view region);

// The regions that PipelineEndpoint and ProjectManEndpoint know, joined by ", ".
std::string ListPipelineRegions();
std::string ListProjectManRegions();

}  // namespace codearts

#endif  // CODEARTS_CONFIG_REGIONS_H_
