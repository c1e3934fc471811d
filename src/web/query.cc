#include "web/query.h"

#include <algorithm>

#include "base/text.h"

namespace codearts {
namespace {

std::string DecodeFormText(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return PercentDecode(spaced);
}

}  // namespace

std::vector<QueryParameter> ParseQuery(std::string_view query) {
  std::vector<QueryParameter> parameters;
  for (const std::string_view part : Split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    parameters.push_back({DecodeFormText(part.substr(0, equals)), DecodeFormText(value)});
  }
  return parameters;
}

std::vector<std::string_view> FindValues(const std::vector<QueryParameter>& parameters,
                                         std::string_view name) {
  std::vector<std::string_view> values;
  for (const QueryParameter& parameter : parameters) {
    if (parameter.name == name) values.push_back(parameter.value);
  }
  return values;
}

}  // namespace codearts
