#ifndef CODEARTS_SIMULATOR_HTTP_TYPES_H_
#define CODEARTS_SIMULATOR_HTTP_TYPES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_message.h"

namespace codearts::sim {

// A request as it came.
struct Request {
  std::string method;
  std::string path;   // As on the wire: percent-encoded.
  std::string query;  // Likewise, without the question mark.
  std::vector<HttpHeader> headers;
  std::string body;
};

// How an answer goes out.
struct Delivery {
  enum class Manner {
    kWhole,
    kTruncate,  // Half the body, then the connection closes.
    kReset,     // Nothing but a TCP reset.
    kTrickle,   // A byte at a time.
  };
  Manner manner = Manner::kWhole;
  Duration delay{0};  // Before the first byte.
  Duration trickle_interval{20};
  bool chunked = false;  // Transfer-Encoding: chunked rather than Content-Length.
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json;charset=UTF-8";
  std::vector<HttpHeader> headers;
  std::shared_ptr<const std::string> shared_body;  // Replaces `body` when set: large constants.
  Delivery delivery;

  const std::string& content() const { return shared_body ? *shared_body : body; }
};

// What a server knows of its clients.
struct ConnectionCounts {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;
  std::uint64_t most_open = 0;
  std::uint64_t most_in_flight = 0;  // Requests being answered at once.
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_HTTP_TYPES_H_
