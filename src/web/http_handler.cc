#include "web/http_handler.h"

#include <exception>
#include <utility>

#include "base/logging.h"

namespace codearts {
namespace {

WebResponse FailedResponse(const WebRequest& request, std::string_view reason) {
  LogError("request failed",
           {{"method", request.method}, {"path", request.path}, {"error", reason}});
  return TextResponse(500, "internal error; the exporter's log has the reason\n");
}

}  // namespace

WebResponse TextResponse(int status, std::string text) {
  WebResponse response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(text));
  return response;
}

WebResponse HandleSafely(const WebHandler& handler, const WebRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return FailedResponse(request, error.what());
  } catch (...) {
    return FailedResponse(request, "unknown exception");
  }
}

}  // namespace codearts
