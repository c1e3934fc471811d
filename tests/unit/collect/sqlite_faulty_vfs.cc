#include "unit/collect/sqlite_faulty_vfs.h"

#include <sqlite3.h>

#include <cstddef>

namespace codearts::testing {
namespace {

// SQLite's interface is one of C functions, so that there is one of it.
struct Faults {
  int writes_left = -1;  // Until they fail; -1: they don't.
  int write_code = SQLITE_OK;
  int reads_left = -1;
  int read_code = SQLITE_OK;
  bool has_failed = false;
  bool log_is_dirty = false;
  int log_syncs = 0;

  int Judge(int& left, int code) {
    if (left < 0) return SQLITE_OK;
    if (left > 0) {
      --left;
      return SQLITE_OK;
    }
    has_failed = true;
    return code;
  }
  int JudgeWrite() { return Judge(writes_left, write_code); }
  int JudgeRead() { return Judge(reads_left, read_code); }
};

Faults faults;
sqlite3_vfs* real_vfs = nullptr;

// What SQLite takes for a file; the real one follows it in memory.
struct File {
  sqlite3_file base;
  bool is_log;
  sqlite3_file* real;
};

File* Self(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* Real(sqlite3_file* file) {
  return Self(file)->real;
}

int Close(sqlite3_file* file) {
  return Real(file)->pMethods->xClose(Real(file));
}

int Read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
  const int fault = faults.JudgeRead();
  return fault != SQLITE_OK ? fault : Real(file)->pMethods->xRead(Real(file), buffer, size, offset);
}

int Write(sqlite3_file* file, const void* buffer, int size, sqlite3_int64 offset) {
  const int fault = faults.JudgeWrite();
  if (fault != SQLITE_OK) return fault;
  if (Self(file)->is_log) faults.log_is_dirty = true;
  return Real(file)->pMethods->xWrite(Real(file), buffer, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  const int fault = faults.JudgeWrite();
  if (fault != SQLITE_OK) return fault;
  if (Self(file)->is_log) {
    faults.log_is_dirty = false;
    ++faults.log_syncs;
  }
  return Real(file)->pMethods->xSync(Real(file), flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return Real(file)->pMethods->xShmMap(Real(file), region, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

// Version 2: the write-ahead log's index, no memory-mapped reading.
constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  File* const self = Self(file);
  self->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  self->real = reinterpret_cast<sqlite3_file*>(self + 1);
  const int code = real_vfs->xOpen(real_vfs, path, self->real, flags, out_flags);
  self->base.pMethods = self->real->pMethods == nullptr ? nullptr : &kMethods;
  return code;
}

sqlite3_vfs& Vfs() {
  static sqlite3_vfs vfs;
  return vfs;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  faults = Faults();
  real_vfs = sqlite3_vfs_find(nullptr);
  // Everything but opening goes to the real one, which finds its own data in the copy.
  Vfs() = *real_vfs;
  Vfs().zName = "codearts-faulty";
  Vfs().szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  Vfs().xOpen = Open;
  sqlite3_vfs_register(&Vfs(), 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&Vfs());
  sqlite3_vfs_register(real_vfs, 1);
}

void FaultyVfs::FailWritesFrom(int nth, int code) {
  faults.writes_left = nth;
  faults.write_code = code;
  faults.has_failed = false;
}

void FaultyVfs::FailReadsFrom(int nth, int code) {
  faults.reads_left = nth;
  faults.read_code = code;
  faults.has_failed = false;
}

void FaultyVfs::Heal() {
  faults.writes_left = -1;
  faults.reads_left = -1;
}

bool FaultyVfs::has_failed() const {
  return faults.has_failed;
}

bool FaultyVfs::log_is_dirty() const {
  return faults.log_is_dirty;
}

int FaultyVfs::log_syncs() const {
  return faults.log_syncs;
}

}  // namespace codearts::testing
