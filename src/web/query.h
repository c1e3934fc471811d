#ifndef CODEARTS_WEB_QUERY_H_
#define CODEARTS_WEB_QUERY_H_

#include <string>
#include <string_view>
#include <vector>

namespace codearts {

struct QueryParameter {
  std::string name;
  std::string value;

  bool operator==(const QueryParameter&) const = default;
};

// Splits and decodes a query as browsers and Prometheus write it: "a=1&b=x+y%2F". Repeated names
// are kept in order, empty parts are dropped, a part without '=' has an empty value. Decoding never
// fails: a percent sign without two hex digits stands for itself. The result may hold any bytes.
// Source: URL Standard, section 5.1 (application/x-www-form-urlencoded).
std::vector<QueryParameter> ParseQuery(std::string_view query);

// Returns the values of all parameters of that name, in order. Lifetime: that of `parameters`.
std::vector<std::string_view> FindValues(const std::vector<QueryParameter>& parameters,
                                         std::string_view name);

}  // namespace codearts

#endif  // CODEARTS_WEB_QUERY_H_
