#ifndef CODEARTS_SIMULATOR_RUN_FACTS_H_
#define CODEARTS_SIMULATOR_RUN_FACTS_H_

#include <optional>
#include <string>

#include "simulator/pipeline.h"

namespace codearts::sim {

struct Person {
  std::string id;
  std::string name;
};

// Who started a run and on what; drawn from the run's seed where a test did not say.
struct RunFacts {
  Person executor;
  std::string trigger;
  std::string branch;
  std::string commit;
  std::string commit_message;
  std::optional<std::string> tag;
  std::optional<std::string> merge_id;
  std::optional<std::string> source_branch;
  std::optional<std::string> action;
};

RunFacts FactsOf(const Run& run);

// The code source of a pipeline; all its runs share it.
struct CodeSource {
  std::string git_type;
  std::string repo_name;
  std::string git_url;
  std::string ssh_git_url;
  std::string codehub_id;
  std::string default_branch;
};

CodeSource SourceOf(const Pipeline& pipeline);

// Who made the pipeline.
Person CreatorOf(const Pipeline& pipeline);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_RUN_FACTS_H_
