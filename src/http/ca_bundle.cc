#include "http/ca_bundle.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

#include "config/file_reader.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxBundleBytes = std::size_t{16} << 20U;
constexpr std::string_view kCertificate =
    "CERTIFICATE-----";  // Of both "BEGIN CERTIFICATE" and "BEGIN TRUSTED CERTIFICATE".

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<CaBundle> CaBundle::Create(const std::string& system_file, const std::string& extra_file) {
  if (extra_file.empty()) return CaBundle(system_file, -1);
  const Result<std::string> extra = ReadTextFile(extra_file, kMaxBundleBytes);
  if (!extra.ok()) return extra.status().WithContext(extra_file);
  if (extra->find(kCertificate) == std::string::npos) {
    return Status(StatusCode::kInvalidArgument, extra_file + ": holds no PEM certificate");
  }
  const Result<std::string> system = ReadTextFile(system_file, kMaxBundleBytes);
  if (!system.ok()) return CaBundle(extra_file, -1);

  const int fd = memfd_create("ca-bundle", MFD_CLOEXEC);
  CaBundle merged("/proc/self/fd/" + std::to_string(fd), fd);
  if (fd < 0 || !WriteAll(fd, *system) || !WriteAll(fd, "\n") || !WriteAll(fd, *extra)) {
    return Status(
        StatusCode::kInternal,
        "merge certificates: " + std::error_code(errno, std::generic_category()).message());
  }
  return merged;
}

CaBundle::CaBundle(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

CaBundle::CaBundle(CaBundle&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

CaBundle::~CaBundle() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace codearts
