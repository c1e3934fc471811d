#ifndef CODEARTS_WEB_BASIC_CREDENTIALS_H_
#define CODEARTS_WEB_BASIC_CREDENTIALS_H_

#include <optional>
#include <string>

#include "base/secret.h"
#include "web/http_handler.h"

namespace codearts {

struct BasicCredentials {
  std::string user;
  Secret password;
};

// Returns what the request's only Authorization header holds; nullopt if there is none, several or
// another scheme, or it is malformed. Source: RFC 7617.
std::optional<BasicCredentials> FindBasicCredentials(const WebRequest& request);

// Returns the header in which a client sends them. A colon in the user's name would end it.
HttpHeader MakeAuthorization(const BasicCredentials& credentials);

}  // namespace codearts

#endif  // CODEARTS_WEB_BASIC_CREDENTIALS_H_
