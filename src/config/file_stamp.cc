#include "config/file_stamp.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace codearts {

Result<FileStamp> StampOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return Status(StatusCode::kInvalidArgument,
                  std::error_code(errno, std::generic_category()).message());
  }
  return FileStamp{info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                   info.st_mtim.tv_nsec};
}

}  // namespace codearts
