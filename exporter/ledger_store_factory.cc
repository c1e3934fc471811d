#include "exporter/ledger_store_factory.h"

#include <utility>

#include "collect/sqlite_ledger_store.h"
#include "exporter/wiring.h"

namespace codearts {

Result<std::unique_ptr<LedgerStore>> OpenLedgerStore(const Config& config, const Clock& clock) {
  std::unique_ptr<LedgerStore> store;
  if (config.state.path.empty()) {
    store = std::make_unique<MemoryLedgerStore>();
    return store;
  }
  SqliteLedgerOptions options{config.state.path, MakeBounds(config.metrics)};
  Result<std::unique_ptr<SqliteLedgerStore>> file =
      SqliteLedgerStore::Open(std::move(options), clock);
  if (!file.ok()) return file.status();
  store = std::move(*file);
  return store;
}

}  // namespace codearts
