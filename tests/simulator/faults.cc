#include "simulator/faults.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "fmt/format.h"

namespace codearts::sim {
namespace {

constexpr std::string_view kKinds =
    "400 401 403 404 429 500 502 503 504 error200 error200nested html garbage empty deep huge "
    "huge_chunked redirect truncate reset slow trickle badutf8 wrongtypes unknown_status "
    "endless_paging page_shift";

bool MatchesEndpoint(std::string_view wanted, std::string_view name) {
  if (wanted == "*" || wanted == name) return true;
  return name.starts_with(wanted) && name.substr(wanted.size()).starts_with('_');
}

bool Matches(const Fault& fault, const Route& route) {
  if (!MatchesEndpoint(fault.endpoint, EndpointName(route.endpoint))) return false;
  if (!fault.project.empty() && fault.project != route.project_id) return false;
  return fault.pipeline.empty() || fault.pipeline == route.pipeline_id;
}

}  // namespace

Status FaultTable::Add(Fault fault) {
  const std::vector<std::string_view> kinds = Split(kKinds, ' ');
  if (std::find(kinds.begin(), kinds.end(), fault.kind) == kinds.end()) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("unknown kind \"{}\", known: {}", fault.kind, kKinds));
  }
  faults_.push_back(std::move(fault));
  return {};
}

std::optional<Fault> FaultTable::Take(const Route& route) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (!Matches(*fault, route)) continue;
    if (fault->after > 0) {
      --fault->after;
      continue;
    }
    const Fault taken = *fault;
    if (fault->count > 0 && --fault->count == 0) faults_.erase(fault);
    return taken;
  }
  return std::nullopt;
}

PageTwist TwistOf(const std::optional<Fault>& fault) {
  if (!fault) return PageTwist::kNone;
  if (fault->kind == "endless_paging") return PageTwist::kEndless;
  return fault->kind == "page_shift" ? PageTwist::kShift : PageTwist::kNone;
}

}  // namespace codearts::sim
