#include "support/exposition_parser.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>

#include "base/text.h"

namespace codearts::testing {
namespace {

constexpr std::string_view kEnd = "# EOF\n";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Consumes a line from the left.
class LineScanner {
 public:
  explicit LineScanner(std::string_view line) : rest_(line) {}

  std::string_view rest() const { return rest_; }

  bool Take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  // Takes a name, "" if there is none.
  std::string TakeName() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsNameCharacter);
    std::string name(rest_.begin(), end);
    if (!name.empty() && name[0] >= '0' && name[0] <= '9') return "";
    rest_.remove_prefix(name.size());
    return name;
  }

  // Takes a text in quotes and resolves its escapes.
  std::optional<std::string> TakeQuoted() {
    if (!Take("\"")) return std::nullopt;
    std::string text;
    while (!rest_.empty()) {
      if (Take("\"")) return text;
      if (!Take("\\")) {
        text += TakeCharacter();
      } else if (Take("n")) {
        text += '\n';
      } else if (rest_.starts_with('\\') || rest_.starts_with('"')) {
        text += TakeCharacter();
      } else {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  char TakeCharacter() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
};

class PageParser {
 public:
  explicit PageParser(std::string_view page) : page_(page) {}

  Result<std::vector<ParsedFamily>> Parse() {
    if (!IsValidUtf8(page_)) return Failure("not UTF-8");
    open_metrics_ = page_.ends_with(kEnd);
    if (open_metrics_) page_.remove_suffix(kEnd.size());
    if (!page_.empty() && page_.back() != '\n') return Failure("no newline at the end");
    while (!page_.empty()) {
      ++line_number_;
      const std::size_t end = page_.find('\n');
      line_ = page_.substr(0, end);
      page_.remove_prefix(end + 1);
      if (!ParseLine()) return Failure(fmt::format("line {}: {}: {}", line_number_, wrong_, line_));
    }
    if (!families_.empty() && families_.back().samples.empty()) {
      return Failure("the last family is empty");
    }
    return families_;
  }

 private:
  static Status Failure(std::string message) {
    return {StatusCode::kInvalidArgument, std::move(message)};
  }

  bool Wrong(std::string_view what) {
    wrong_ = what;
    return false;
  }

  bool ParseLine() {
    LineScanner scanner(line_);
    if (scanner.Take("# HELP ")) return ParseHelp(scanner);
    if (families_.empty()) return Wrong("no HELP before it");
    ParsedFamily& family = families_.back();
    if (scanner.Take("# TYPE ")) return ParseMetadata(scanner, family, family.type);
    if (scanner.Take("# UNIT ")) return ParseMetadata(scanner, family, family.unit);
    return ParseSample(scanner, family);
  }

  bool ParseHelp(LineScanner& scanner) {
    if (!families_.empty() && families_.back().samples.empty()) return Wrong("empty family");
    ParsedFamily family;
    family.name = scanner.TakeName();
    if (family.name.empty() || !scanner.Take(" ")) return Wrong("bad name");
    if (!names_.insert(family.name).second) return Wrong("family comes twice");
    // HELP is text without quotes; put into some, it can be read like a label's value.
    std::string quoted = "\"";
    bool escaped = false;
    for (const char c : scanner.rest()) {
      if (c == '"' && !escaped) quoted += '\\';
      escaped = c == '\\' && !escaped;
      quoted += c;
    }
    quoted += '"';
    const std::optional<std::string> help = LineScanner(quoted).TakeQuoted();
    if (!help) return Wrong("bad escape");
    family.help = *help;
    families_.push_back(std::move(family));
    return true;
  }

  bool ParseMetadata(LineScanner& scanner, const ParsedFamily& family, std::string& field) {
    if (scanner.TakeName() != family.name || !scanner.Take(" ")) return Wrong("of another family");
    if (!family.samples.empty()) return Wrong("after samples");
    if (!field.empty()) return Wrong("comes twice");
    field = scanner.rest();
    return true;
  }

  bool ParseSample(LineScanner& scanner, ParsedFamily& family) {
    ParsedSample sample;
    sample.name = scanner.TakeName();
    if (!IsNameOf(sample.name, family)) return Wrong("of another family");
    if (scanner.Take("{") && !ParseLabels(scanner, sample)) return false;
    if (!scanner.Take(" ")) return Wrong("no value");
    if (!series_.insert(line_.substr(0, line_.size() - scanner.rest().size())).second) {
      return Wrong("series comes twice");
    }
    const std::size_t exemplar = scanner.rest().find(" # ");
    sample.value = scanner.rest().substr(0, exemplar);
    if (exemplar != std::string_view::npos) sample.exemplar = scanner.rest().substr(exemplar + 3);
    if (sample.value.empty() || sample.value.find(' ') != std::string::npos) {
      return Wrong("bad value");
    }
    family.samples.push_back(std::move(sample));
    return true;
  }

  bool ParseLabels(LineScanner& scanner, ParsedSample& sample) {
    do {
      std::string name = scanner.TakeName();
      if (name.empty() || !scanner.Take("=")) return Wrong("bad label");
      if (std::any_of(sample.labels.begin(), sample.labels.end(),
                      [&name](const auto& label) { return label.first == name; })) {
        return Wrong("label comes twice");
      }
      std::optional<std::string> value = scanner.TakeQuoted();
      if (!value) return Wrong("bad value of a label");
      sample.labels.emplace_back(std::move(name), std::move(*value));
    } while (scanner.Take(","));
    return scanner.Take("}") || Wrong("no end of the labels");
  }

  bool IsNameOf(std::string_view name, const ParsedFamily& family) const {
    if (!name.starts_with(family.name)) return false;
    const std::string_view suffix = name.substr(family.name.size());
    if (family.type == "gauge") return suffix.empty();
    if (open_metrics_ && suffix == "_created") return true;
    if (family.type == "counter") return suffix == (open_metrics_ ? "_total" : "");
    return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
  }

  std::string_view page_;
  bool open_metrics_ = false;
  int line_number_ = 0;
  std::string_view line_;
  std::string_view wrong_;
  std::vector<ParsedFamily> families_;
  std::set<std::string> names_;
  std::set<std::string_view> series_;
};

}  // namespace

std::string ParsedSample::Label(std::string_view label_name) const {
  const auto found = std::find_if(labels.begin(), labels.end(), [label_name](const auto& label) {
    return label.first == label_name;
  });
  return found == labels.end() ? "" : found->second;
}

Result<std::vector<ParsedFamily>> ParseExposition(std::string_view page) {
  return PageParser(page).Parse();
}

const ParsedSample* FindSample(const std::vector<ParsedFamily>& families, std::string_view name,
                               const std::vector<std::pair<std::string, std::string>>& labels) {
  for (const ParsedFamily& family : families) {
    for (const ParsedSample& sample : family.samples) {
      const bool has_labels = std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
        return sample.Label(label.first) == label.second;
      });
      if (sample.name == name && has_labels) return &sample;
    }
  }
  return nullptr;
}

}  // namespace codearts::testing
