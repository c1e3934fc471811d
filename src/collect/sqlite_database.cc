#include "collect/sqlite_database.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace codearts {
namespace {

// Readers of a write-ahead log hold locks that a writer waits for but for moments.
constexpr int kBusyTimeoutMillis = 1000;

constexpr int PrimaryCode(int code) {
  return code & 0xff;
}

std::string_view RemedyFor(int code) {
  switch (PrimaryCode(code)) {
    case SQLITE_FULL:
      return "; free space on its disk, then it goes on by itself";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another program, such as a sqlite3 shell, holds a lock on it: end that program";
    default:
      return "";
  }
}

}  // namespace

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteStatement& SqliteStatement::Bind(int index, std::optional<std::int64_t> value) {
  NoteBinding(value ? sqlite3_bind_int64(statement_.get(), index, *value)
                    : sqlite3_bind_null(statement_.get(), index));
  return *this;
}

SqliteStatement& SqliteStatement::Bind(int index, std::string_view text) {
  NoteBinding(
      sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), nullptr, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::BindBlob(int index, std::string_view bytes) {
  NoteBinding(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), nullptr));
  return *this;
}

void SqliteStatement::NoteBinding(int code) {
  if (binding_failure_ == SQLITE_OK) binding_failure_ = code;
}

Result<bool> SqliteStatement::Next() {
  int code = std::exchange(binding_failure_, SQLITE_OK);
  if (code == SQLITE_OK) code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  // The status must be made before the reset, which may change SQLite's message.
  const Status status = code == SQLITE_DONE ? Status() : database_->Failure(code);
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  if (!status.ok()) return status;
  return false;
}

Status SqliteStatement::Run() {
  return Next().status();
}

bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::Bytes(int column) const {
  // The order matters: the size is that of the last conversion.
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void SqliteDatabase::Closer::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path,
                                                             Access access) {
  sqlite3* handle = nullptr;
  const int mode = access == Access::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (handle == nullptr) return Status(StatusCode::kLedger, "out of memory");
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle));
  if (code != SQLITE_OK) return database->Failure(code);
  sqlite3_busy_timeout(handle, kBusyTimeoutMillis);
  return database;
}

Status SqliteDatabase::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status() : Failure(code);
}

Result<SqliteStatement> SqliteDatabase::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Failure(code);
  return SqliteStatement(*this, statement);
}

Result<std::string> SqliteDatabase::QueryText(std::string_view sql) {
  Result<SqliteStatement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->Next();
  if (!row.ok()) return row.status();
  return std::string(statement->Bytes(0));
}

Result<std::int64_t> SqliteDatabase::QueryInteger(std::string_view sql) {
  Result<SqliteStatement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->Next();
  if (!row.ok()) return row.status();
  return statement->Integer(0);
}

Status SqliteDatabase::Transact(const std::function<Status()>& work) {
  Status status = Execute("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  status = work();
  if (status.ok()) status = Execute("COMMIT");
  // Some failures roll back by themselves.
  if (!status.ok() && sqlite3_get_autocommit(handle_.get()) == 0) {
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return status;
}

Status SqliteDatabase::NoteDamage(std::string what) {
  damaged_ = true;
  return Status(StatusCode::kLedger, std::move(what));
}

void SqliteDatabase::LeaveLogAlone() {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Status SqliteDatabase::Failure(int code) {
  const int primary = PrimaryCode(code);
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) damaged_ = true;
  std::string message = sqlite3_errmsg(handle_.get());
  const bool is_system_error = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  const int error = is_system_error ? sqlite3_system_errno(handle_.get()) : 0;
  if (error != 0) message += ": " + std::generic_category().message(error);
  message += RemedyFor(error == ENOSPC ? SQLITE_FULL : code);
  return Status(StatusCode::kLedger, std::move(message));
}

}  // namespace codearts
