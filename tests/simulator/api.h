#ifndef CODEARTS_SIMULATOR_API_H_
#define CODEARTS_SIMULATOR_API_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "simulator/endpoint.h"
#include "simulator/http_types.h"
#include "simulator/json_reader.h"
#include "simulator/render.h"
#include "simulator/world.h"

namespace codearts::sim {

// Misbehaviour of paged lists that has to be done where the page is cut.
enum class PageTwist {
  kNone,
  kEndless,  // Every page is full and `total` is out of reach.
  kShift,    // Between the first page and the next one, an element was removed.
};

// Where a page begins, how long it may be, and what `total` says.
struct Page {
  std::int64_t offset = 0;  // As asked for.
  std::int64_t limit = 0;   // After the server's own maximum.
  std::int64_t total = 0;
  std::size_t first = 0;  // Elements first..last of the whole list.
  std::size_t last = 0;
};

// The answers of the API about a World: paths and parameters in, JSON out. No authentication, no
// faults but the paging ones. Lifetime: `world` outlives this.
class Api {
 public:
  explicit Api(World& world) : world_(world) {}

  // A server that clamps `limit`; 0 for none.
  void SetMaxLimit(std::int64_t limit) { max_limit_ = limit; }

  // Answers the calls of the pipeline service, ProjectMan and IAM's project list.
  Reply Handle(const Route& route, const Request& request, PageTwist twist);

 private:
  Reply ListPipelines(const Project& project, const Request& request, PageTwist twist);
  Reply ListRuns(const Pipeline& pipeline, const Request& request, PageTwist twist);
  Reply ShowRunDetail(const Project& project, const Pipeline& pipeline, const Route& route);
  Reply LatestStatus(const Project& project, const Request& request);
  Reply ShowGroups(const Project& project);
  Reply ShowQueue(const Pipeline& pipeline, const Route& route, PageTwist twist);
  Reply ShowFailedTriggers(const Route& route);
  Reply ListProjects(const Route& route, PageTwist twist);
  Reply ShowProject(const Route& route);
  Reply ListRelatedProjects(const Route& route);
  Reply OfPipeline(const Project& project, const Route& route, const Request& request,
                   PageTwist twist);

  // Clamps the limit and cuts the page.
  Page CutPage(std::int64_t offset, std::int64_t limit, std::size_t size, PageTwist twist) const;

  World& world_;
  std::int64_t max_limit_ = 0;
  PipelineEntries entries_;
};

// Reads a filter's time: epoch milliseconds, or "yyyy-MM-dd HH:mm:ss" in China Standard Time.
std::optional<Timestamp> ParseFilterTime(const JsonReader& body, const char* key);

// Reads a query parameter that has to be a number; nullopt when it is missing or none.
std::optional<std::int64_t> QueryNumber(const Route& route, std::string_view key);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_API_H_
