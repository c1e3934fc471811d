#ifndef CODEARTS_CONFIG_CONFIG_PROBLEM_H_
#define CODEARTS_CONFIG_CONFIG_PROBLEM_H_

#include <string>

namespace codearts {

// Where a value was written.
struct ConfigOrigin {
  std::string file;  // Path, "command line" or "environment".
  int line = 0;      // From 1; 0: none.
  std::string key;   // "projects[0].region", "--codearts.region", a variable's name; may be empty.

  bool operator==(const ConfigOrigin&) const = default;
};

// One thing that is wrong, and what to do about it. Never holds a secret, nor a value that came
// from the environment.
struct ConfigProblem {
  ConfigOrigin origin;
  std::string problem;  // Lower case, no full stop.
  std::string remedy;

  bool operator==(const ConfigProblem&) const = default;
};

// "config.yaml:12: api.concurrency: 0 is out of range; give a whole number from 1 to 256": one line
// of valid UTF-8, whatever the file held.
std::string FormatConfigProblem(const ConfigProblem& problem);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CONFIG_PROBLEM_H_
