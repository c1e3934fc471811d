#ifndef CODEARTS_TESTS_INTEGRATION_LEDGER_ORACLE_H_
#define CODEARTS_TESTS_INTEGRATION_LEDGER_ORACLE_H_

#include <string>
#include <vector>

#include "collect/snapshot.h"
#include "simulator/simulator.h"

namespace codearts::testing {

// What a perfect exporter would have counted, in the plainest way: every total is recomputed from
// all attempts of the simulator's truth. Requires that every attempt was visible to a refresh
// before it was replaced, and that the exporter saw each pipeline before its first run ended.
//
// Returns a line for each total of `snapshot` that differs; empty if there is none.
std::vector<std::string> CompareWithTruth(sim::Simulator& simulator, const Snapshot& snapshot);

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_INTEGRATION_LEDGER_ORACLE_H_
