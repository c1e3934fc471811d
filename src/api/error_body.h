#ifndef CODEARTS_API_ERROR_BODY_H_
#define CODEARTS_API_ERROR_BODY_H_

#include "base/http_message.h"
#include "base/status.h"

namespace codearts {

// Turns an answer of the API into ok or the failure that it stands for: the classifier of the
// RequestScheduler. In this order: a redirect is refused; a known error code decides whatever the
// HTTP status; an HTTP status of 400 and above is a failure; below it, a body with an error code,
// or with an error text and nothing of what was asked for. Only bodies that are small enough to be
// an error are looked into, so that a large answer is not parsed twice: a decoder finds nothing in
// a larger error. The message is "HTTP 429 (APIGW.0308, request_id d4e8): throttling threshold...";
// error_text.h says what of the server's text it may hold.
// Errors: kUnauthenticated, kPermissionDenied, kNotFound, kThrottled, kUnavailable, and
// kInvalidResponse for what says nothing of the kind, such as 400. Threads: safe.
Status StatusFromResponse(const HttpResponse& response);

}  // namespace codearts

#endif  // CODEARTS_API_ERROR_BODY_H_
