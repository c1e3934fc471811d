#ifndef CODEARTS_BASE_LOG_LINE_H_
#define CODEARTS_BASE_LOG_LINE_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/logging.h"

namespace codearts {

// Returns the text of a log line without its line feed. Whatever bytes the values hold, the result
// is valid UTF-8 and free of control characters: a hostile name can't forge a line.
std::string FormatLogLine(LogFormat format, Timestamp time, LogLevel level,
                          std::string_view message, std::initializer_list<LogField> fields);

}  // namespace codearts

#endif  // CODEARTS_BASE_LOG_LINE_H_
