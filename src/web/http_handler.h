// web/: requests -> answers. The core (handlers, router, limits, the form of an answer) is plain
// functions on plain values and knows no socket; server.{h,cc} is the only file pair with civetweb.
// Knows nothing of the cloud: what handlers need (a snapshot, a rendered page) is injected.
#ifndef CODEARTS_WEB_HTTP_HANDLER_H_
#define CODEARTS_WEB_HTTP_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.h"
#include "base/text_parts.h"

namespace codearts {

// A request as it came: nothing is decoded, so that no two readers can differ about it.
struct WebRequest {
  std::string method;  // As sent: "GET".
  std::string path;    // Still percent-encoded, without query.
  std::string query;   // Without its question mark; see ParseQuery.
  std::string http_version = "1.1";
  std::vector<HttpHeader> headers;
  std::string remote;  // "192.0.2.1:40000", for the log.
};

struct WebResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<HttpHeader> headers;  // Beside those that every answer has (response_head.h).
  // Shared, so that a page is written to any number of clients without a copy; null is empty.
  std::shared_ptr<const std::string> body;
  TextParts parts;  // What follows `body`: a page in pieces.
};

// Answers one request. Threads: called by many at once. May throw; HandleSafely ends that.
using WebHandler = std::function<WebResponse(const WebRequest&)>;

// Told the reason when a request is turned away before its handler saw it: "max_requests",
// "rate_limit", "unauthorized" or "busy". Threads: called by many at once.
using RefusalObserver = std::function<void(std::string_view reason)>;

// An answer of plain text; `text` should end with a line feed.
WebResponse TextResponse(int status, std::string text);

// Calls the handler; an exception becomes a 500 and a line in the log.
WebResponse HandleSafely(const WebHandler& handler, const WebRequest& request);

}  // namespace codearts

#endif  // CODEARTS_WEB_HTTP_HANDLER_H_
