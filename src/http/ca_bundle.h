#ifndef CODEARTS_HTTP_CA_BUNDLE_H_
#define CODEARTS_HTTP_CA_BUNDLE_H_

#include <string>

#include "base/status.h"

namespace codearts {

// The certificates to trust as one file. libcurl keeps a parsed bundle only if it is a file, and
// parsing Debian's costs tens of milliseconds for each connection otherwise; so two files are
// merged into an anonymous one in memory.
class CaBundle {
 public:
  // `extra_file` empty: `system_file` as it is, which need not exist. Else both, or `extra_file`
  // alone if the other is not there. Errors: kInvalidArgument if `extra_file` can't be read or
  // holds no certificate, kInternal if there is no memory for the file.
  static Result<CaBundle> Create(const std::string& system_file, const std::string& extra_file);

  CaBundle(CaBundle&& other) noexcept;
  CaBundle(const CaBundle&) = delete;
  CaBundle& operator=(CaBundle&&) = delete;
  CaBundle& operator=(const CaBundle&) = delete;
  ~CaBundle();

  // Valid as long as this object lives.
  const std::string& path() const { return path_; }

 private:
  CaBundle(std::string path, int fd);

  std::string path_;
  int fd_;  // Of the merged file, or -1.
};

}  // namespace codearts

#endif  // CODEARTS_HTTP_CA_BUNDLE_H_
