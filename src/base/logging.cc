#include "base/logging.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "base/log_line.h"

namespace codearts {
namespace {

struct ProcessLog {
  ProcessLog() : logger("codearts", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
    // A line is worth more than the cost of its write: it must be out when the process is killed.
    logger.flush_on(spdlog::level::trace);
  }

  spdlog::logger logger;
  std::atomic<LogFormat> format = LogFormat::kLogfmt;
};

ProcessLog& GetProcessLog() {
  static ProcessLog log;
  return log;
}

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

LogField::LogField(std::string_view k, double v) : key(k), value(fmt::to_string(v)) {}

void ConfigureLogging(LogLevel level, LogFormat format) {
  ProcessLog& log = GetProcessLog();
  log.format = format;
  log.logger.set_level(ToSpdlog(level));
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  ProcessLog& log = GetProcessLog();
  if (!log.logger.should_log(ToSpdlog(level))) return;
  const std::string line = FormatLogLine(log.format, SystemClock().Now(), level, message, fields);
  log.logger.log(ToSpdlog(level), spdlog::string_view_t(line));
}

}  // namespace codearts
