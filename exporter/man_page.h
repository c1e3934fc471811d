#ifndef CODEARTS_EXPORTER_MAN_PAGE_H_
#define CODEARTS_EXPORTER_MAN_PAGE_H_

#include <string>

namespace codearts {

// Returns the manual page (section 1, the man macros), made from the table of options that --help
// prints.
std::string FormatManPage();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_MAN_PAGE_H_
