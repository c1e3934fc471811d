#ifndef CODEARTS_SIMULATOR_REQUEST_PARSER_H_
#define CODEARTS_SIMULATOR_REQUEST_PARSER_H_

#include <cstddef>
#include <string>
#include <variant>

#include "simulator/http_types.h"

namespace codearts::sim {

// Takes requests off the front of what a connection has received: HTTP/1.0 and 1.1, bodies by
// Content-Length.
class RequestParser {
 public:
  struct NeedMore {};
  struct Continue {};  // The client waits for "100 Continue" before it sends the body.
  struct Bad {
    int status = 400;
  };
  struct Complete {
    Request request;
    bool keep_alive = true;
  };
  using Outcome = std::variant<NeedMore, Continue, Bad, Complete>;

  // Returns what stands at the front of `buffer`, and removes it when it is a complete request.
  Outcome Next(std::string& buffer);

 private:
  std::size_t searched_ = 0;  // No end of the head in front of it.
  bool continued_ = false;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_REQUEST_PARSER_H_
