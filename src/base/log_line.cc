#include "base/log_line.h"

#include "base/text.h"
#include "base/time_format.h"

namespace codearts {
namespace {

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

// logfmt has no standard beyond its readers: plain printable ASCII without space, '=', '"' and '\'
// is the set that every one of them takes bare.
bool IsBareLogfmtValue(std::string_view value) {
  if (value.empty()) return false;
  for (const char c : value) {
    if (c <= ' ' || c > '~' || c == '=' || c == '"' || c == '\\') return false;
  }
  return true;
}

void AppendLogfmt(std::string_view key, std::string_view value, std::string& line) {
  if (!line.empty()) line += ' ';
  line += key;
  line += '=';
  if (IsBareLogfmtValue(value)) {
    line += value;
  } else {
    AppendJsonString(RepairUtf8(value), line);
  }
}

void AppendJson(std::string_view key, std::string_view value, std::string& line) {
  line += line.empty() ? '{' : ',';
  AppendJsonString(key, line);
  line += ':';
  AppendJsonString(RepairUtf8(value), line);
}

}  // namespace

std::string FormatLogLine(LogFormat format, Timestamp time, LogLevel level,
                          std::string_view message, std::initializer_list<LogField> fields) {
  std::string line;
  const auto append = format == LogFormat::kJson ? AppendJson : AppendLogfmt;
  append("time", FormatIso8601(time), line);
  append("level", LevelName(level), line);
  append("msg", message, line);
  for (const LogField& field : fields) append(field.key, field.value, line);
  if (format == LogFormat::kJson) line += '}';
  return line;
}

}  // namespace codearts
