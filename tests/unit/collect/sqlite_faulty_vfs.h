#ifndef CODEARTS_TESTS_UNIT_COLLECT_SQLITE_FAULTY_VFS_H_
#define CODEARTS_TESTS_UNIT_COLLECT_SQLITE_FAULTY_VFS_H_

#include <string>

namespace codearts::testing {

// As long as it lives, SQLite's files go through it, and reading and writing them can be made to
// fail. One at a time, while no database is open.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // Fails each write and sync with SQLite's `code` from the nth on, counted from 0.
  void FailWritesFrom(int nth, int code);
  // Fails each read with `code` from the nth on, counted from 0.
  void FailReadsFrom(int nth, int code);
  // No more faults.
  void Heal();

  // Whether an operation has failed since the faults were set.
  bool has_failed() const;
  // Whether the write-ahead log has bytes that were written after its last sync.
  bool log_is_dirty() const;
  // Syncs of the write-ahead log until now.
  int log_syncs() const;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_COLLECT_SQLITE_FAULTY_VFS_H_
