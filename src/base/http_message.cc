#include "base/http_message.h"

#include <utility>

#include "base/text.h"

namespace codearts {

const std::string* FindHeader(const std::vector<HttpHeader>& headers, std::string_view name) {
  for (const HttpHeader& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) return &header.value;
  }
  return nullptr;
}

void SetHeader(std::vector<HttpHeader>& headers, std::string_view name, std::string value) {
  for (HttpHeader& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) {
      header.value = std::move(value);
      return;
    }
  }
  headers.push_back({std::string(name), std::move(value)});
}

}  // namespace codearts
