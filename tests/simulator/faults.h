#ifndef CODEARTS_SIMULATOR_FAULTS_H_
#define CODEARTS_SIMULATOR_FAULTS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "simulator/api.h"
#include "simulator/endpoint.h"
#include "simulator/http_types.h"

namespace codearts::sim {

// What can go wrong with an answer.
//   400 401 403 404 429 500 502 503 504   that status with a body of the documented shape
//   error200, error200nested              an error with HTTP 200, in either shape
//   html, garbage, empty                  HTTP 200 (or `status`) and no JSON
//   deep, huge, huge_chunked              a million "[", 64 MiB with and without Content-Length
//   redirect                              302 to `location`
//   truncate, reset, slow, trickle        the right answer, half of it, none of it, late, by bytes
//   badutf8, wrongtypes, unknown_status   the right answer with spoiled names, values or statuses
//   endless_paging, page_shift            lists that never end, or that move between pages
struct Fault {
  std::string endpoint = "*";  // An endpoint's name, the first word of several ("iam"), or "*".
  std::string kind = {};
  int count = -1;                                 // Requests to spoil; -1: until cleared.
  int after = 0;                                  // Requests to let pass first.
  std::string project = {};                       // "" for any.
  std::string pipeline = {};                      // "" for any.
  std::string code = {};                          // Replaces the error code of the body.
  std::string location = {};                      // Of redirect.
  std::optional<int> retry_after = std::nullopt;  // Seconds.
  std::optional<int> status = std::nullopt;       // Of html, garbage, empty, deep and huge.
  std::optional<double> seconds =
      std::nullopt;  // Of slow (5): to the first byte; of trickle (0.02): to each.
};

// The faults in force; the oldest that matches a request takes it.
class FaultTable {
 public:
  // Errors: kInvalidArgument for an unknown kind.
  Status Add(Fault fault);
  void Clear() { faults_.clear(); }
  const std::vector<Fault>& faults() const { return faults_; }

  // Returns the fault for this request and uses it up by one.
  std::optional<Fault> Take(const Route& route);

 private:
  std::vector<Fault> faults_;
};

// Returns the answer of a fault that needs no right answer; nullopt for the others.
std::optional<Reply> ReplacementOf(const Fault& fault);

// Spoils the right answer.
void Spoil(const Fault& fault, Reply& reply);

PageTwist TwistOf(const std::optional<Fault>& fault);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_FAULTS_H_
