#ifndef CODEARTS_COLLECT_LEDGER_SCHEMA_H_
#define CODEARTS_COLLECT_LEDGER_SCHEMA_H_

#include "base/status.h"
#include "collect/sqlite_database.h"

namespace codearts {

// The tables of the ledger's file and their versions. Errors of all functions: kLedger.

// Checks the structure of the whole file, and that it is a ledger or has nothing in it. Damage is
// noted in `database`.
Status CheckLedgerFile(SqliteDatabase& database);

// Brings the tables to the newest version, in one transaction. Fails if they are of a version that
// only a newer program knows.
Status MigrateLedgerSchema(SqliteDatabase& database);

// Fails unless the tables are there and of the newest version, for who may not migrate them.
Status RequireLedgerSchema(SqliteDatabase& database);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_SCHEMA_H_
