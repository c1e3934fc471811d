#ifndef CODEARTS_WEB_REPLY_H_
#define CODEARTS_WEB_REPLY_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "web/http_handler.h"

namespace codearts {

// An answer as it goes on the wire.
struct Reply {
  std::string head;                         // Status line and headers, up to the empty line.
  std::shared_ptr<const std::string> body;  // Null: there is none (HEAD, empty body).
  TextParts parts;                          // What follows `body`.
  bool keep_alive = false;                  // The head says so.
};

// Writes the head of an answer. Every answer has Date, Content-Type, Content-Length (exact, also
// for HEAD), X-Content-Type-Options and Connection; none has Server or anything of CORS.
Reply FormatReply(const WebResponse& response, bool head_only, bool keep_alive, Timestamp now);

// Calls `write` with the answer in slices of up to `size` bytes, which it joins from small pieces,
// until it returns false. Returns whether everything was written.
bool CutIntoSlices(const Reply& reply, std::size_t size,
                   const std::function<bool(std::string_view)>& write);

// Checks the request, has `handler` answer it and formats that. `allow_keep_alive` says whether the
// server wants to keep the connection; a malformed request closes it.
Reply MakeReply(const WebHandler& handler, const WebRequest& request, bool allow_keep_alive,
                Timestamp now);

}  // namespace codearts

#endif  // CODEARTS_WEB_REPLY_H_
