#include "support/status_matchers.h"

namespace codearts {

void PrintTo(const Status& status, std::ostream* out) {
  *out << StatusCodeName(status.code());
  if (!status.ok()) *out << " \"" << status.message() << '"';
}

void PrintTo(StatusCode code, std::ostream* out) {
  *out << StatusCodeName(code);
}

}  // namespace codearts
