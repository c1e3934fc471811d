#ifndef CODEARTS_CONFIG_FILE_STAMP_H_
#define CODEARTS_CONFIG_FILE_STAMP_H_

#include <cstdint>
#include <string>

#include "base/status.h"

namespace codearts {

// What changes when a file is written or replaced. Take it before reading the file, so that a
// change during that is seen the next time.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t seconds = 0;  // Of the last modification.
  std::int64_t nanoseconds = 0;

  bool operator==(const FileStamp&) const = default;
};

// Follows symbolic links. Errors: kInvalidArgument with the system's words; the path is not in the
// message.
Result<FileStamp> StampOf(const std::string& path);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_FILE_STAMP_H_
