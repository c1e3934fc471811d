#include "metrics/negotiation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.h"

namespace codearts {
namespace {

// Cuts at every separator outside of quotes.
std::vector<std::string_view> SplitUnquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == separator) {
      parts.push_back(TrimWhitespace(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  parts.push_back(TrimWhitespace(text.substr(start)));
  return parts;
}

struct Parameter {
  std::string_view name;
  std::string_view value;  // Without the quotes; escapes inside are none of our values.
};

Parameter ParseParameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}};
  std::string_view value = TrimWhitespace(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return {TrimWhitespace(text.substr(0, equals)), value};
}

// Reads a weight in thousandths: "0", "1", "0.25" (RFC 9110, section 12.4.2).
std::optional<int> ParseWeight(std::string_view text) {
  constexpr int kOne = 1000;
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = text[0] == '1' ? kOne : 0;
  if (text.size() == 1) return weight;
  if (text[1] != '.' || text.size() > 5) return std::nullopt;
  int unit = kOne / 10;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  if (weight > kOne) return std::nullopt;
  return weight;
}

// One element of Accept or Accept-Encoding.
struct Element {
  std::string name;  // Lower case: "text/plain", "gzip", "*".
  std::vector<Parameter> parameters;
  int weight = 1000;
};

// Elements that can't be read are left out.
std::vector<Element> ParseElements(std::string_view header) {
  std::vector<Element> elements;
  for (const std::string_view text : SplitUnquoted(header, ',')) {
    const std::vector<std::string_view> parts = SplitUnquoted(text, ';');
    if (parts.front().empty()) continue;
    Element element;
    element.name = ToLower(parts.front());
    std::optional<int> weight = element.weight;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const Parameter parameter = ParseParameter(parts[i]);
      if (EqualsIgnoreCase(parameter.name, "q")) {
        weight = ParseWeight(parameter.value);
      } else {
        element.parameters.push_back(parameter);
      }
    }
    if (!weight) continue;
    element.weight = *weight;
    elements.push_back(std::move(element));
  }
  return elements;
}

struct Representation {
  TextFormat format;
  std::string_view type;
  std::string_view subtype_wildcard;
  std::string_view version;
};

constexpr std::array<Representation, 2> kRepresentations = {{
    {TextFormat::kPrometheusText, "text/plain", "text/*", "0.0.4"},
    {TextFormat::kOpenMetrics, "application/openmetrics-text", "application/*", "1.0.0"},
}};

// How closely the element names the representation, or nullopt if it does not. Other parameters,
// such as `escaping`, leave the choice open: our names need no escaping.
std::optional<int> MatchPrecision(const Element& element, const Representation& representation) {
  if (element.name == "*/*") return 0;
  if (element.name == representation.subtype_wildcard) return 1;
  if (element.name != representation.type) return std::nullopt;
  for (const Parameter& parameter : element.parameters) {
    if (!EqualsIgnoreCase(parameter.name, "version")) continue;
    if (parameter.value != representation.version) return std::nullopt;
    return 3;
  }
  return 2;
}

// What the header makes of a representation; the greater is liked better.
struct Preference {
  int weight = 0;
  int precision = 0;
  int earliness = 0;  // Minus the place in the header.

  auto operator<=>(const Preference&) const = default;
};

// The most precise element decides, of several such the first.
Preference PreferenceFor(const Representation& representation,
                         const std::vector<Element>& elements) {
  Preference preference;
  int best = -1;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::optional<int> precision = MatchPrecision(elements[i], representation);
    if (!precision || *precision <= best) continue;
    best = *precision;
    preference = {elements[i].weight, best, -static_cast<int>(i)};
  }
  return preference;
}

}  // namespace

TextFormat NegotiateFormat(std::string_view accept) {
  const std::vector<Element> elements = ParseElements(accept);
  const Preference text = PreferenceFor(kRepresentations[0], elements);
  const Preference open_metrics = PreferenceFor(kRepresentations[1], elements);
  const bool wants_open_metrics = open_metrics.weight > 0 && open_metrics > text;
  return wants_open_metrics ? TextFormat::kOpenMetrics : TextFormat::kPrometheusText;
}

std::string_view ContentTypeOf(TextFormat format) {
  return format == TextFormat::kOpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
             : "text/plain; version=0.0.4; charset=utf-8";
}

bool AcceptsGzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  int identity = 0;
  for (const Element& element : ParseElements(accept_encoding)) {
    if (element.name == "gzip" || element.name == "x-gzip") gzip = element.weight;
    if (element.name == "*") any = element.weight;
    if (element.name == "identity") identity = element.weight;
  }
  const int weight = gzip.value_or(any.value_or(0));
  return weight > 0 && weight >= identity;
}

}  // namespace codearts
