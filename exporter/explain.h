#ifndef CODEARTS_EXPORTER_EXPLAIN_H_
#define CODEARTS_EXPORTER_EXPLAIN_H_

#include <string>
#include <vector>

#include "exporter/command_line.h"

namespace codearts {

// The command explain: why a pipeline is or is not there, and what is known of it. Takes a name or
// an id; reads the state file without disturbing the exporter that holds it. Returns the exit code:
// 1 if nothing matches.
int Explain(const CommandLine& line);

// Returns up to five of `names` that `word` may be meant for, nearest first.
std::vector<std::string> SimilarNames(const std::string& word, std::vector<std::string> names);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_EXPLAIN_H_
