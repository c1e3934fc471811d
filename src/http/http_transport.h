// http/: requests on the wire: one event loop (curl multi) behind HttpTransport, and the scheduler
// that bounds, paces, authorises and repeats requests. Knows nothing of CodeArts' paths, bodies or
// error codes: a classifier is handed in.
#ifndef CODEARTS_HTTP_HTTP_TRANSPORT_H_
#define CODEARTS_HTTP_HTTP_TRANSPORT_H_

#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"

namespace codearts {

// An event loop that sends requests and runs timers. Everything happens on the thread that calls
// Run; Send and RunAt are called on that thread too, before Run or from a callback.
class HttpTransport {
 public:
  // An HTTP status of any value is a response, not an error. Errors: kDeadlineExceeded for
  // timeouts, kUnavailable when there was no complete answer, kInvalidResponse beyond the size cap.
  using Done = std::function<void(Result<HttpResponse>)>;

  virtual ~HttpTransport() = default;

  // Starts `request`; `done` is called once, from Run, never from inside Send.
  virtual void Send(HttpRequest request, Done done) = 0;

  // Calls `task` from Run at `when` or soon after it.
  virtual void RunAt(SteadyTime when, std::function<void()> task) = 0;

  // Serves requests and timers until none is left. When `stop` is requested it abandons the timers,
  // ends every request with kDeadlineExceeded and returns.
  virtual void Run(std::stop_token stop) = 0;
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_HTTP_TRANSPORT_H_
