#include "collect/ledger_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/time_format.h"

namespace codearts {
namespace {

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kFileMode = 0640;
// SQLite's names for the write-ahead log and its index.
constexpr std::string_view kLogSuffix = "-wal";
constexpr std::string_view kIndexSuffix = "-shm";

// Says what failed, and why by errno.
Status Failure(const std::string& what) {
  const int error = errno;
  return Status(StatusCode::kLedger, what + ": " + std::generic_category().message(error));
}

Status MakeFolders(const std::filesystem::path& folder) {
  std::filesystem::path part;
  for (const std::filesystem::path& name : folder) {
    part /= name;
    std::error_code ignored;
    if (std::filesystem::is_directory(part, ignored)) continue;
    if (mkdir(part.c_str(), kFolderMode) != 0 && errno != EEXIST) {
      return Failure("can't make the folder " + part.string());
    }
  }
  return Status();
}

}  // namespace

std::string ResolveLedgerPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return path;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.string() : resolved.string();
}

Status PrepareLedgerFile(const std::string& path) {
  // SQLite gives its two files the mode of this one.
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (descriptor < 0) return Failure("can't open it for writing");
  close(descriptor);
  return Status();
}

Result<std::string> MoveLedgerAside(const std::string& path, Timestamp now) {
  // Colons are trouble for some tools.
  std::string aside = path + ".corrupt-" + FormatIso8601(now);
  std::erase(aside, ':');
  for (const std::string_view suffix : {std::string_view(), kLogSuffix, kIndexSuffix}) {
    const std::string from = path + std::string(suffix);
    const std::string to = aside + std::string(suffix);
    if (std::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
      return Failure("can't move " + from + " aside");
    }
  }
  return aside;
}

std::uint64_t LedgerFileSize(const std::string& path) {
  std::uint64_t size = 0;
  for (const std::string& file : {path, path + std::string(kLogSuffix)}) {
    struct stat facts = {};
    if (stat(file.c_str(), &facts) == 0) size += static_cast<std::uint64_t>(facts.st_size);
  }
  return size;
}

LedgerFileLock::~LedgerFileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Status LedgerFileLock::Take(const std::string& path) {
  Status folders = MakeFolders(std::filesystem::path(path).parent_path());
  if (!folders.ok()) return folders;
  const std::string name = path + ".lock";
  descriptor_ = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (descriptor_ < 0) return Failure("can't open " + name + " for writing");
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return Status();
  if (errno != EWOULDBLOCK) return Failure("can't lock " + name);
  return Status(StatusCode::kLedger, "in use by another exporter, which holds a lock on " + name +
                                         "; give each exporter a file of its own");
}

}  // namespace codearts
