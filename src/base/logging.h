#ifndef CODEARTS_BASE_LOGGING_H_
#define CODEARTS_BASE_LOGGING_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace codearts {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

// One key and value of a log line. Secret has no conversion, so it can't become one.
struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, double v);
  template <typename N>
  requires std::is_integral_v<N> LogField(std::string_view k, N v)
      : key(k), value(std::is_same_v<N, bool> ? (v ? "true" : "false") : std::to_string(v)) {}
};

// Sets level and format of the process's log on standard error. Until called: info, logfmt.
// Threads: safe; meant for start and reload.
void ConfigureLogging(LogLevel level, LogFormat format);

// Writes one line: time (UTC, milliseconds), level, msg and the fields in the order given, as
// logfmt or as one JSON object. `message` is constant lower-case text; what varies goes into
// fields. Threads: safe; lines never mix.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void LogDebug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kDebug, message, fields);
}
inline void LogInfo(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kInfo, message, fields);
}
inline void LogWarn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kWarn, message, fields);
}
inline void LogError(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kError, message, fields);
}

}  // namespace codearts

#endif  // CODEARTS_BASE_LOGGING_H_
