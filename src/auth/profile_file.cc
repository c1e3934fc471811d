#include "auth/profile_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/secret.h"
#include "base/text.h"
#include "config/file_reader.h"

namespace codearts {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Status Broken(int line, std::string_view problem) {
  return Status(StatusCode::kCredentials, fmt::format("line {}: {}", line, problem));
}

std::string_view Unquote(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                      (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// What the lines so far have said.
class ProfileReader {
 public:
  Status Read(int number, std::string_view line) {
    line = TrimWhitespace(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') return Status();
    if (line.front() == '[') {
      if (line.back() != ']') return Broken(number, "section without a closing bracket");
      section_ = TrimWhitespace(line.substr(1, line.size() - 2));
      found_section_ = found_section_ || InBasic();
      return Status();
    }
    const std::size_t equals = line.find_first_of("=:");
    if (equals == std::string_view::npos) {
      return Broken(number, "neither a [section] nor key = value");
    }
    if (section_.empty()) return Broken(number, "key before the first [section]");
    if (!InBasic()) return Status();
    return Take(number, ToLower(TrimWhitespace(line.substr(0, equals))),
                Unquote(TrimWhitespace(line.substr(equals + 1))));
  }

  Result<AccessKeys> Finish() && {
    if (!found_section_) return Missing("section [basic] is missing");
    if (keys_.access_key.empty() && keys_.secret_key.empty() && federated_) {
      return Missing(
          "holds idp_id and id_token_file only, which are not supported: give ak and sk");
    }
    if (keys_.access_key.empty()) return Missing("ak is missing in section [basic]");
    if (keys_.secret_key.empty()) return Missing("sk is missing in section [basic]");
    return std::move(keys_);
  }

 private:
  static Status Missing(std::string problem) {
    return Status(StatusCode::kCredentials, std::move(problem));
  }

  bool InBasic() const { return EqualsIgnoreCase(section_, "basic"); }

  Status Take(int number, const std::string& key, std::string_view value) {
    federated_ = federated_ || key == "idp_id" || key == "id_token_file";
    if (key != "ak" && key != "sk" && key != "security_token") return Status();
    if (value.find_first_of(" \t") != std::string_view::npos) {
      return Broken(number, key + " holds a space; a comment needs a line of its own");
    }
    Secret secret{std::string(value)};
    if (!value.empty()) {
      const Status status = CheckSecret(secret);
      if (!status.ok()) return Broken(number, key + " " + status.message());
    }
    if (key == "ak") keys_.access_key = std::string(value);
    if (key == "sk") {
      keys_.secret_key = std::move(secret);
    } else if (key == "security_token") {
      keys_.security_token = std::move(secret);
    }
    return Status();
  }

  std::string_view section_;
  bool found_section_ = false;
  bool federated_ = false;
  AccessKeys keys_;
};

}  // namespace

Result<AccessKeys> ParseProfile(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  ProfileReader reader;
  int number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    const Status status = reader.Read(++number, line);
    if (!status.ok()) return status;
  }
  return std::move(reader).Finish();
}

}  // namespace codearts
