#ifndef CODEARTS_EXPORTER_VERSION_H_
#define CODEARTS_EXPORTER_VERSION_H_

#include <string>

namespace codearts {

// Returns what --version prints.
std::string VersionText();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_VERSION_H_
