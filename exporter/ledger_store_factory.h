#ifndef CODEARTS_EXPORTER_LEDGER_STORE_FACTORY_H_
#define CODEARTS_EXPORTER_LEDGER_STORE_FACTORY_H_

#include <memory>

#include "base/clock.h"
#include "base/status.h"
#include "collect/ledger_store.h"
#include "config/config.h"

namespace codearts {

// Opens the file that state.path names, or keeps the ledger in memory if it is "". Errors: kLedger
// with the remedy.
Result<std::unique_ptr<LedgerStore>> OpenLedgerStore(const Config& config, const Clock& clock);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_LEDGER_STORE_FACTORY_H_
