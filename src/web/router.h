#ifndef CODEARTS_WEB_ROUTER_H_
#define CODEARTS_WEB_ROUTER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "web/http_handler.h"

namespace codearts {

// Finds the handler of a request. A path matches byte for byte as sent: nothing is decoded, no dot
// segment is removed, no slash is merged, so "/metrics/", "//metrics" and "/%6Detrics" are 404.
// Threads: Add first, then Handle from as many as wanted.
class Router {
 public:
  // Lets `handler` answer these methods of `path`; GET brings HEAD along.
  void Add(std::vector<std::string> methods, std::string path, WebHandler handler);

  // Answers 404 for an unknown path, 405 with Allow for a method that the path does not have.
  WebResponse Handle(const WebRequest& request) const;

 private:
  struct Route {
    std::vector<std::string> methods;
    WebHandler handler;
  };

  std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace codearts

#endif  // CODEARTS_WEB_ROUTER_H_
