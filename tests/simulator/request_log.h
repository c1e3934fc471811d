#ifndef CODEARTS_SIMULATOR_REQUEST_LOG_H_
#define CODEARTS_SIMULATOR_REQUEST_LOG_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "simulator/http_types.h"

namespace codearts::sim {

// What a client asked for, by endpoint name and by what it got: an HTTP status, or "reset".
struct RequestCounts {
  std::int64_t total = 0;
  std::map<std::string, std::map<std::string, std::int64_t>> by_endpoint;
  std::map<std::string, std::int64_t> by_status;

  // Returns the requests of one endpoint, whatever they got.
  std::int64_t Of(std::string_view endpoint) const;
  std::int64_t Of(std::string_view endpoint, std::string_view status) const;
};

// Counts requests and remembers the latest ones.
class RequestLog {
 public:
  void Add(std::string_view endpoint, std::string status, std::string target);
  void Reset();

  const RequestCounts& counts() const { return counts_; }
  // Renders the answer of GET /_sim/requests: the counts and the last requests, oldest first.
  std::string Json(const ConnectionCounts& connections) const;

 private:
  RequestCounts counts_;
  std::deque<std::string> recent_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_REQUEST_LOG_H_
