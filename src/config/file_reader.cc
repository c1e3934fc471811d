#include "config/file_reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxSecretBytes = std::size_t{128} << 10U;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

Status SystemError() {
  return Status(StatusCode::kInvalidArgument,
                std::error_code(errno, std::generic_category()).message());
}

}  // namespace

Result<std::string> ReadTextFile(const std::string& path, std::size_t max_bytes) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemError();
  std::string text;
  for (;;) {
    std::array<char, 8192> buffer{};
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      Status error = SystemError();
      Wipe(text);
      return error;
    }
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    explicit_bzero(buffer.data(), buffer.size());
    if (text.size() > max_bytes) {
      Wipe(text);
      return Status(StatusCode::kInvalidArgument,
                    "larger than " + std::to_string(max_bytes) + " bytes");
    }
  }
}

Result<Secret> ReadSecretFile(const std::string& path) {
  Result<std::string> text = ReadTextFile(path, kMaxSecretBytes);
  if (!text.ok()) return text.status();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text->starts_with(kByteOrderMark)) text->erase(0, kByteOrderMark.size());
  Secret secret(*std::move(text));
  const Status status = CheckSecret(secret);
  if (!status.ok()) return status;
  return secret;
}

Status CheckSecret(const Secret& secret) {
  if (secret.empty()) return Status(StatusCode::kInvalidArgument, "is empty");
  const std::string_view value = secret.Reveal();
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; };
  if (std::any_of(value.begin(), value.end(), is_control)) {
    return Status(StatusCode::kInvalidArgument, "holds a line break or another control character");
  }
  return Status();
}

bool HasSpaceAround(const Secret& secret) {
  return TrimWhitespace(secret.Reveal()).size() != secret.Reveal().size();
}

bool IsReadableByOthers(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

}  // namespace codearts
