#include "web/web_guard.h"

#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "web/basic_credentials.h"

namespace codearts {
namespace {

WebResponse Unauthorized() {
  WebResponse response = TextResponse(401, "unauthorized\n");
  response.headers.push_back({"WWW-Authenticate", "Basic realm=\"codearts_pipeline_exporter\""});
  return response;
}

WebResponse Busy() {
  WebResponse response = TextResponse(503, "too many passwords are being checked\n");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace

WebResponse WebGuard::Handle(const WebConfig& config, const WebHandler& handler,
                             const WebRequest& request) {
  if (!bucket_.Take(config.rate_limit, clock_.SteadyNow())) {
    on_refusal_("rate_limit");
    return TextResponse(429, "too many requests; rate_limit of the web configuration\n");
  }
  WebResponse response = Authenticate(config, handler, request);
  for (const HttpHeader& header : config.headers) {
    // Every answer has that one anyway.
    if (EqualsIgnoreCase(header.name, "X-Content-Type-Options")) continue;
    SetHeader(response.headers, header.name, header.value);
  }
  return response;
}

WebResponse WebGuard::Authenticate(const WebConfig& config, const WebHandler& handler,
                                   const WebRequest& request) {
  if (config.basic_auth_users.empty()) return handler(request);
  const std::optional<BasicCredentials> credentials = FindBasicCredentials(request);
  const PasswordVerdict verdict =
      credentials
          ? passwords_.Check(config.basic_auth_users, credentials->user, credentials->password)
          : PasswordVerdict::kWrong;
  switch (verdict) {
    case PasswordVerdict::kRight:
      return handler(request);
    case PasswordVerdict::kWrong:
      on_refusal_("unauthorized");
      return Unauthorized();
    case PasswordVerdict::kBusy:
      break;
  }
  on_refusal_("busy");
  return Busy();
}

}  // namespace codearts
