#ifndef CODEARTS_COLLECT_SQLITE_DATABASE_H_
#define CODEARTS_COLLECT_SQLITE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace codearts {

class SqliteDatabase;

// A prepared statement, to be run any number of times. Lifetime: must end before its database.
class SqliteStatement {
 public:
  // Binds parameter `index`, counted from 1. nullopt is NULL. What a view points at must live until
  // the statement has run.
  SqliteStatement& Bind(int index, std::optional<std::int64_t> value);
  SqliteStatement& Bind(int index, std::string_view text);
  SqliteStatement& BindBlob(int index, std::string_view bytes);

  // Steps to the next row; false at the end. After the end or a failure it can be bound and run
  // again. Errors: kLedger.
  Result<bool> Next();
  // Runs a statement that has no rows. Errors: kLedger.
  Status Run();

  // Columns of the present row, counted from 0. Views last until the next step.
  bool IsNull(int column) const;
  std::int64_t Integer(int column) const;
  std::string_view Bytes(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  SqliteStatement(SqliteDatabase& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  void NoteBinding(int code);

  SqliteDatabase* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int binding_failure_ = 0;  // SQLite's code of the first binding that failed.
};

// A connection to a SQLite file. Errors of all methods: kLedger, with SQLite's text and, where
// there is one, the remedy. Threads: one at a time.
class SqliteDatabase {
 public:
  enum class Access { kReadOnly, kReadWrite };

  // Opens a file that exists. Whether it is a database shows when it is first used.
  static Result<std::unique_ptr<SqliteDatabase>> Open(const std::string& path, Access access);

  // Runs statements without parameters and without rows of interest.
  Status Execute(const std::string& sql);
  Result<SqliteStatement> Prepare(std::string_view sql);
  // Returns the first column of the first row. Requires that there is one.
  Result<std::string> QueryText(std::string_view sql);
  Result<std::int64_t> QueryInteger(std::string_view sql);

  // Runs `work` in one write transaction: all of it is stored, or nothing.
  Status Transact(const std::function<Status()>& work);

  // Whether any call until now found the file itself to be damaged: not a database, or malformed.
  // Full disks, locks, missing rights and I/O errors are no damage.
  bool damaged() const { return damaged_; }

  // Notes that what the file holds is not what was written to it, and returns the status of that.
  Status NoteDamage(std::string what);

  // Keeps closing from writing the log back into the file, to leave damaged files as they are.
  void LeaveLogAlone();

 private:
  friend class SqliteStatement;
  struct Closer {
    void operator()(sqlite3* handle) const;
  };

  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  Status Failure(int code);

  const std::unique_ptr<sqlite3, Closer> handle_;
  bool damaged_ = false;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_SQLITE_DATABASE_H_
