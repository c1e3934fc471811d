#ifndef CODEARTS_COLLECT_LEDGER_FILE_H_
#define CODEARTS_COLLECT_LEDGER_FILE_H_

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/status.h"

namespace codearts {

// What the ledger's file needs of the file system. Errors of all functions: kLedger, with the
// system's text.

// Returns the absolute path that `path` leads to through symbolic links, so that all names of a
// file are one.
std::string ResolveLedgerPath(const std::string& path);

// Makes the file, for its owner and group alone, and the folders above it, as far as they are
// missing. Fails if the file can't be written.
Status PrepareLedgerFile(const std::string& path);

// Gives the file and SQLite's two beside it other names, which tell the time. Returns the file's.
Result<std::string> MoveLedgerAside(const std::string& path, Timestamp now);

// Size of the file and its write-ahead log; what is missing has none.
std::uint64_t LedgerFileSize(const std::string& path);

// The right to be the only writer of a file, as long as it lives: a lock on "<path>.lock", which
// ends with the process however that ends.
class LedgerFileLock {
 public:
  LedgerFileLock() = default;
  ~LedgerFileLock();
  LedgerFileLock(const LedgerFileLock&) = delete;
  LedgerFileLock& operator=(const LedgerFileLock&) = delete;

  // Takes the lock. Errors: also if another process, or this one, holds it.
  Status Take(const std::string& path);

 private:
  int descriptor_ = -1;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_FILE_H_
