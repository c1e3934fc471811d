#ifndef CODEARTS_WEB_WEB_GUARD_H_
#define CODEARTS_WEB_WEB_GUARD_H_

#include <utility>

#include "base/clock.h"
#include "config/web_config.h"
#include "web/http_handler.h"
#include "web/password_checker.h"
#include "web/token_bucket.h"

namespace codearts {

// Lets in whom the web configuration lets in: rate limit first (429), then headers, then basic
// authentication (401; 503 while too many passwords are being checked).
// Threads: safe.
class WebGuard {
 public:
  // Lifetime: `clock` must outlive it.
  WebGuard(const Clock& clock, RefusalObserver on_refusal)
      : clock_(clock), on_refusal_(std::move(on_refusal)) {}

  // Answers with `handler` if `config` allows that.
  WebResponse Handle(const WebConfig& config, const WebHandler& handler, const WebRequest& request);

 private:
  WebResponse Authenticate(const WebConfig& config, const WebHandler& handler,
                           const WebRequest& request);

  const Clock& clock_;
  const RefusalObserver on_refusal_;
  TokenBucket bucket_;
  PasswordChecker passwords_;
};

}  // namespace codearts

#endif  // CODEARTS_WEB_WEB_GUARD_H_
