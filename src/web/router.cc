#include "web/router.h"

#include <algorithm>
#include <utility>

namespace codearts {
namespace {

std::string JoinMethods(const std::vector<std::string>& methods) {
  std::string joined;
  for (const std::string& method : methods) joined += (joined.empty() ? "" : ", ") + method;
  return joined;
}

}  // namespace

void Router::Add(std::vector<std::string> methods, std::string path, WebHandler handler) {
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) {
    methods.emplace_back("HEAD");
  }
  routes_.insert_or_assign(std::move(path), Route{std::move(methods), std::move(handler)});
}

WebResponse Router::Handle(const WebRequest& request) const {
  const auto found = routes_.find(request.path);
  if (found == routes_.end()) return TextResponse(404, "not found; / lists what there is\n");
  const Route& route = found->second;
  if (std::find(route.methods.begin(), route.methods.end(), request.method) ==
      route.methods.end()) {
    const std::string allowed = JoinMethods(route.methods);
    WebResponse response = TextResponse(405, "method not allowed; use " + allowed + "\n");
    response.headers.push_back({"Allow", allowed});
    return response;
  }
  return route.handler(request);
}

}  // namespace codearts
